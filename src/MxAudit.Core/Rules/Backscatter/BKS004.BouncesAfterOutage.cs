using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class BouncesAfterOutage : Rule
{
    private static readonly TimeSpan ShortestOutage = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Aftermath = TimeSpan.FromHours(24);

    /// <summary>address_verify_negative_refresh_time: so long a failed probe of the outage is believed.</summary>
    private static readonly TimeSpan StaleAnswers = TimeSpan.FromHours(3);

    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS004",
        Name = "bounces-after-outage",
        Title = "Mail accepted during an outage bounced when the primary came back",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Limit = new Limit(3, LimitUnit.Count, "bounces after one outage"),
        Why = """
            While the primary was down, this host took mail for recipients that nobody could check. When the primary came back, it
            refused them, and this host wrote to the forged senders all at once. Such a burst is what block lists notice first.
            """,
        Detects = """
            A next hop could not be reached for 10 minutes or more. Within 24 hours after it answered again, it refused 3 or more
            recipients as unknown whose mail strangers had sent during the outage. Mail accepted up to 3 hours after the outage is
            counted besides: for so long a stale answer of the verification cache lets unknown recipients in.
            """,
        Fix =
        [
            new("A list of valid recipients refuses unknown ones whether the primary is up or down. It is the only complete remedy.",
                Guarding.Usual[0].Command),
            new("Without such a list: answer 450 for what can not be verified, and remember good recipients for long, so that known users get through an outage.",
                "postconf -e 'unverified_recipient_defer_code = 450' 'address_verify_positive_expire_time = 90d' && postfix reload"),
            new("Before a queue drains after an outage: compare its recipients with the primary's users and delete mail for those it does not have.",
                "postqueue -j | jq -r '.queue_id as $id | .recipients[] | [$id, .address] | @tsv'"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<a@victim.example>, size=2100, nrcpt=3 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost1@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost2@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost3@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 11:06:42 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<a@victim.example>, size=2100, nrcpt=3 (queue active)
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost1@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost1@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost2@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost2@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost3@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost3@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 11:06:42 mx2 postfix/cleanup[102]: 1A2B3C4D02: message-id=<20261122110642.1A2B3C4D02@mx2.fallback.example>
            Nov 22 11:06:42 mx2 postfix/bounce[105]: 1A2B3C4D01: sender non-delivery notification: 1A2B3C4D02
            Nov 22 11:06:42 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 11:06:42 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<a@victim.example>, size=2100, nrcpt=3 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<bert@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost3@example.com>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 11:06:42 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<a@victim.example>, size=2100, nrcpt=3 (queue active)
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 11:06:42 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<ghost3@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4001, delays=4000/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost3@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 11:06:42 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#recipient",
            "https://www.postfix.org/postconf.5.html#unverified_recipient_defer_code",
            "https://www.postfix.org/postconf.5.html#address_verify_negative_refresh_time",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var outages = evidence.Mail.Outages.Where(outage => outage.To - outage.From >= ShortestOutage).ToLookup(outage => outage.NextHop);
        if (outages.Count == 0) return [];
        var unknown = evidence.Mail.BouncesFor(ReasonClass.UserUnknown).Where(bounced => bounced.NextHop is not null && bounced.FromStranger)
            .ToLookup(bounced => bounced.NextHop!);
        return from hop in outages
               let bursts = hop.Select(outage => BurstAfter(outage, unknown[hop.Key])).Where(burst => burst.During.Count >= evidence.LimitOf(Manual)).ToArray()
               where bursts.Length > 0
               select ReportHop(evidence, hop.Key, bursts);
    }

    private sealed record Burst(Outage Outage, IReadOnlyList<Recipient> During, int Afterwards);

    private static Burst BurstAfter(Outage outage, IEnumerable<Recipient> unknown)
    {
        Recipient[] refused = [.. unknown.Where(bounced => bounced.LastAttempt >= outage.To && bounced.LastAttempt <= outage.To + Aftermath)];
        return new Burst(outage,
            [.. refused.Where(bounced => Falls(bounced.Message.AcceptedAt, outage) || Falls(bounced.FirstDeferred, outage))],
            refused.Count(bounced => bounced.Message.AcceptedAt > outage.To && bounced.Message.AcceptedAt <= outage.To + StaleAnswers));
    }

    /// <summary>The mail that meets the outage first arrived a moment before its first failure.</summary>
    private static bool Falls(DateTimeOffset? time, Outage outage) => time is not null && outage.Covers(time.Value);

    private Finding ReportHop(Evidence evidence, NextHop hop, Burst[] bursts)
    {
        Recipient[] refused = [.. bursts.SelectMany(burst => burst.During)];
        int afterwards = bursts.Sum(burst => burst.Afterwards);
        var longest = bursts.MaxBy(burst => burst.Outage.To - burst.Outage.From)!.Outage;
        return Report(hop.Name,
            Telling.Sentences(
                $"{Telling.Count(refused.Length, "recipient")} accepted from strangers while {hop.Name} was down {(refused.Length == 1 ? "was" : "were")} refused as unknown when it came back.",
                $"{(bursts.Length == 1 ? "The outage" : $"The longest of {bursts.Length} outages")} lasted {Telling.Span(longest.To!.Value - longest.From)}.",
                afterwards == 0 ? "" : $"{afterwards} more were accepted within three hours after it."),
            Seen.Lines(refused.Length + afterwards, bursts.Select(burst => burst.Outage.FirstLine).Take(2).Concat(refused.Select(bounced => bounced.LastLine)),
                bursts.Min(burst => burst.Outage.From), refused.Max(bounced => bounced.LastAttempt)),
            evidence.Config?.Int("unverified_recipient_defer_code") / 100 == 2 ? Confidence.Strong : Confidence.Likely,
            fixes: evidence.Config is null ? null : [.. Causes.FixesFor(evidence, refused), Guarding.ByList(evidence), Manual.Fix[^1]]);
    }
}
