using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class VerificationOnlyWarns : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF017",
        Name = "verification-only-warns",
        Title = "Recipient verification only warns: unknown recipients are accepted",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            With warn_if_reject in front of reject_unverified_recipient smtpd logs what it would refuse, and accepts it. That is
            meant for a trial. Left in, each unknown recipient is accepted and bounced, often to a forged sender.
            """,
        Detects = """
            A "reject_warning" line with a verification text. Critical when a recipient that was warned about bounced later as
            unknown user.
            """,
        Fix =
        [
            new("Take warn_if_reject away from reject_unverified_recipient, in whichever list it stands.", "postconf -n | grep warn_if_reject   # then set that list again without it, and: postfix reload"),
            new("Refuse for good once the log shows that verification is right.", "postconf -e 'unverified_recipient_reject_code = 550' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject_warning: RCPT from unknown[203.0.113.66]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject_warning: RCPT from unknown[203.0.113.66]: 450 4.7.1 <junk>: Helo command rejected: Host not found; from=<forged@victim.example> to=<anna@example.com> proto=ESMTP helo=<junk>
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        References = ["https://www.postfix.org/postconf.5.html#warn_if_reject", "https://www.postfix.org/postconf.5.html#reject_unverified_recipient"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Reject[] warned = [.. evidence.Mail.Rejects.Where(reject => reject is { WarnOnly: true, ReasonClass: ReasonClass.UnverifiedRecipient })];
        if (warned.Length == 0) yield break;
        var addresses = warned.Select(reject => reject.Recipient).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Recipient[] bounced = [.. evidence.Mail.Bounces.Where(recipient => recipient.ReasonClass == ReasonClass.UserUnknown && addresses.Contains(recipient.Address))];
        long count = warned.Sum(reject => (long)reject.Count);
        yield return Report(evidence, "warn_if_reject",
            Telling.Sentences(
                $"{Telling.Count(count, "recipient")} that verification would have refused {(count == 1 ? "was" : "were")} only warned about.",
                bounced.Length == 0 ? "" : $"{bounced.Length} of these recipients bounced later as unknown."),
            count, warned.Take(3).Select(reject => reject.Line).Concat(bounced.Take(2).Select(recipient => recipient.LastLine)), Confidence.Proven,
            warned.Min(reject => reject.Time), warned.Max(reject => reject.Time), bounced.Length > 0 ? Severity.Critical : Severity.High);
    }
}
