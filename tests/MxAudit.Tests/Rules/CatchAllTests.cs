using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A primary that takes every address: who does not ask it loses nothing.</summary>
public class CatchAllTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
        maximal_queue_lifetime = 21d

        """,
        Listed = Host + "relay_recipient_maps = inline:{ @example.com=OK }\n";

    private static Letters Delivered(int users, string client = Letters.Stranger)
    {
        var log = new Letters();
        for (int i = 0; i < users; i++) log.Arrives($"A{i:00000}", client).Sent($"A{i:00000}", $"u{i}@example.com").Removed($"A{i:00000}");
        return log;
    }

    private static string Told(string config, Letters log) => new AuditedHost(config, log).Told("BKS008 BKS009 QUE002");

    [Theory]
    [InlineData(200, "Low BKS009 example.com")]
    [InlineData(199, "High BKS009 example.com, Medium QUE002 maximal_queue_lifetime")]
    public void Every_user_may_be_one_there(int users, string expected) => Assert.Equal(expected, Told(Listed, Delivered(users)));

    [Fact]
    public void Without_a_list_it_is_the_same() => Assert.Equal("Low BKS008 example.com", Told(Host, Delivered(200)));

    [Fact]
    public void One_that_it_does_not_know_shows_that_it_has_a_list() =>
        Assert.Equal("Critical BKS009 example.com, Medium QUE002 maximal_queue_lifetime", Told(Listed, Delivered(200).Arrives("B00001").Bounced("B00001", "ghost@example.com")));

    [Fact]
    public void A_probe_of_one_that_it_does_not_know_does_as_well() =>
        Assert.Equal("High BKS009 example.com, Medium QUE002 maximal_queue_lifetime",
            Told(Listed, Delivered(200).Active("B00001", "double-bounce@mx2.fallback.example").Probed("B00001", "ghost@example.com", "undeliverable").Removed("B00001")));

    [Theory]
    [InlineData("550 5.7.1 <ghost@example.com>: Recipient address rejected: policy", "5.7.1")]
    [InlineData("554 5.4.6 No", "5.4.6")]
    public void Any_recipient_that_it_refuses_shows_that_it_does_not_take_all(string reply, string dsn) =>
        Assert.DoesNotContain("Low BKS009", Told(Listed, Delivered(200).Arrives("B00001").Tried("B00001", "ghost@example.com", "bounced",
            $"host mx1.example.com[192.0.2.10] said: {reply} (in reply to RCPT TO command)", dsn: dsn)), StringComparison.Ordinal);

    /// <summary>Own users know whom they write to.</summary>
    [Fact]
    public void Mail_of_trusted_clients_shows_nothing() =>
        Assert.Equal("High BKS009 example.com, Medium QUE002 maximal_queue_lifetime", Told(Listed, Delivered(200, "localhost[127.0.0.1]")));

    [Fact]
    public void The_same_user_again_is_one() =>
        Assert.Equal("High BKS009 example.com, Medium QUE002 maximal_queue_lifetime",
            Told(Listed, Enumerable.Range(0, 220).Aggregate(new Letters(), (log, i) => log.Arrives($"A{i:00000}").Sent($"A{i:00000}", "anna@example.com").Removed($"A{i:00000}"))));
}
