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
}
