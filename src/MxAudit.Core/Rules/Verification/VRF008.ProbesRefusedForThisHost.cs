using MxAudit.Mail;
using MxAudit.Rules.Backscatter;

namespace MxAudit.Rules.Verification;

public sealed class ProbesRefusedForThisHost : Rule
{
    private const int FewestRecipients = 3;
    private const int MostAnswersLookedUp = 50;

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF008",
        Name = "probes-refused-for-this-host",
        Title = "Probes fail because of this host, not because of the recipient",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The next hop refuses the probe before it looks at the recipient. Postfix can not tell the difference: a probe that is
            refused for good means "no such recipient". So every recipient, good ones too, is refused as unknown. If
            unverified_recipient_reject_code is 550, their senders are told that the address does not exist.
            """,
        Detects = """
            3 or more different recipients had a probe that the next hop refused for good, in reply to HELO or MAIL FROM or with a
            text about this host, and since the first of them they are at least half of the probes there that got a clear answer; or the
            next hop took nothing between the first and the last of them, though 3 recipients or messages should have been at the pace of the
            rest, and 3 of the recipients were welcome there before or after.
            Critical when clients were answered 5xx for it, else medium; medium, too, when the next 10 probes of the same host there
            that got a clear answer were not refused so. Where more than five hosts refuse probes so, of domains that this one does not
            relay for, that is one finding about this host.
            """,
        Fix =
        [
            new("Until the next hop lets this host in, answer 450: then senders try again instead of giving up.",
                "postconf -e 'unverified_recipient_reject_code = 450' && postfix reload"),
            new("On the primary: exempt this host's addresses from SPF, block lists and greeting checks. See BKS011.", "mxaudit explain BKS011"),
            new("Then forget the wrong answers: stop Postfix, delete the cache (do not truncate it), start Postfix.", "postconf -hx address_verify_map"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.7.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.7.1 client 198.51.100.25 blocked (in reply to MAIL FROM command))
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <anna@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:03 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.7.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.7.1 client 198.51.100.25 blocked (in reply to MAIL FROM command))
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D03: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:05 mx2 postfix/relay/smtp[104]: 1A2B3C4D03: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.7.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.7.1 client 198.51.100.25 blocked (in reply to MAIL FROM command))
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D03: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost1@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost1@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:03 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<ghost2@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost2@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D03: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:05 mx2 postfix/relay/smtp[104]: 1A2B3C4D03: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=4.7.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 450 4.7.1 client 198.51.100.25 not yet known (in reply to MAIL FROM command))
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D03: removed
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
            "https://www.postfix.org/postconf.5.html#unverified_recipient_reject_code",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var mail = evidence.Mail;
        Refusing[] refusing = [.. Refusing.ByHop(Refused(evidence)).Where(IsEnough)];
        if (refusing.Length == 0) yield break;
        var since = new DoneSince(refusing);
        var answered = refusing.ToDictionary(hop => hop.Hop, hop => new Answered(hop.First));
        foreach (var probe in mail.Probes)
        {
            if (probe.Result == ProbeResult.Unknown || probe.NextHop is not { } hop || !answered.TryGetValue(hop, out var all)) continue;
            if (!(probe.Time < all.From)) all.Count++;
            since.Count(hop, probe.Time, probe.Message);
        }
        // when some probes still find their recipient there, the host lets this one in
        bool IsTheRule(Refusing hop) => hop.Refusals.Length * 2 >= answered[hop.Hop].Count;
        var forAWhile = new RefusedForAWhile(mail, refusing.Where(hop => !IsTheRule(hop)));
        var (together, singly) = OthersHosts.Apart([.. refusing.Where(hop => IsTheRule(hop) || forAWhile.At(hop.Hop))], IsEnough);
        foreach (var hosts in together) yield return ReportMany(hosts);
        foreach (var hop in singly) yield return ReportHop(evidence, hop, since);
    }

    /// <summary>Probes with a clear answer since a moment.</summary>
    private sealed record Answered(DateTimeOffset? From)
    {
        public int Count { get; set; }
    }

    private static IEnumerable<Refusal> Refused(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        foreach (var probe in evidence.Mail.ProbesAgainstThisHost)
            if (probe.NextHop is { } hop) yield return Refusal.Of(hop, probe, relayed);
    }

    private static bool IsEnough(Refusing refusing) => refusing.Recipients >= FewestRecipients;

    private Finding ReportHop(Evidence evidence, Refusing refusing, DoneSince since)
    {
        var (hop, refusals) = refusing;
        var answer = AnswerTo(refusals);
        bool isOver = since.Each(hop), haveNoSender = refusals.All(refusal => refusal.Message.Sender is { Length: 0 });
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} refused {Telling.Count(refusals.Length, "probe")} for {Telling.Count(refusing.Recipients, "different recipient")} because of this host, not because of the recipient.",
                haveNoSender ? "They had the empty sender." : "",
                answer is null ? "" : $"Clients were told {answer.Value.Code}: good recipients too.",
                isOver ? "Since then it answers about the recipients." : ""),
            refusing.Seen.ShownBy([.. refusals.Take(3).Select(refusal => refusal.Line), .. answer is null ? [] : new[] { answer.Value.Line }]),
            Confidence.Strong,
            answer is null || isOver ? Severity.Medium : Severity.Critical,
            [
                Manual.Fix[0], .. haveNoSender ? new[] { SaidOfThisHost.ProbesWithSender } : [],
                .. SaidOfThisHost.Fixes(evidence.Config, hop.HostName, refusing.Replies(evidence.Mail), [Manual.Fix[1]]),
                Manual.Fix[2],
            ]);
    }

    private Finding ReportMany(OthersHosts refusing) =>
        Report(refusing.Host,
            Telling.Sentences(
                $"{Telling.Count(refusing.Hops.Length, "host")} of domains that this one does not relay for refused {Telling.Count(refusing.Refusals.Length, "probe")} because of this host: {refusing.Named}.",
                refusing.WereAskedForSenders ? "Whoever writes from there counts as unknown." : ""),
            refusing.Seen, Confidence.Strong, Severity.Medium, refusing.Fixes) with { Together = refusing.Names };

    /// <summary>A permanent refusal of a client that one of them caused.</summary>
    private static Reject? AnswerTo(Refusal[] refusals)
    {
        foreach (var refusal in refusals.Take(MostAnswersLookedUp))
            if (refusal.Probe?.CausedReject is { Code: >= 500, WarnOnly: false } reject) return reject;
        return null;
    }
}
