namespace MxAudit.Tests.Rules;

/// <summary>A sound backup host for example.com, that tests about hosts change in one thing.</summary>
internal static class FallbackHost
{
    public const string MainCf = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mydestination = $myhostname, localhost
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    /// <summary>What these rules found, in one line: severity, rule and subject of each.</summary>
    public static string Told(this AuditResult audit, string rules) =>
        string.Join(", ",
            audit.Findings
                .Where(finding => rules.Split(' ').Contains(finding.Rule.Id))
                .Select(finding => $"{finding.Severity} {finding.Rule.Id} {finding.Subject}")
                .Order(StringComparer.Ordinal));
}
