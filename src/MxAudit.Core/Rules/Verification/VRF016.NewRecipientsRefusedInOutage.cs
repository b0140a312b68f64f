using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class NewRecipientsRefusedInOutage : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF016",
        Name = "new-recipients-refused-in-outage",
        Title = "While the primary took no mail, recipients not verified before were answered 450",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Recipients that a probe verified before are accepted during an outage; the cache remembers them. For all others this
            host can not ask, and answers 450: their senders keep the mail and try again. For these recipients the host does not
            back up. It is the price of the safe setting: accepting them would mean bounces to forged senders when the primary
            comes back.
            """,
        Detects = """
            While a next hop could not be reached, or agreed on no TLS, recipients in a domain that it serves were answered
            "unverified address" with a 4xx code. Unknown recipients are among them: during an outage nobody can tell them apart.
            Where it refuses this host, BKS011 tells it.
            """,
        Fix =
        [
            new("Remember good recipients for longer, so that more of them get through the next outage. This is safe.",
                "postconf -e 'address_verify_positive_expire_time = 90d' 'address_verify_positive_refresh_time = 7d' && postfix reload"),
            new("Or give this host the list of valid recipients: it accepts them and refuses all others, with the primary up or down.",
                Guarding.Usual[0].Command),
            new("Accepting what can not be verified (unverified_recipient_defer_code = 250) also changes it, at the price of backscatter. See VRF003.",
                "mxaudit explain VRF003"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<carl@example.com>, relay=none, delay=0.02, delays=0/0.01/0.01/0, dsn=4.4.1, status=undeliverable (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:04 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <carl@example.com>: Recipient address rejected: unverified address: connect to mx1.example.com[192.0.2.10]:25: Connection refused; from=<bea@partner.example> to=<carl@example.com> proto=ESMTP helo=<mail.partner.example>
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<carl@example.com>, relay=none, delay=0.02, delays=0/0.01/0.01/0, dsn=4.4.1, status=undeliverable (connect to mx1.example.com[192.0.2.10]:25: Connection refused)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:20:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:20:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:20:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 10:20:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            Nov 22 10:30:04 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <carl@example.com>: Recipient address rejected: unverified address: connect to mx1.example.com[192.0.2.10]:25: Connection refused; from=<bea@partner.example> to=<carl@example.com> proto=ESMTP helo=<mail.partner.example>
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#recipient",
            "https://www.postfix.org/postconf.5.html#unverified_recipient_defer_code",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var mail = evidence.Mail;
        if (mail.Outages.Count == 0) return [];
        var domains = ServedDomains(mail);
        Outage[] outages = [.. mail.Outages.Where(outage => domains[outage.NextHop].Count > 0)];
        var down = new DownTimes(mail);
        var refused = new OrderedDictionary<NextHop, RefusedMeanwhile>();
        var verified = new FirstVerified(mail, down);
        foreach (var reject in mail.UnverifiedForNow)
        {
            if (reject.Time is not { } time || !down.Cover(time)) continue;
            foreach (var outage in outages)
            {
                if (!outage.Covers(time) || !domains[outage.NextHop].Contains(reject.Domain)) continue;
                if (!refused.TryGetValue(outage.NextHop, out var meanwhile)) refused.Add(outage.NextHop, meanwhile = new RefusedMeanwhile());
                meanwhile.Add(reject, outage, time, verified.Before(reject, time));
            }
        }
        // who refuses this host is not down
        var toldThere = evidence.FoundBy("BKS011").Select(finding => finding.Subject).ToHashSet();
        return refused.Where(pair => !toldThere.Contains(pair.Key.Name) || pair.Value.Outages.Any(outage => outage.Reason != ReasonClass.HostRejected))
            .Select(pair => ReportHop(evidence, pair.Key, pair.Value));
    }

    /// <summary>What was refused while a next hop was down. Counted, not kept: it can be most of a log.</summary>
    private sealed class RefusedMeanwhile
    {
        private const int MostLines = 5;

        private readonly HashSet<Outage> _seen = new(ReferenceEqualityComparer.Instance);
        public readonly List<Outage> Outages = [];
        public readonly List<LinePosition> Lines = [];
        public readonly HashSet<int> Addressees = [], Forgotten = [];
        public DateTimeOffset First = DateTimeOffset.MaxValue, Last = DateTimeOffset.MinValue;
        public long Times;

        public void Add(Reject reject, Outage outage, DateTimeOffset time, bool isForgotten)
        {
            if (_seen.Add(outage)) Outages.Add(outage);
            if (Lines.Count < MostLines) Lines.Add(reject.Line);
            Addressees.Add(reject.Addressee);
            if (isForgotten) Forgotten.Add(reject.Addressee);
            Times += reject.Count;
            if (time < First) First = time;
            if (time > Last) Last = time;
        }
    }

    private Finding ReportHop(Evidence evidence, NextHop hop, RefusedMeanwhile refused)
    {
        var outages = refused.Outages;
        int recipients = evidence.Mail.CountAddresses(refused.Addressees), forgotten = evidence.Mail.CountAddresses(refused.Forgotten);
        var duration = outages.Aggregate(TimeSpan.Zero, (sum, outage) => sum + ((outage.To ?? evidence.Mail.Now ?? outage.From) - outage.From));
        return Report(hop.Name,
            Telling.Sentences(
                $"While {hop.Name} {WhatHappened(outages)} ({Telling.Span(duration)}{(outages.Count == 1 ? "" : $" in {outages.Count} outages")}), {WhoWas(recipients, forgotten)} answered 450, {Telling.Count(refused.Times, "time")} in all.",
                forgotten > 0 && forgotten < recipients ? $"{forgotten} of them had been verified before, and forgotten since." : ""),
            Seen.Lines(recipients, outages.Take(2).Select(outage => outage.FirstLine).Concat(refused.Lines), refused.First, refused.Last), Confidence.Strong,
            fixes: HopFixes.ListensHere(hop.Name) ? [HopFixes.Restart(hop.Name)]
                : [.. outages.All(outage => outage.Reason == ReasonClass.Tls) ? new[] { HopFixes.RepairTls } : [],
                    .. Manual.Fix.Take(RemembersLong(evidence.Config) ? 0 : 1), Guarding.ByList(evidence), Manual.Fix[2]]);
    }

    private static string WhoWas(int recipients, int forgotten) =>
        forgotten == 0 ? Telling.Count(recipients, "recipient that no probe had verified before was", "recipients that no probe had verified before were")
        : forgotten < recipients ? $"{recipients} recipients were"
        : Telling.Count(recipients, "recipient that had been verified before, and forgotten since, was", "recipients that had been verified before, and forgotten since, were");

    /// <summary>When a probe first found one of the recipients that were refused meanwhile, by the log. Each host remembers its own.</summary>
    private sealed class FirstVerified(MailHistory mail, DownTimes down)
    {
        private readonly Lazy<Dictionary<(string Host, string Recipient), DateTimeOffset>> _found = new(() =>
        {
            var found = new Dictionary<(string, string), DateTimeOffset>();
            var asked = mail.AddressesOf(mail.UnverifiedForNow.Where(reject => reject.Time is { } time && down.Cover(time)).Select(reject => reject.Addressee));
            foreach (var probe in mail.ProbesWith(ProbeResult.Deliverable))
                if (asked.Contains(probe.Addressee) && probe.Time is { } time && KeyOf(probe.Message.Origin, probe.Recipient) is var key
                    && !(found.TryGetValue(key, out var known) && known <= time))
                    found[key] = time;
            return found;
        });

        private static (string, string) KeyOf(Origin origin, string recipient) => (origin.Host, recipient.ToLowerInvariant());

        public bool Before(Reject reject, DateTimeOffset time) =>
            _found.Value.TryGetValue(KeyOf(reject.Origin, reject.Recipient), out var first) && first < time;
    }

    private static string WhatHappened(List<Outage> outages) => outages.Select(outage => outage.Reason).Distinct().ToArray() switch
    {
        [ReasonClass.HostRejected] => "took no mail",
        [ReasonClass.Tls] => "could not agree on TLS with this host",
        _ => "was down",
    };

    /// <summary>Already as the first fix wants it.</summary>
    private static bool RemembersLong(PostfixConfig? config) =>
        config is not null && config.Time("address_verify_positive_expire_time").TotalDays >= 90 && config.Time("address_verify_positive_refresh_time").TotalDays <= 7;

    /// <summary>Which domains the hops that were down serve: by the mail that went there, and by the probes that could not.</summary>
    private static Dictionary<NextHop, HashSet<string>> ServedDomains(MailHistory mail)
    {
        var served = mail.Outages.Select(outage => outage.NextHop).Distinct().ToDictionary(hop => hop, _ => new HashSet<string>());
        foreach (var domain in mail.Domains)
            if (domain.NextHop is { } hop && served.TryGetValue(hop, out var names)) names.Add(domain.Name);
        foreach (var probe in mail.ProbesWith(ProbeResult.Unknown))
            if (probe.NextHop is { } hop && served.TryGetValue(hop, out var names)) names.Add(probe.Domain);
        return served;
    }
}
