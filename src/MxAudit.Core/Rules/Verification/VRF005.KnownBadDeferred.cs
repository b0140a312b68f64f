using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class KnownBadDeferred : Rule
{
    private const int FewestRecipients = 3;

    /// <summary>What a probe was asked for is looked up in the log, so not for all of a million.</summary>
    private const int MostLookedUp = 500;

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF005",
        Name = "known-bad-deferred",
        Title = "Recipients that the primary refused for good are answered 450",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            unverified_recipient_reject_code is 450 by default. An honest sender who mistyped an address learns it only after days,
            and until then every server in between tries again and again. 450 is right for the first days of verification, while
            one watches what it refuses. After that, 550 says what is known.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain and unverified_recipient_reject_code begins with 4. Without
            the configuration: 3 or more recipients whose probe the primary refused for good were answered 4xx, and none 5xx. Quiet
            while the primary refuses this host itself (VRF008), and with soft_bounce on (HYG004): then 450 is no choice, or the
            right one.
            """,
        Fix = [new("After a week in which verification refused nobody whom it should not (VRF008 is quiet), refuse for good.",
            "postconf -e 'unverified_recipient_reject_code = 550' && postfix reload")],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
                Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
                Nov 22 10:00:04 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 450 4.1.1 <ghost@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
                """,
            Config = Host,
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
                Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<carl@example.com>, relay=none, delay=0.02, delays=0/0.01/0.01/0, dsn=4.4.1, status=undeliverable (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
                Nov 22 10:00:04 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <carl@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<bea@partner.example> to=<carl@example.com> proto=ESMTP helo=<mail.partner.example>
                """,
            Config = Host + "\nunverified_recipient_reject_code = 550",
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#unverified_recipient_reject_code",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#recipient",
        ],
    };

    private const string Host = """
            compatibility_level = 3.6
            myhostname = mx2.fallback.example
            mynetworks = 127.0.0.0/8
            relay_domains = example.com
            smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
            """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var mail = evidence.MailIfAny;
        if (mail.ProbesAgainstThisHost.Count > 0) yield break;
        Door[] doors = [.. Doors.Where(evidence, VerificationEffect.Full, VerificationEffect.AcceptsUnknown).Where(Defers)];
        if (doors.Length == 0 && (evidence.Config is not null || mail.RejectsFor(ReasonClass.UnverifiedRecipient).Any(reject => reject.Code >= 500)))
            yield break;
        var answered = mail.ProbesWith(ProbeResult.Undeliverable).Where(probe => !probe.NotCached).Take(MostLookedUp)
            .Select(probe => (Probe: probe, Answer: probe.CausedReject))
            .Where(pair => pair.Answer is { ReasonClass: ReasonClass.UnverifiedRecipient, Code: >= 400 and < 500, WarnOnly: false }
                && !(pair.Answer.Value.Time < pair.Probe.Time) // before that nobody knew
                && !pair.Answer.Value.Detail.Reason.Contains("undeliverable address")) // smtpd meant it for good: soft_bounce
            .ToArray();
        int recipients = Knowledge.CountDifferent(answered.Select(pair => pair.Probe.Recipient));
        if (doors.Length == 0 && recipients < FewestRecipients) yield break;
        Proof[] set = doors.Length == 0 ? []
            : [Proof.FromConfig(evidence.Configuration, "unverified_recipient_reject_code", doors[0].Service),
                Doors.VerificationIn(evidence.Configuration, doors[0])];
        yield return Report("unverified_recipient_reject_code",
            Telling.Sentences("A recipient that the primary refuses for good is answered 450: its senders try again for days.",
                recipients == 0 ? "" : $"{Telling.Count(recipients, "recipient was", "recipients were")} answered so."),
            new Seen(recipients,
                [.. set, .. answered.Take(1).Select(pair => Proof.FromLog(pair.Probe.Line)),
                    .. answered.Take(2).Select(pair => Proof.FromLog(pair.Answer!.Value.Line))],
                answered.Min(pair => pair.Probe.Time), answered.Max(pair => pair.Probe.Time)),
            doors.Length > 0 ? Confidence.Proven : Confidence.Strong,
            fixes: doors.Length == 0 ? null : [Manual.Fix[0] with { Command = For(doors) }]);

        static string For(Door[] doors) =>
            Postconf.SetEach([.. doors.Select(door => ((MasterEntry?)door.Service, "unverified_recipient_reject_code", "550"))]);

        bool Defers(Door door) => door.Outcome.Verdict != SmtpdVerdict.Refused
            && evidence.Configuration.Int("unverified_recipient_reject_code", door.Service) / 100 == 4
            && !evidence.Configuration.Bool("soft_bounce", door.Service);
    }
}
