using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class LateRecipientRefusal : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF012",
        Name = "late-recipient-refusal",
        Title = "The primary says yes to a probe and refuses the recipient later",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            A probe ends after RCPT. A primary that accepts every recipient there, and names the unknown ones only after DATA, makes
            every probe succeed: verification has no effect, and the mail bounces to forged senders.
            """,
        Detects = """
            A probe found a recipient deliverable, and mail for it bounced later as unknown user in reply to DATA or to the end of
            the message.
            """,
        Fix =
        [
            new("On the primary: refuse unknown recipients at RCPT."),
            new("If it refuses them in reply to the DATA command, let probes go that far (Postfix 3.0 and later).",
                "postconf -e 'smtp_address_verify_target = data' && postfix reload"),
            new("Else give this host the list of valid recipients.", Guarding.Usual[0].Command),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:04 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:04 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:05 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to end of DATA command))
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:04 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:04 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:05 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 Message content rejected (in reply to end of DATA command))
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#smtp_address_verify_target",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Recipient[] late = [.. evidence.Mail.Bounces.Where(bounced => bounced.Stage is Stage.Data or Stage.EndOfData
            && (bounced.ReasonClass == ReasonClass.UserUnknown || bounced.Dsn.Is(1, 1)))];
        if (late.Length == 0) return [];
        var addresses = late.Select(bounced => bounced.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var deliverable = evidence.Mail.ProbesWith(ProbeResult.Deliverable).Where(probe => addresses.Contains(probe.Recipient))
            .GroupBy(probe => probe.Recipient, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(probes => probes.Key, probes => probes.First(), StringComparer.OrdinalIgnoreCase);
        return from bounced in late
               where deliverable.TryGetValue(bounced.Address, out var probe) && !(probe.Time > bounced.LastAttempt)
               group bounced by bounced.NextHop?.Name ?? bounced.Domain into hop
               let refused = hop.ToArray()
               select Report(hop.Key,
                   $"{hop.Key} found {Telling.Count(refused.Length, "recipient")} deliverable when asked by a probe, and refused the mail for {(refused.Length == 1 ? "it" : "them")} as unknown user only after DATA.",
                   Seen.Of(refused).ShownBy(refused.SelectMany(bounced => new[] { deliverable[bounced.Address].Line, bounced.LastLine })), Confidence.Strong,
                   fixes: [.. Manual.Fix.Take(2), Guarding.ByList(evidence)]);
    }
}
