using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class NegativeCacheOff : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF001",
        Name = "negative-cache-off",
        Title = "The negative verification cache is off: unknown recipients are never refused for good",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            With address_verify_negative_cache = no a failed probe is not stored anywhere, so smtpd never learns its result. It asks
            three times, holds the client for six seconds, sends a new probe each time, and then answers 450. Senders of mail to an
            unknown recipient try again for days, and unverified_recipient_reject_code = 550 has no effect. With
            unverified_recipient_defer_code = 250 on top, every recipient is accepted (VRF002).
            """,
        Detects = """
            A probe has the status "undeliverable-but-not-cached", which Postfix writes only with the negative cache off. The message
            tells how many recipients the next hop had refused for good, how often they were answered 450 all the same, and whether
            any was accepted after all and bounced. The configuration proves it without such a line: reject_unverified_recipient is reached
            for a relayed domain, and the cache is off. Low when only the log has such lines and the configuration at hand has the
            cache on, or without configuration a later probe failed and was remembered. Quiet where VRF002 tells the same and more.
            """,
        Fix =
        [
            new("Turn the negative cache on, as it is by default. To let new users in soon, shorten the time after which a bad result is tried again.",
                "postconf -e 'address_verify_negative_cache = yes' 'address_verify_negative_refresh_time = 30m' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<20261122100001.1A2B3C4D5E@mx2.fallback.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable-but-not-cached (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            Nov 22 10:00:07 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 450 4.1.1 <ghost@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<20261122100001.1A2B3C4D5E@mx2.fallback.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            Nov 22 10:00:04 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#address_verify_negative_cache",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Probe[] forgotten = [.. evidence.MailIfAny.ProbesNotCached];
        var doors = Doors.Where(evidence, VerificationEffect.OnlyDefers);
        if (evidence.Config is not null && Doors.SwitchedOff(evidence).Length > 0
            || Knowledge.AcceptedInSpite(evidence).Length > 0)
            yield break;
        var stated = Seen.Stated(doors.Length == 0 ? []
            : [Proof.FromConfig(evidence.Configuration, Cache), Doors.VerificationIn(evidence.Configuration, doors[0])]);
        if (forgotten.Length > 0) yield return ReportForgotten(evidence, forgotten, stated);
        else if (doors.Length > 0)
            yield return Report(Cache,
                Telling.Sentences("Failed probes are forgotten at once: unknown recipients will be answered 450, never 550.", Telling.NotYet(evidence)),
                stated, Confidence.Proven);
    }

    private Finding ReportForgotten(Evidence evidence, Probe[] forgotten, Seen stated)
    {
        var mail = evidence.Mail;
        bool isMended = IsMended(evidence.Config, forgotten), isOver = isMended || (evidence.Config is null && AreRememberedNow(mail, forgotten));
        Probe[] refusedForGood = [.. forgotten.Where(probe => probe.Dsn.IsPermanent)];
        var unknown = mail.AddressesOf(refusedForGood.Select(probe => probe.Addressee));
        Reject[] refusals = [.. mail.UnverifiedForNow.Where(reject => unknown.Contains(reject.Addressee))];
        long refused = refusals.Sum(reject => (long)reject.Count);
        int refusedRecipients = Knowledge.CountDifferent(refusals.Select(reject => reject.Recipient));
        Recipient[] accepted = AcceptedAndBounced(mail, forgotten);
        return Report(Cache,
            Telling.Sentences(
                $"{Telling.Count(forgotten.Length, "failed probe was", "failed probes were")} forgotten at once.",
                refused == 0 ? ""
                    : $"The next hop had refused {Telling.Count(refusedRecipients, "recipient")} "
                        + $"for good, and clients were answered 4xx for {(refusedRecipients == 1 ? "it" : "them")} all the same: {Telling.Count(refused, "time")}, at the cost of {Telling.Count(refusedForGood.Length, "probe")}.",
                accepted.Length == 0 ? ""
                    : $"{Telling.Count(accepted.Length, "recipient whose probe had failed was", "recipients whose probe had failed were")} accepted all the same, and bounced: verification has no effect (VRF002).",
                isMended ? "The configuration at hand has the cache on." : isOver ? "What failed later was remembered." : ""),
            Seen.Of(forgotten)
                .ShownBy([.. refusedForGood.Concat(forgotten).Take(2).Select(probe => probe.Line), .. refusals.Take(1).Select(reject => reject.Line),
                    .. accepted.Take(2).Select(bounced => bounced.LastLine)])
                .And(stated),
            Confidence.Proven, isOver ? Severity.Low : null, isMended ? [OnByNow] : null);
    }

    private static readonly Fix OnByNow = new(
        "The cache is on by now, and nothing is left to do: this goes when the old lines have left the log.", $"postconf {Cache}");

    /// <summary>What the configuration says now; the old lines stay in the log until it is rotated away.</summary>
    private static bool IsMended(PostfixConfig? config, Probe[] forgotten) => config is { MasterIsKnown: true } && config.Bool(Cache)
        && config.Services.All(service => config.Bool(Cache, service)) && forgotten.All(probe => config.IsOfThisHost(probe.Message));

    /// <summary>Since the last one that was forgotten, on each of the hosts and instances.</summary>
    private static bool AreRememberedNow(MailHistory mail, Probe[] forgotten)
    {
        var last = forgotten.Max(probe => probe.Time);
        var since = mail.ProbesWith(ProbeResult.Undeliverable)
            .Where(probe => !probe.NotCached && probe.Time > last)
            .Select(probe => probe.Message.Origin)
            .ToHashSet();
        return since.Count > 0 && forgotten.All(probe => since.Contains(probe.Message.Origin));
    }

    private const string Cache = "address_verify_negative_cache";

    private static Recipient[] AcceptedAndBounced(MailHistory mail, Probe[] forgotten)
    {
        var probed = mail.AddressesOf(forgotten.Select(probe => probe.Addressee));
        return [.. mail.BouncesFor(ReasonClass.UserUnknown).Where(bounced => probed.Contains(bounced.Addressee))];
    }
}
