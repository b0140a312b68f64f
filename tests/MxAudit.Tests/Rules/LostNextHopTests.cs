using MxAudit.Tests.Mail;
using static MxAudit.Tests.Rules.FallbackHost;
using static MxAudit.Tests.Rules.MoreHostsTests;

namespace MxAudit.Tests.Rules;

/// <summary>A next hop with a name that DNS does not know.</summary>
public class LostNextHopTests
{
    /// <summary>A slip of the pen: the primary is mx1.</summary>
    private const string Lost = "Host or domain name not found. Name service error for name=mx11.example.com type=A: Host not found";

    private static Letters Refused(Letters log, string reason = Lost, string recipient = "anna@example.com", string daemon = "relay/smtp") =>
        log.Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", recipient, "undeliverable", reason, "none", "5.4.4", daemon)
            .Removed("A00001");

    [Fact]
    public void A_next_hop_that_DNS_does_not_know_is_told_by_the_log_alone()
    {
        Assert.Equal("Critical RLY009 example.com", InLog(Refused(new Letters()), "RLY009"));
        Assert.Equal("Critical RLY009 example.com",
            InLog(new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "bounced", Lost, "none", "5.4.4"), "RLY009"));
        // mended
        Assert.Equal("",
            InLog(Refused(new Letters()).After(60).Active("A00002", "double-bounce@mx2.fallback.example").Probed("A00002", "anna@example.com"), "RLY009"));
        Assert.Equal("", InLog(Refused(new Letters(), recipient: "anna@mx11.example.com"), "RLY009")); // a subdomain that nobody has
        // RLY004's
        Assert.Equal("",
            InLog(
                new Letters()
                    .Arrives("A00001")
                    .Sent("A00001", "anna@example.com")
                    .Removed("A00001")
                    .Arrives("A00002")
                    .Tried("A00002", "anna@old.example.com", "bounced", Lost, "none", "5.4.4"),
                "RLY009"));
        Assert.Equal("", InLog(Refused(new Letters(), Lost.Replace("Host not found", "Host not found, try again")), "RLY009"));
        // a user wrote to a domain with a dead MX
        Assert.Equal("", InLog(new Letters().Submitted("A00001").Tried("A00001", "eva@club.example", "bounced", Lost, "none", "5.4.4", "smtp"), "RLY009"));
    }

    [Fact]
    public void A_next_hop_that_DNS_does_not_know_is_told_by_configuration_and_DNS()
    {
        string With(string name, string answer) => FallbackHost.Dns.TrimEnd()[..^1] + $", \"{name}\": {answer}" + "}";
        const string gone = """{"status": "NXDOMAIN"}""", there = """{"status": "NOERROR", "addresses": ["192.0.2.10"]}""";
        const string slip = "example.com relay:[mx11.example.com]";
        Assert.Equal("Critical RLY009 example.com", Found("RLY009", Table, dns: With("mx11.example.com", gone), transport: slip));
        Assert.Equal("Critical RLY009 example.com", Found("RLY009", "relay_transport = relay:[mx11.example.com]\n", dns: With("mx11.example.com", gone)));
        Assert.Equal("", Found("RLY009", Table, dns: With("mx11.example.com", there), transport: slip));
        Assert.Equal("", Found("RLY009", Table, dns: With("mx11.example.com", """{"status": "SERVFAIL"}"""), transport: slip));
        Assert.Equal("", Found("RLY009", Table, transport: slip)); // not asked
        Assert.Equal("", Found("RLY009", Table + "smtp_host_lookup = native, dns\n", dns: With("mx11.example.com", gone), transport: slip));
        Assert.Equal("",
            Found("RLY009", "relay_transport = lmtp:inet:imap.internal.example\nlmtp_host_lookup = native\n", dns: With("imap.internal.example", gone)));
        Assert.Equal("Critical RLY009 example.com",
            Found("RLY009", "relay_transport = lmtp:inet:imap.internal.example\nsmtp_host_lookup = native\n", dns: With("imap.internal.example", gone)));
        Assert.Equal("", Found("RLY009", Table + "smtp_fallback_relay = [192.0.2.11]\n", dns: With("mx11.example.com", gone), transport: slip));
        Assert.Equal("", Found("RLY009", Table, dns: With("mx11.example.com", gone), transport: "example.com relay:[mx11.example.com],[mx1.example.com]"));
        Assert.Equal("Critical RLY009 example.com", Found("RLY009", Table, Refused(new Letters()).ToString(), transport: slip));
        Assert.Equal("", Found("RLY009", Table, Refused(new Letters()).ToString(), transport: "example.com relay:[mx1.example.com]")); // mended
    }
}
