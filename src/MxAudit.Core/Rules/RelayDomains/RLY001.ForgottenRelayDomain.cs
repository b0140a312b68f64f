using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class ForgottenRelayDomain : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY001",
        Name = "forgotten-relay-domain",
        Title = "The MX records of a domain name this host, and it refuses the domain's mail",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        SurerWith = EvidenceKinds.Log,
        Limit = new Limit(0, LimitUnit.Count, "refused recipients of the domain; 0: none is needed", Least: 0),
        Why = """
            Senders turn to this host when the primary does not answer, and get "Relay access denied". With a permanent answer the mail
            bounces in the very outage that the fallback MX is for; with a temporary one senders try for days, and nobody sees an error.
            """,
        Detects = """
            An MX record of a domain names this host, and the domain is in none of relay_domains, mydestination,
            virtual_alias_domains and virtual_mailbox_domains. Refusals of its mail in the log are shown; none is needed.

            Left out are domains that were not looked up, lookups that failed, domains that may stand in a table that can not be
            read, and hosts with permit_mx_backup, which take mail for every domain that names them. A refusal of
            user%other.example@example.com is not about the domain: Postfix does not relay such addresses for anybody.
            """,
        Fix =
        [
            new("Add the domain to relay_domains, or take this host out of its MX records.", "postconf relay_domains   # then: postconf -e 'relay_domains = …, example.net' && postfix reload"),
            new("Until then a temporary answer lets senders try again (RLY011).",
                "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 454 4.7.1 <anna@example.net>: Relay access denied; from=<bea@partner.example> to=<anna@example.net> proto=ESMTP helo=<mail.partner.example>
            """,
        FiresConfig = """
            myhostname = mx2.fallback.example
            inet_interfaces = 198.51.100.25
            relay_domains = example.com
            """,
        FiresDns = """
            {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <anna@example.net>: Relay access denied; from=<tester@victim.example> to=<anna@example.net> proto=ESMTP helo=<test>
            """,
        QuietConfig = """
            myhostname = mx2.fallback.example
            inet_interfaces = 198.51.100.25
            relay_domains = example.com
            """,
        QuietDns = """
            {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}]}}
            """,
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        ForgottenIn(evidence).Where(answer => evidence.LimitOf(Manual) == 0 || DeniedIn(evidence, answer).Sum(reject => reject.Count) >= evidence.LimitOf(Manual)).Select(answer => ReportDomain(evidence, answer));

    /// <summary>RLY011 leaves the matter to this rule.</summary>
    internal static IEnumerable<DnsAnswer> ForgottenIn(Evidence evidence)
    {
        if (evidence is not { Config: { } config, Dns: { } dns } || TakesEveryBackup(config)) return [];
        return dns.All.Where(answer => answer.MxListsUs(evidence.Own) && config.ClassOf(answer.Domain) == DomainClass.Default);
    }

    private static bool TakesEveryBackup(PostfixConfig config) =>
        $"{config.Expanded("smtpd_relay_restrictions")} {config.Expanded("smtpd_recipient_restrictions")}".Contains("permit_mx_backup", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Reject> DeniedIn(Evidence evidence, DnsAnswer answer) =>
        evidence.Log?.Rejects.Where(reject => reject is { ReasonClass: ReasonClass.RelayDenied, WarnOnly: false } && reject.Domain == answer.Domain) ?? [];

    private Finding ReportDomain(Evidence evidence, DnsAnswer answer)
    {
        var config = evidence.Configuration;
        Reject[] denied = [.. DeniedIn(evidence, answer)];
        long count = denied.Sum(reject => (long)reject.Count);
        string written = config.Value("relay_domains");
        var add = written.Contains('\'') ? Manual.Fix[0] : Manual.Fix[0] with { Command = $"postconf -e 'relay_domains = {(written.Length > 0 ? written + ", " : "")}{answer.Domain}' && postfix reload" };
        return Report(evidence, answer.Domain,
            Telling.Sentences($"{answer.Domain} has this host among its MX records, and it is in none of the lists of domains that this host takes mail for.",
                count > 0 ? $"{Telling.Count(count, "recipient")} {(count == 1 ? "was" : "were")} refused so far, from {Telling.Count(denied.Select(reject => reject.ClientAddress).Distinct().Count(), "client")}." : ""),
            Math.Max(1, count), [Proof.FromDns(evidence.Answers, answer), Proof.FromConfig(config, "relay_domains"), .. denied.Take(3).Select(reject => Proof.FromLog(reject.Line))],
            Confidence.Proven, denied.Min(reject => reject.Time), denied.Max(reject => reject.Time), fixes: [add, .. Manual.Fix.Skip(1)]);
    }
}
