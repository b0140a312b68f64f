using MxAudit.Input;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class PrimaryRefusesThisHost : Rule
{
    private const int FewestRefusals = 5, FewestRecipients = 3;
    private const double LeastShare = 0.5;

    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS011",
        Name = "primary-refuses-this-host",
        Title = "The next hop refuses this host itself",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The primary treats its own fallback like any stranger: SPF, a block list, greeting checks or a relay ban meet all mail
            that comes through here. What this host accepts is refused and bounced, good mail too, and a probe of any recipient
            fails for a reason that has nothing to do with the recipient.
            """,
        Detects = """
            At one next hop, 5 or more deliveries and probes failed for good with a reply that is about this host: in reply to HELO
            or MAIL FROM, or a text about SPF, a block list or a relay ban. They concern 3 or more different recipients, and they
            are half or more of all attempts there, or all attempts since the last success. Temporary refusals, unknown users and
            refused content are left out.
            """,
        Fix =
        [
            new("On the primary: exempt this host's addresses from SPF, DNS block lists, greylisting, rate limits and postscreen. SPF must be checked where mail comes in from outside, and that was here."),
            new("Give this host a name that resolves to its address and back, and let it greet with that name.", "postconf myhostname smtp_helo_name"),
            new("Until that is done: do not refuse recipients for good because of failed probes.", "postconf -e 'unverified_recipient_reject_code = 450' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=5 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<emil@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=5 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 your address is listed)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 your address is listed)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 your address is listed)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 your address is listed)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<emil@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 your address is listed)
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
            "https://www.postfix.org/POSTSCREEN_README.html",
            "https://www.rfc-editor.org/rfc/rfc7208.html#appendix-D",
        ],
    };

    private readonly record struct Refusal(NextHop Hop, string Recipient, DateTimeOffset? Time, LinePosition Line);

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        RefusalsIn(evidence.Mail).GroupBy(refusal => refusal.Hop).SelectMany(hop => ReportHop(evidence, hop.Key, [.. hop.OrderBy(refusal => refusal.Time)]));

    private IEnumerable<Finding> ReportHop(Evidence evidence, NextHop hop, Refusal[] refusals)
    {
        if (refusals.Length < FewestRefusals || !IsTheRule(hop, refusals)) yield break;
        int recipients = refusals.Select(refusal => refusal.Recipient).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        if (recipients < FewestRecipients) yield break;
        yield return Report(evidence, hop.Name,
            $"{hop.Name} refused this host itself: {Telling.Count(refusals.Length, "permanent refusal")} for {recipients} different recipients, of {Telling.Count(hop.Attempts, "attempt")}.",
            refusals.Length, refusals.Select(refusal => refusal.Line), Confidence.Strong, refusals[0].Time, refusals[^1].Time);
    }

    private static IEnumerable<Refusal> RefusalsIn(MailHistory mail)
    {
        foreach (var bounced in mail.BouncesFor(ReasonClass.HostRejected))
            if (bounced is { Outcome: Outcome.Bounced, Dsn.IsPermanent: true } && bounced.NextHop is { } hop)
                yield return new Refusal(hop, bounced.Address, bounced.LastAttempt, bounced.LastLine);
        foreach (var probe in mail.ProbesFor(ReasonClass.HostRejected))
            if (probe.Result == ProbeResult.Undeliverable && probe.NextHop is { } hop)
                yield return new Refusal(hop, probe.Recipient, probe.Time, probe.Line);
    }

    /// <summary>Not one refusal among successes: half of all attempts, or everything since the last success.</summary>
    private static bool IsTheRule(NextHop hop, Refusal[] refusals) =>
        refusals.Length >= LeastShare * hop.Attempts || hop.LastSuccess is null || refusals.Count(refusal => refusal.Time > hop.LastSuccess) >= FewestRefusals;
}
