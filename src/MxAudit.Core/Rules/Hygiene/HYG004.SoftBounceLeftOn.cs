using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

public sealed class SoftBounceLeftOn : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG004",
        Name = "soft-bounce-left-on",
        Title = "soft_bounce is on: no mail is ever refused or returned",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            soft_bounce = yes is a safety net for tests. Every permanent error becomes a temporary one: mail that can never be
            delivered stays in the queue until it expires, and clients are asked to try again with mail that this host will never
            take.
            """,
        Detects = """
            A delivery has the status SOFTBOUNCE, which Postfix writes only with soft_bounce = yes; or the configuration sets it, for
            all or for one service. Low when only the log has it, and the configuration at hand does not. Quiet where it is for postscreen alone,
            whose refusals of listed clients it makes temporary.
            """,
        Fix = [new("When the tests are over, turn it off. Waiting mail that can not be delivered bounces then: look at the queue first.",
            "postconf -e 'soft_bounce = no' && postfix reload")],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=4.1.1, status=SOFTBOUNCE (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=4.1.1, status=deferred (host mx1.example.com[192.0.2.10] said: 450 4.1.1 <anna@example.com>: Recipient address rejected: status=SOFTBOUNCE (in reply to RCPT TO command))
            """,
        References = ["https://www.postfix.org/postconf.5.html#soft_bounce"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Recipient[] kept = !evidence.MailIfAny.AnySoftBounce ? [] : [.. evidence.MailIfAny.Deferred.Where(deferred => deferred.Attempts.Any(IsSoft))];
        Attempt[] soft = [.. kept.SelectMany(deferred => deferred.Attempts).Where(IsSoft)];
        Proof[] set = evidence.Config is { } config ? [.. SetIn(config)] : [];
        if (soft.Length == 0 && set.Length == 0) yield break;
        bool isOver = set.Length == 0 && evidence.Config is { MasterIsKnown: true } now && kept.All(recipient => now.IsOfThisHost(recipient.Message));
        Reject[] softened = set.Length == 0 ? [] : [.. SoftenedIn(evidence.MailIfAny, evidence.Configuration)];
        yield return Report("soft_bounce",
            soft.Length == 0
                ? Telling.Sentences("soft_bounce is on: what should be refused or returned for good is kept, or asked to come again.",
                    softened.Length == 0 ? Telling.NotYet(evidence)
                        : $"{Telling.Count(softened.Sum(reject => (long)reject.Count), "refusal")} that {(softened.Length == 1 ? "was" : "were")} meant for good had a 4xx code.")
                : $"{Telling.Count(soft.Length, "delivery failed for good and was", "deliveries failed for good and were")} kept in the queue because soft_bounce is on. Reasons: {Telling.Tally(soft.Select(attempt => Wording.Of(attempt.ReasonClass)))}.{(isOver ? " The configuration at hand has it off." : "")}",
            Seen.Stated(set.Take(2)).And(Seen.Of(soft, 3)).And(Seen.Of(softened, 2)), Confidence.Proven, isOver ? Severity.Low : null);
    }

    /// <summary>Replies are read again from the log.</summary>
    private const int MostRead = 500;

    private static readonly string[] Codes = ["unknown_relay_recipient_reject_code", "unknown_local_recipient_reject_code",
        "unknown_virtual_alias_reject_code", "unknown_virtual_mailbox_reject_code", "maps_rbl_reject_code", "unverified_recipient_reject_code"];

    /// <summary>smtpd logs the code that it said: 4xx where another setting has 5xx. Nothing where one of these settings has 4xx itself.</summary>
    private static IEnumerable<Reject> SoftenedIn(MailHistory mail, PostfixConfig config)
    {
        var service = config.PublicSmtpdServices is [var first, ..] ? first : null;
        bool isForGood(string code) => config.Int(code, service) >= 500;
        return (Codes[..^1].All(isForGood) ? mail.RejectsFor(ReasonClass.UserUnknown).Concat(mail.RejectsFor(ReasonClass.Dnsbl)) : [])
            .Concat(isForGood(Codes[^1]) ? mail.UnverifiedForNow.Take(MostRead).Where(reject => reject.Detail.Reason.Contains(" undeliverable address: ")) : [])
            .Where(reject => reject is { Daemon: Daemon.Smtpd, Code: >= 400 and < 500, WarnOnly: false } && config.IsOfThisHost(reject.Origin));
    }

    private static bool IsSoft(Attempt attempt) => attempt.Status == DeliveryStatus.SoftBounce;

    private static IEnumerable<Proof> SetIn(PostfixConfig config)
    {
        if (config.Bool("soft_bounce")) yield return Proof.FromConfig(config, "soft_bounce");
        foreach (var service in config.Services)
            // postscreen, which has clients of DNS lists try again, neither refuses recipients nor returns mail
            if (service.Command != "postscreen" && service.Overrides.ContainsKey("soft_bounce") && config.Bool("soft_bounce", service))
                yield return Proof.FromConfig(config, "soft_bounce", service);
    }
}
