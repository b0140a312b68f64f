using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class ProbeStorm : Rule
{
    private const int HighPerHour = 500, TimesTheAccepted = 20;
    private const double LeastUndeliverable = 0.8;
    private const int MostRead = 1000;

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF009",
        Name = "probe-storm",
        Title = "Somebody makes this host ask the primary for made-up recipients by the hundred",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Limit = new Limit(100, LimitUnit.Count, "probes for one domain in one hour"),
        Why = """
            Each unknown recipient costs a probe: a queue file here, a connection there. A dictionary attack against this host
            becomes one against the primary, which may block this host for it. Mail waits behind the probes meanwhile.
            """,
        Detects = """
            In any one hour more than 500 probes for one recipient domain (high), or 100 or more and over 20 times as many as
            recipients accepted in that hour (medium), and 80 % or more of them failed for good. So a cache that fills up afresh,
            where most probes succeed, is no storm. Also high: Postfix held back probes with "Too many address verification
            requests".
            """,
        Fix =
        [
            new("Keep the clients away before they reach the probe: postscreen and DNS block lists in front, cheap checks before reject_unverified_recipient, and limits for clients that guess.",
                "postconf -e 'smtpd_client_recipient_rate_limit = 60' 'smtpd_hard_error_limit = 10' && postfix reload"),
            new("Let bad results be remembered.", "postconf -e 'address_verify_negative_cache = yes' && postfix reload"),
            new("A list of valid recipients needs no probes at all.", Guarding.Usual[0].Command),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/error[104]: 1A2B3C4D01: to=<ghost@example.com>, relay=none, delay=0.02, delays=0/0.01/0/0.01, dsn=4.3.2, status=undeliverable (Too many address verification requests)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/error[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=0.02, delays=0/0.01/0/0.01, dsn=4.3.2, status=undeliverable (deferred transport)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
            "https://www.postfix.org/POSTSCREEN_README.html",
            "https://www.postfix.org/postconf.5.html#address_verify_pending_request_limit",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var held = HeldBack(evidence.Mail).ToLookup(probe => probe.Domain);
        var many = ManyProbes(evidence.Mail, evidence.LimitOf(Manual));
        foreach (string domain in held.Select(probes => probes.Key).Union(many.Keys))
        {
            var storm = many.TryGetValue(domain, out var probes) ? StormOf(evidence.Mail, evidence.LimitOf(Manual), domain, probes) : null;
            if (storm is null && !held.Contains(domain)) continue;
            var shown = held[domain].Concat(storm?.Probes ?? []);
            yield return Report(domain,
                Telling.Sentences(
                    storm is null ? ""
                        : $"{Telling.Number(storm.Count)} probes for recipients in {domain} within one hour, {Telling.Number(storm.Undeliverable)} of them undeliverable, for {Telling.Number(storm.Recipients)} different addresses: this looks like a dictionary attack.",
                    held.Contains(domain) ? $"Postfix held back {Telling.Count(held[domain].Count(), "probe")} because too many were under way." : ""),
                Seen.Lines(held[domain].Count() + (storm?.Count ?? 0), shown.Select(probe => probe.Line), shown.Min(probe => probe.Time),
                    shown.Max(probe => probe.Time)),
                Confidence.Strong,
                held.Contains(domain) ? Severity.High : storm!.Severity,
                evidence.Config is not { } config ? null
                    : [Manual.Fix[0], .. config.Bool("address_verify_negative_cache") ? [] : new[] { Manual.Fix[1] }, Guarding.ByList(evidence)]);
        }
    }

    private sealed record Storm(IEnumerable<Probe> Probes, int Count, int Undeliverable, int Recipients, Severity Severity);

    /// <summary>Probes of the domains that have enough of them; the domain that was probed first comes first.</summary>
    private static Dictionary<string, IReadOnlyList<Probe>> ManyProbes(MailHistory mail, double fewest) =>
        (from domain in mail.Domains
         where domain.ProbesUndeliverable >= fewest * LeastUndeliverable
         let probes = mail.ProbesTo(domain)
         where probes.Count > 0
         orderby probes[0].Line
         select (domain.Name, probes)).ToDictionary();

    /// <summary>The times of probes in their order. Lines nearly always are in it, and have a time.</summary>
    /// <returns>UTC ticks.</returns>
    private static long[] InOrder(ref IReadOnlyList<Probe> probes)
    {
        long[] times = new long[probes.Count];
        int i = 0;
        foreach (var probe in probes)
        {
            if (probe.Time is not { } time || (i > 0 && time.UtcTicks < times[i - 1]))
            {
                probes = [.. probes.Where(timed => timed.Time is not null).OrderBy(timed => timed.Time)];
                return [.. probes.Select(timed => timed.Time!.Value.UtcTicks)];
            }
            times[i++] = time.UtcTicks;
        }
        return times;
    }

    private static Storm? StormOf(MailHistory mail, double fewest, string domain, IReadOnlyList<Probe> probes)
    {
        var (count, first) = Rates.Busiest(InOrder(ref probes), TimeSpan.FromHours(1));
        if (count < fewest) return null;
        var ordered = probes;
        var hour = Enumerable.Range(first, count).Select(i => ordered[i]);
        int undeliverable = hour.Count(probe => probe.Result == ProbeResult.Undeliverable);
        if (undeliverable < LeastUndeliverable * count) return null;
        var beginning = ordered[first].Time!.Value;
        if (count <= HighPerHour && count <= TimesTheAccepted * mail.CountAccepted(domain, beginning, beginning.AddHours(1))) return null;
        return new Storm(hour, count, undeliverable, mail.CountAddresses(hour.Select(probe => probe.Addressee).ToHashSet()),
            count > HighPerHour ? Severity.High : Severity.Medium);
    }

    /// <summary>qmgr's words for address_verify_pending_request_limit; the code 4.3.2 alone has other meanings.</summary>
    private static IEnumerable<Probe> HeldBack(MailHistory mail) =>
        mail.ProbesWith(ProbeResult.Unknown)
            .Where(probe => probe.Dsn is { Class: 4, Subject: 3, Detail: 2 })
            .Take(MostRead)
            .Where(probe => probe.Reason.Contains("Too many address verification requests"));
}
