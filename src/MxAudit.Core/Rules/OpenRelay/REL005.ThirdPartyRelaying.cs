using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.OpenRelay;

public sealed class ThirdPartyRelaying : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "REL005",
        Name = "third-party-relaying",
        Title = "Strangers sent mail to other people's domains through this host",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log | EvidenceKinds.Config,
        Why = """
            Mail came from a client that is neither trusted nor logged in, and left for a domain that this host does not serve. That
            is what an open relay does, and what it is listed for.
            """,
        Detects = """
            The client of an accepted mail is a stranger, the recipient's domain is in no list of the configuration, no alias led
            there, and the mail was handed to smtp(8), not to the relay service: sent, deferred or bounced. Quiet where the lists
            admit clients by table, certificate or DNS list, unless REL001 or REL003 shows an open door. Mail of other hosts and
            instances in the same log is left out.
            """,
        Fix =
        [
            new("See REL001 and REL003 for the door that is open. Until it is shut, hold what waits.", "mxaudit explain REL003"),
            new("Look at what is queued, and delete junk.", "postqueue -p"),
        ],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
                Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@junk.example>
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
                Nov 22 10:00:02 mx2 postfix/smtp[104]: 1A2B3C4D5E: to=<anna@example.net>, relay=mx.example.net[192.0.2.30]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
                Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
                """,
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                """,
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=office.fallback.example[10.0.0.5]
                Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@junk.example>
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
                Nov 22 10:00:02 mx2 postfix/smtp[104]: 1A2B3C4D5E: to=<anna@example.net>, relay=mx.example.net[192.0.2.30]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
                Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
                """,
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8 10.0.0.0/8
                relay_domains = example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/SMTPD_ACCESS_README.html",
            "https://www.postfix.org/postconf.5.html#smtpd_relay_restrictions",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (AdmittedSenders.MayBe(config)) yield break;
        Recipient[] relayed = [.. evidence.Mail.Recipients.Where(recipient => IsRelayed(config, recipient))];
        if (relayed.Length > 0 && !AdmittedSenders.LetsAnybodyRelay(config)) relayed = WithoutCopies(config, evidence.Mail, relayed);
        if (relayed.Length == 0) yield break;
        yield return Report("smtpd_relay_restrictions",
            Telling.Sentences(
                $"{Telling.Count(relayed.Length, "recipient")} in domains that this host does not serve got mail from strangers through it: {Telling.Tally(relayed.Select(recipient => recipient.Domain), 3)}.",
                $"Clients: {Telling.Tally(relayed.Select(recipient => recipient.Message.ClientAddress), 3)}."),
            Seen.Of(relayed)
                .ShownBy(relayed.SelectMany(recipient => new[] { recipient.Message.FirstLine, recipient.LastLine }), 4)
                .And(Seen.Stated(Proof.FromConfig(config, "relay_domains"))) with { First = relayed.Min(recipient => recipient.FirstAttempt) },
            Confidence.Strong);
    }

    private static bool IsRelayed(PostfixConfig config, Recipient recipient) =>
        recipient is { FromStranger: true, ByRelayService: false, Outcome: Outcome.Delivered or Outcome.Deferred or Outcome.Bounced or Outcome.Expired }
        && recipient.OriginalAddress.Length == 0
        && recipient.LastLife.Index == recipient.Message.Index
        && recipient.Message is { Class: MessageClass.Mail, WasRedirected: false }
        && recipient.NextHop is { } hop && !hop.IsFilter()
        && config.IsOfThisHost(recipient.Message)
        && recipient.Domain.Length > 0 && config.ClassOf(recipient.Domain) == DomainClass.Default
        && config.RouteOfDomain(recipient.Domain) is { By: not (RouteDecider.TransportMaps or RouteDecider.Unknown) };

    /// <summary>No door is open: a recipient beside one that is served here is a copy, made by <c>always_bcc</c>, a map or a milter.</summary>
    private static Recipient[] WithoutCopies(PostfixConfig config, MailHistory mail, Recipient[] relayed)
    {
        var suspected = relayed.Select(recipient => recipient.Message.Index).ToHashSet();
        var served = mail.Recipients
            .Where(recipient => suspected.Contains(recipient.Message.Index)
                && (recipient.OriginalAddress.Length > 0 || config.ClassOf(recipient.Domain) != DomainClass.Default))
            .Select(recipient => recipient.Message.Index)
            .ToHashSet();
        return [.. relayed.Where(recipient => !served.Contains(recipient.Message.Index))];
    }
}
