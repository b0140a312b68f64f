using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Addresses of this host that Postfix is not told.</summary>
public class OwnAddressUnknownTests
{
    [Theory]
    [InlineData("inet_interfaces = 10.1.2.3, 127.0.0.1\n", "High LUP003 198.51.100.25")]
    [InlineData("inet_interfaces = 10.1.2.3, 127.0.0.1\nproxy_interfaces = 198.51.100.25\n", "")]
    [InlineData("inet_interfaces = 198.51.100.25, loopback-only\n", "")]
    [InlineData("inet_interfaces = all\n", "")]
    [InlineData("inet_interfaces = $myhostname, localhost\n", "")]
    [InlineData("inet_interfaces = loopback-only\n", "")]
    [InlineData("inet_interfaces = 10.1.2.3\nrelay_transport = relay:[mx1.example.com]\n", "")]
    public void A_public_address_that_postfix_is_not_told_is_found_in_DNS(string lines, string expected)
    {
        Assert.Equal(expected, FallbackHost.Found("LUP002 LUP003", lines));
        Assert.Equal("", FallbackHost.Found("LUP003", lines, dns: null));
    }

    [Fact]
    public void What_greeted_this_host_is_not_told_twice() => Assert.Equal("High LUP003 198.51.100.25", FallbackHost.Found("LUP003", "inet_interfaces = 10.1.2.3\n",
        new Letters()
            .Line("relay/smtp: warning: host mx2.fallback.example[198.51.100.25]:25 greeted me with my own hostname mx2.fallback.example")
            .ToString()));
}
