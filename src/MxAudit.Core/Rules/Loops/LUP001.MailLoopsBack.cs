using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class MailLoopsBack : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP001",
        Name = "mail-loops-back",
        Title = "Mail for a domain loops back to this host",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            Postfix found that the best host to hand the mail to is itself. It can not deliver it and bounces it, or keeps it while
            another host may still take it. All mail for this domain that comes through here is lost to its readers, and probes of
            its recipients fail too.
            """,
        Detects = """
            A delivery or a probe failed with "mail for … loops back to myself", or Postfix logged these words about one of a
            domain's MX hosts. One finding for each domain. A forwarding loop inside this host's own mailboxes is left out, and so is
            mail of trusted senders that a host of a domain which is not relayed here refused as its own loop.
            """,
        Fix =
        [
            new("While you look for the cause, let nothing more bounce. Undo it afterwards: no mail leaves the queue for good meanwhile.", "postconf -e 'soft_bounce = yes' && postfix reload"),
            new("If this host is the best MX of the domain in DNS: give the primary a lower preference number, or name it to Postfix. See LUP002.",
                "postconf transport_maps   # then add, in that table:  example.com  relay:[mx1.example.com]"),
            new("If the address of this host is one of a NAT gateway or proxy, tell Postfix about it. See LUP003.", "postconf -e 'proxy_interfaces = PUBLIC_ADDRESS' && postfix reload"),
            new("If two hosts share one name, give this one its own.", "postconf myhostname"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.org>, relay=none, delay=0.03, delays=0.01/0.02/0/0, dsn=5.4.6, status=bounced (mail for example.org loops back to myself)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.org>, relay=mx1.example.org[192.0.2.10]:25, delay=0.03, delays=0.01/0.02/0/0, dsn=4.2.0, status=deferred (host mx1.example.org[192.0.2.10] said: 450 4.2.0 <anna@example.org>: mail for example.org loops here, try later (in reply to RCPT TO command))
            """,
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#proxy_interfaces",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1",
        ],
    };

    private readonly record struct Loop(string Domain, string What, DateTimeOffset? First, DateTimeOffset? Last, int Count, LinePosition Line);

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from loop in LoopsIn(evidence).ToArray()
        group loop by loop.Domain into domain
        let loops = domain.ToArray()
        select Report(evidence, domain.Key,
            $"Mail for {domain.Key} loops back to this host: {Telling.Kinds(loops.Select(loop => (loop.What, loop.Count)))}.",
            loops.Sum(loop => loop.Count), loops.Select(loop => loop.Line), Confidence.Proven, loops.Min(loop => loop.First), loops.Max(loop => loop.Last),
            fixes: Causes.Named(evidence, domain.Key, "", "LUP004", "LUP002", "LUP008", "LUP003") is { Length: > 0 } known ? [.. known, Manual.Fix[0]] : [.. Manual.Fix.Select(fix => fix.For(evidence, domain.Key))]);

    private static IEnumerable<Loop> LoopsIn(Evidence evidence)
    {
        var mail = evidence.Mail;
        foreach (var bounced in mail.BouncesFor(ReasonClass.Loop))
            if (bounced.Relay != "local" && !LoopsElsewhere.Is(evidence, bounced))
                yield return new Loop(bounced.Domain, "recipient bounced", bounced.LastAttempt, bounced.LastAttempt, 1, bounced.LastLine);
        foreach (var deferred in mail.DeferredFor(ReasonClass.Loop))
            if (deferred.Outcome is not (Outcome.Bounced or Outcome.Expired or Outcome.Delivered) && !LoopsElsewhere.Is(evidence, deferred))
                yield return new Loop(deferred.Domain, "recipient deferred", deferred.FirstDeferred, deferred.LastDeferred, 1, deferred.LastLine);
        foreach (var probe in mail.ProbesFor(ReasonClass.Loop))
            yield return new Loop(probe.Domain, "probe failed", probe.Time, probe.Time, 1, probe.Line);
        foreach (var remark in mail.RemarksOf(RemarkKind.LoopsBackToMyself))
            yield return new Loop(remark.Subject.ToLowerInvariant(), "warning that an MX host is this one", remark.First, remark.Last, remark.Count, remark.FirstLine);
    }
}
