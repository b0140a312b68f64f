using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Single addresses in mynetworks: this host's own, or another's.</summary>
public class TrustedPrimaryTests
{
    [Theory]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7", "Low REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7 [2001:db8::7]", "Low REL002 mynetworks")] // the usual pair
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7 192.0.2.8", "Medium REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7\nsmtp_bind_address = 192.0.2.7", "")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7\nsmtp_bind_address = 198.51.100.25", "Medium REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7\nrelay_transport = relay:[192.0.2.7]", "High REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7\ntransport_maps = inline:{{example.com=relay:[192.0.2.7]}}", "High REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.7\ntransport_maps = inline:{{example.com=relay:[192.0.2.8]}}", "Low REL002 mynetworks")]
    [InlineData("mynetworks = 127.0.0.0/8 10.0.0.0/24\nrelay_transport = relay:[10.0.0.7]", "Low REL002 mynetworks")] // the office
    public void A_host_that_mail_is_handed_on_to_is_another(string lines, string expected) =>
        Assert.Equal(expected, new AuditedHost(FallbackHost.MainCf + lines + "\n").Told("REL002"));

    [Theory]
    [InlineData("192.0.2.7", "Medium REL002 mynetworks")]
    [InlineData("192.0.2.8", "Low REL002 mynetworks")]
    public void So_is_a_next_hop_of_the_log(string hop, string expected)
    {
        var audit = new AuditedHost(FallbackHost.MainCf + "mynetworks = 127.0.0.0/8 192.0.2.7\n", new Letters().Arrives("A00001").Sent("A00001", "anna@example.com", relay: $"mx1.example.com[{hop}]:25"));
        Assert.Equal(expected, audit.Told("REL002"));
    }
}
