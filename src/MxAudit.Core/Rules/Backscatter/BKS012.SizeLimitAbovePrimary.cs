using System.Text.RegularExpressions;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed partial class SizeLimitAbovePrimary : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS012",
        Name = "size-limit-above-primary",
        Title = "This host accepts larger messages than the primary",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            A message between the two limits is accepted here and refused by the primary, so that this host has to return it. A smaller
            limit here lets the client keep the message and tell its sender.
            """,
        Detects = "Mail of strangers for a relayed domain bounced since it is larger than the next hop takes.",
        Fix = [new("Do not take more than the primary does.",
            "postconf message_size_limit   # on the primary; then here: postconf -e 'message_size_limit = …' && postfix reload")],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=9100000, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.3.4, status=bounced (message size 9100000 exceeds size limit 5242880 of server mx1.example.com[192.0.2.10])
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=office.fallback.example[10.0.0.5]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@fallback.example>, size=9100000, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/smtp[104]: 1A2B3C4D5E: to=<anna@example.net>, relay=mx1.example.net[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.3.4, status=bounced (message size 9100000 exceeds size limit 5242880 of server mx1.example.net[192.0.2.10])
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References = ["https://www.postfix.org/postconf.5.html#message_size_limit"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        return from bounced in evidence.Mail.BouncesFor(ReasonClass.Size)
               where bounced is { FromStranger: true, NextHop: not null } && !bounced.NextHop.IsFilter() && relayed.Has(bounced)
               group bounced by bounced.NextHop into hop
               select ReportHop(evidence, hop.Key, [.. hop]);
    }

    private Finding ReportHop(Evidence evidence, NextHop hop, Recipient[] refused)
    {
        string? limit = refused.Take(20)
            .Select(bounced => Limit().Match(bounced.Reason))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)
            .FirstOrDefault(number => number != "0");
        string own = evidence.Config is { } config ? config.Expanded("message_size_limit").Trim() : "";
        return Report(hop.Name,
            Telling.Sentences(
                $"{Telling.Count(refused.Length, "recipient of mail that this host had accepted was", "recipients of mail that this host had accepted were")} refused by {hop.Name} for the size of the message.",
                limit is null ? "" : $"Its limit is {limit} bytes.", own.Length == 0 ? "" : own == "0" ? "Here there is no limit." : $"Here it is {own}."),
            Seen.Stated(Proof.IfKnown(evidence.Config, "message_size_limit")).And(Seen.Of(refused, 4)), limit is null ? Confidence.Strong : Confidence.Proven,
            fixes: limit is null ? null : [Manual.Fix[0] with { Command = $"postconf -e 'message_size_limit = {limit}' && postfix reload" }]);
    }

    [GeneratedRegex(@"^message size \d{1,19} exceeds size limit (\d{1,15}) of server ", RegexOptions.CultureInvariant)]
    private static partial Regex Limit();
}
