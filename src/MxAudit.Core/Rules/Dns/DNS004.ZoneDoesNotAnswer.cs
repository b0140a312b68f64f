using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.Dns;

public sealed class ZoneDoesNotAnswer : Rule
{
    private const int FewestSigns = 5;

    /// <summary>Reasons are read again from the log.</summary>
    private const int MostRead = 500;

    public override RuleManual Manual { get; } = new()
    {
        Id = "DNS004",
        Name = "zone-does-not-answer",
        Title = "DNS does not tell where the mail of a relayed domain goes",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            Often the name servers of a domain stand beside its primary. When that place is cut off, its MX records are gone, too:
            reject_unknown_recipient_domain answers 450 to everybody, probes have no result, and queued mail waits. So the
            fallback fails just when it is needed.
            """,
        Detects = """
            5 or more of: relayed mail that waits because a lookup in DNS failed for now, a probe that failed so, and a 4xx
            "Domain not found" for a domain of relay_domains. What failed before mail or a probe for the domain last succeeded
            does not count. A name that does not exist is DNS005, an MX host without address DNS002.
            """,
        Fix =
        [
            new("Ask the name servers of the domain. One of them should stand elsewhere than the primary.",
                "dig +short NS example.com; dig +short MX example.com"),
            new("If other domains can not be looked up either, it is the resolver of this host.", "cat /etc/resolv.conf"),
            new("Or lead the mail to the primary by its address: then no MX record is needed to hand it on.", "mxaudit explain RLY006"),
        ],
        Fires = $"""
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=5 (queue active)
            {Failed("anna")}
            {Failed("bert")}
            {Failed("carl")}
            {Failed("emil")}
            {Failed("fred")}
            """,
        Quiet = $"""
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=6 (queue active)
            {Failed("anna")}
            {Failed("bert")}
            {Failed("carl")}
            {Failed("emil")}
            {Failed("fred")}
            Nov 22 10:00:09 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=8, delays=1/0/7/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            """,
        References = ["https://www.postfix.org/postconf.5.html#reject_unknown_recipient_domain", "https://www.rfc-editor.org/rfc/rfc2182.html"],
    };

    private static string Failed(string user) =>
        $"Nov 22 10:00:08 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<{user}@example.com>, relay=none, delay=7, delays=1/0/6/0, dsn=4.4.3, status=deferred (Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again)";

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var domains = SignsIn(evidence).GroupBy(sign => sign.Domain).Where(domain => domain.Sum(sign => sign.Count) >= FewestSigns).ToArray();
        if (domains.Length == 0) return [];
        var successes = evidence.Mail.Successes;
        return from domain in domains
               let signs = domain.Where(sign => !successes.AnySince(sign.Last, domain.Key, sign.Origin!.Host)).OrderBy(sign => sign.Last).ToArray()
               let seen = Seen.Of(signs)
               where seen.Count >= FewestSigns
               select Report(domain.Key,
                   $"DNS does not tell where mail for {domain.Key} goes: {Sign.Tally(signs)}. Nothing succeeded since.", seen, Confidence.Strong,
                   fixes: [Manual.Fix[0].Naming("example.com", Postconf.Name(domain.Key)), .. Manual.Fix.Skip(1)]);
    }

    private static IEnumerable<Sign> SignsIn(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        bool IsOurs(string domain) => relayed.Names(domain) && evidence.Dns?.Of(domain) is not { Status: DnsStatus.NoSuchDomain };
        var read = new Dictionary<string, int>();
        bool MayRead(string domain) => IsOurs(domain) && (read[domain] = read.GetValueOrDefault(domain) + 1) <= MostRead;
        foreach (var waiting in mail.Deferred.Where(waiting => waiting.ReasonClass == ReasonClass.DnsTemporary && MayRead(waiting.Domain)))
            if (waiting.Reason.Contains("Name service error", StringComparison.Ordinal))
                yield return new Sign(waiting.Domain, "recipient waiting", waiting.LastLine, waiting.LastAttempt).By(waiting.Message);
        foreach (var probe in mail.ProbesFor(ReasonClass.DnsTemporary).Where(probe => MayRead(probe.Domain)))
            if (probe.Reason.Contains("Name service error", StringComparison.Ordinal))
                yield return new Sign(probe.Domain, "probe without a result", probe.Line, probe.Time).By(probe.Message);
        foreach (var reject in mail.RejectsFor(ReasonClass.RecipientDomain))
            if (reject is { Code: >= 400 and < 500, WarnOnly: false } && IsOurs(reject.Domain))
                yield return new Sign(reject.Domain, "recipient refused for now", reject.Line, reject.Time, reject.Count) { Origin = reject.Origin };
    }
}
