using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules.Queue;

public sealed class NextHopDown : Rule
{
    private const int ManyWaiting = 10;
    private static readonly TimeSpan HighAfter = TimeSpan.FromHours(4);

    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE003",
        Name = "next-hop-down",
        Title = "A next hop is down and mail piles up",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Queue | EvidenceKinds.Config,
        Limit = Limit.Of(TimeSpan.FromMinutes(15), "how long a next hop is down before it is more than low"),
        Why = """
            This is what a fallback MX is for: it keeps the mail until the primary is back. But it keeps it for a limited time, five
            days by default. Somebody should know that the primary is down, and when the first mail will be returned.
            """,
        Detects = """
            The last attempts at a next hop failed to connect, or it refused twice or more to talk to this host or to take anybody's
            mail (4.3.x), or offered less TLS than this host asks for; nothing was delivered there since, and recipients of relayed
            domains wait for it. Low from 10 recipients on, medium after 15 minutes, high after 4 hours, critical when the oldest mail
            has used half of its lifetime (5 days are assumed until the configuration is known). For a next hop of other mail it stays
            low. A greylisted recipient is not an outage. Where no mail waits, since probes of three recipients or more could not agree on
            TLS for an hour or more: medium, high after 4 hours.

            Or it answers, and for an hour or more puts off all recipients of relayed domains, three at least, in words about its own
            state and not about them (451 4.3.0 Temporary lookup failure to every RCPT TO): medium, high after 4 hours. Of a code other than 4.3.x
            only those count that were put off an hour apart, as greylisting is in all words; and none that others were delivered in between.
            """,
        Fix =
        [
            new("Repair the primary, or the network between. Nothing has to be done on this host: it tries again by itself."),
            new("Do not flush the queue again and again: it makes this host busy with failures. Once the primary is back, flush once.",
                "postqueue -s example.com"),
            new("If it will take days: raise the lifetime now. It also counts for mail that is already queued.",
                "postconf -e 'maximal_queue_lifetime = 14d' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 22 10:16:41 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:17:11 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=1030, delays=1000/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=4.2.0, status=deferred (host mx1.example.com[192.0.2.10] said: 450 4.2.0 <anna@example.com>: Recipient address rejected: Greylisted, try again later (in reply to RCPT TO command))
            Nov 22 10:16:41 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:16:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1001, delays=1000/0/0/1, dsn=4.2.0, status=deferred (host mx1.example.com[192.0.2.10] said: 450 4.2.0 <anna@example.com>: Recipient address rejected: Greylisted, try again later (in reply to RCPT TO command))
            """,
        References =
        [
            "https://www.postfix.org/QSHAPE_README.html",
            "https://www.postfix.org/postconf.5.html#maximal_queue_lifetime",
            "https://www.postfix.org/postqueue.1.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        var withoutTls = evidence.Mail.ProbesFor(ReasonClass.Tls).Where(probe => probe.Result == ProbeResult.Unknown && relayed.Contains(probe.Domain))
            .ToLookup(probe => probe.NextHop);
        return (from hop in evidence.Mail.NextHops
                where hop.DownSince is not null
                let finding = hop.Waiting.Count > 0 ? ReportHop(evidence, hop, hop.Outages[^1], relayed) : ReportProbes(hop, hop.Outages[^1], withoutTls[hop])
                where finding is not null
                select finding).Concat(PutOff.All(evidence).Select(putOff => ReportPutOff(evidence, putOff)));
    }

    private Finding ReportPutOff(Evidence evidence, PutOff putOff)
    {
        var (hop, waiting) = (putOff.Hop, putOff.Waiting);
        var now = evidence.Mail.Now ?? putOff.Last;
        var oldest = waiting.Min(one => one.Message.AcceptedAt);
        bool usedHalf = now - (oldest ?? now) > evidence.QueueTimes.MaximalQueueLifetime / 2;
        string[] domains = [.. waiting.Select(one => one.Domain).Distinct()];
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} answers, and has put off every recipient for {Telling.Span(putOff.Last - putOff.Since)}, for reasons of its own.",
                waiting.Length == 0 ? "" : $"{Telling.Count(waiting.Length, "recipient waits", "recipients wait")}: {Telling.Tally(waiting.Select(one => one.Domain), 3)}.",
                putOff.Probes == 0 ? "" : $"{Telling.Count(putOff.Probes, "probe")} had no result: recipients that were not verified before are put off here, too.",
                oldest is { } arrived ? Aged(evidence, arrived, now) : "",
                Listed(evidence, hop, now)),
            Seen.Lines(waiting.Length + putOff.Probes, putOff.Lines, putOff.Since, putOff.Last), Confidence.Likely,
            waiting.Length > 0 && usedHalf ? Severity.Critical : putOff.Last - putOff.Since >= HighAfter ? Severity.High : Severity.Medium,
            [
                new Fix("Look into the log of the next hop for the reason: a table or a database that it can not ask, a policy service, a disk that is full."),
                .. waiting.Length == 0 ? [] : LongerLife.Than(evidence, [Manual.Fix[1] with { Command = HopFixes.Flush(domains) }, .. Manual.Fix.Skip(2)]),
            ]);
    }

    private static readonly TimeSpan Lasting = TimeSpan.FromHours(1);
    private const int FewestProbed = 3;

    /// <summary>No mail waits, since nobody could be verified. An outage ends; a quarrel about TLS does not end by itself.</summary>
    private Finding? ReportProbes(NextHop hop, Outage outage, IEnumerable<Probe> withoutTls)
    {
        if (outage.Reason != ReasonClass.Tls) return null;
        Probe[] probes = [.. withoutTls.Where(probe => probe.Time >= outage.From)];
        if (Knowledge.CountDifferent(probes.Select(probe => probe.Recipient)) < FewestProbed || !(probes[^1].Time - outage.From >= Lasting)) return null;
        return Report(hop.Name,
            $"{hop.Name} {WhatHappens(outage.Reason)} for {Telling.Span(probes[^1].Time!.Value - outage.From)}. {Telling.Count(probes.Length, "probe")} had no result: recipients that were not verified before are put off here.",
            Seen.Of(probes), Confidence.Strong, probes[^1].Time - outage.From >= HighAfter ? Severity.High : Severity.Medium, [HopFixes.RepairTls]);
    }

    private const int FewestRefusals = 2;

    private Finding? ReportHop(Evidence evidence, NextHop hop, Outage outage, RelayedDomains relayed)
    {
        if (outage.Reason == ReasonClass.HostRejected && outage.Failures < FewestRefusals) return null; // too many connections at one moment
        var now = evidence.Mail.Now ?? outage.From;
        var oldest = hop.Waiting.Min(waiting => waiting.Message.Arrival);
        bool forRelay = hop.Waiting.Any(relayed.Has);
        if (SeverityOf(evidence.AgeLimitOf(Manual), now - outage.From, now - (oldest ?? now) > evidence.QueueTimes.MaximalQueueLifetime / 2,
            hop.Waiting.Count, forRelay) is not { } severity)
            return null;
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} {WhatHappens(outage.Reason)} for {Telling.Span(now - outage.From)} ({Telling.Count(outage.Failures, "failure")}). {Telling.Count(hop.Waiting.Count, "recipient waits", "recipients wait")}: {Telling.Tally(hop.Waiting.Select(waiting => waiting.Domain), 3)}.",
                oldest is { } arrived ? Aged(evidence, arrived, now) : "",
                Listed(evidence, hop, now)),
            Seen.Lines(hop.Waiting.Count, hop.Waiting.Select(waiting => waiting.LastLine).Prepend(outage.FirstLine), outage.From,
                hop.Waiting.Max(waiting => waiting.LastAttempt)),
            evidence.Queue is null ? Confidence.Strong : Confidence.Proven,
            severity,
            LongerLife.Than(evidence,
                [
                    FixFor(outage.Reason, hop.Name),
                    Manual.Fix[1] with
                    {
                        Why = HopFixes.ListensHere(hop.Name) ? OnceItListens : Manual.Fix[1].Why,
                        Command = HopFixes.Flush([.. hop.Waiting.Where(relayed.Has).Select(waiting => waiting.Domain).Distinct()]),
                    },
                    .. Manual.Fix.Skip(2),
                ]));
    }

    /// <summary>How old the oldest mail is, and how long it has left, where the queue does not tell it better.</summary>
    private static string Aged(Evidence evidence, DateTimeOffset arrived, DateTimeOffset now)
    {
        string aged = $"The oldest mail is {Telling.Span(now - arrived)} old";
        var left = arrived + evidence.QueueTimes.MaximalQueueLifetime - now;
        if (evidence.Queue is not null) return $"{aged}.";
        if (left <= TimeSpan.Zero) return $"{aged}, and due to be returned.";
        return $"{aged}, and is returned to its sender in {Telling.Span(left)}{(evidence.QueueTimes.Assumed ? " if lifetimes are the default" : "")}.";
    }

    private static string WhatHappens(ReasonClass reason) => reason switch
    {
        ReasonClass.HostRejected => "has taken no mail from this host",
        ReasonClass.Tls => "could not agree on TLS with this host",
        _ => "can not be reached",
    };

    private const string OnceItListens = "Do not flush the queue again and again: it makes this host busy with failures. Once it answers, flush once.";

    private Fix FixFor(ReasonClass reason, string hop) => reason switch
    {
        _ when HopFixes.ListensHere(hop) => HopFixes.Restart(hop),
        ReasonClass.HostRejected => new(
            "Look into the log of the next hop for the reason: it is too busy or full, it limits connections, or it blocks this host. The primary should let its fallback in.",
            "mxaudit explain BKS011"),
        ReasonClass.Tls => HopFixes.RepairTls,
        _ => Manual.Fix[0],
    };

    /// <summary>What the queue adds: how much there is, and when the first is returned. Mail without a sender ends earlier, and nobody is told.</summary>
    private static string Listed(Evidence evidence, NextHop hop, DateTimeOffset now)
    {
        QueuedMessage[] messages = [.. evidence.QueuedByHop?.For(hop.Name).Select(one => one.Message).DistinctBy(message => message.QueueId) ?? []];
        if (messages.Length == 0) return "";
        var expiry = messages.Where(message => !message.HasNullSender).Min(evidence.QueueTimes.ExpiryOf);
        string first = expiry is not { } at ? "" : at <= now ? "; the first is due to expire" : $"; the first expires in {Telling.Span(at - now)}";
        return $"The queue lists {Telling.Count(messages.Length, "message")} for it, {messages.Sum(message => message.Size) / 1024} kB{first}{(first.Length > 0 && evidence.QueueTimes.Assumed ? " if lifetimes are the default" : "")}.";
    }

    private static Severity? SeverityOf(TimeSpan mediumAfter, TimeSpan down, bool usedHalfItsLife, int waiting, bool forRelay)
    {
        Severity? low = waiting >= ManyWaiting ? Severity.Low : null;
        if (!forRelay) return low;
        return usedHalfItsLife ? Severity.Critical : down < mediumAfter ? low : down >= HighAfter ? Severity.High : Severity.Medium;
    }
}
