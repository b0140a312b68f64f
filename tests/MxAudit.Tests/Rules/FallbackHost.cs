using MxAudit.Tests.Mail;

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

    /// <summary>The beginning of one that is told nothing but who it is.</summary>
    public const string Name = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\n";

    public const string MasterCf = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\n";

    public static AuditedHost Audited(string lines, Letters? log = null, string? dns = null, params (string Name, string Text)[] tables) =>
        new(MainCf + lines, log, dns: dns, tables: tables);

    /// <summary>DNS names the primary first, and this host behind it.</summary>
    public const string Dns = """
        {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]},
         "mx2.fallback.example": {"status": "NOERROR", "addresses": ["198.51.100.25"]}, "smtp.isp.example": {"status": "NOERROR", "addresses": ["203.0.113.25"]}}
        """;

    /// <summary>What these rules tell of it, in one line.</summary>
    public static string Found(string rules, string mainCf, string? log = null, string? dns = Dns, string transport = "") =>
        new AuditedHost(MainCf + mainCf, log, dns: dns, tables: ("transport", transport)).Told(rules);

    /// <summary>Its text is the last parameter of <see cref="Found"/>.</summary>
    public const string Table = "transport_maps = hash:/etc/postfix/transport\n";
}
