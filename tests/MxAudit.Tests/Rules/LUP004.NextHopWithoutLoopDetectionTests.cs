using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Next hops that may be this host, or become it.</summary>
public class NextHopWithoutLoopDetectionTests
{
    private static Letters Looped(string hop, string domain = "example.com") => new Letters().Arrives("A00001")
        .Tried("A00001", $"anna@{domain}", "bounced", $"mail for {hop} loops back to myself", "none", "5.4.6");

    [Theory]
    [InlineData("lmtp:inet:192.0.2.10:24", "Low LUP004 example.com")]
    [InlineData("lmtp:imap.example.com", "Low LUP004 example.com")]
    [InlineData("relay:mx1.example.com:2526", "Medium LUP004 example.com")]
    public void Lmtp_looks_up_no_MX_records(string value, string expected) =>
        Assert.Equal(expected, FallbackHost.Found("LUP002 LUP004 DNS001", FallbackHost.Table, transport: "example.com " + value));

    [Fact]
    public void Postfix_knows_its_addresses_better_than_who_audits_it()
    {
        var result = FallbackHost.Audited("transport_maps = inline:{{example.com = relay:[198.51.100.27]}}\n", Looped("198.51.100.27"), FallbackHost.Dns);
        Assert.Equal("Critical LUP001 example.com, Critical LUP004 example.com", result.Told("LUP001 LUP002 LUP004"));
        Assert.StartsWith("The cause is LUP004", result.Only("LUP001").Fixes[0].Why);
        var other = FallbackHost.Audited("transport_maps = inline:{{example.com = relay:[192.0.2.10]}}\n", Looped("198.51.100.27"), FallbackHost.Dns);
        Assert.Equal("", other.Told("LUP004"));
    }
}
