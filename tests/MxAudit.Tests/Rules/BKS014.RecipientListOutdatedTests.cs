using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Relayed domains that the list of recipients forgot.</summary>
public class RecipientListOutdatedTests
{
    private static Letters Refused(string domain, int recipients, params string[] clients)
    {
        var log = new Letters();
        foreach (string client in clients)
            for (int i = 1; i <= recipients; i++)
                log.Line($"smtpd: NOQUEUE: reject: RCPT from {client}: 550 5.1.1 <user{i}@{domain}>: Recipient address rejected: User unknown in relay recipient table; from=<bea@partner.example> to=<user{i}@{domain}> proto=ESMTP helo=<mail.partner.example>");
        return log;
    }

    private const string Listed = "relay_domains = example.com, example.net\nrelay_recipient_maps = inline:{{anna@example.com = x}}\n";

    [Theory]
    [InlineData(Listed, "example.net", 3, "High BKS014 example.net")]
    [InlineData(Listed, "example.net", 2, "")]
    [InlineData(Listed, "example.com", 3, "")]
    [InlineData(Listed + "virtual_alias_maps = inline:{{info@example.net = anna@example.com}}\n", "example.net", 3, "")]
    [InlineData(Listed + "canonical_maps = pcre:/etc/postfix/canonical\n", "example.net", 3, "")]
    [InlineData("relay_domains = example.com, example.net\nrelay_recipient_maps = regexp:{{/^anna@/ x}}\n", "example.net", 3, "")]
    [InlineData(Listed + "transport_maps = inline:{{example.net = error:closed}}\n", "example.net", 3, "")]
    public void A_relayed_domain_without_any_user_in_the_list_was_forgotten(string lines, string domain, int recipients, string expected) =>
        Assert.Equal(expected, FallbackHost.Audited(lines, Refused(domain, recipients, Letters.Stranger, "out.shop.example[203.0.113.80]")).Told("BKS014"));

    [Theory]
    [InlineData("unknown[203.0.113.80]")]
    [InlineData("h203.0.113.80.dyn.example[203.0.113.80]")]
    [InlineData(Letters.Stranger)]
    public void Junk_to_the_name_of_a_host_does_not_show_that_anybody_is_missed(string second) =>
        Assert.Equal("Low BKS014 example.net", FallbackHost.Audited(Listed, Refused("example.net", 4, Letters.Stranger, second)).Told("BKS014"));

    [Fact]
    public void Many_forgotten_domains_are_told_once()
    {
        string[] domains = [.. Enumerable.Range(1, 6).Select(i => $"d{i}.example")];
        var log = new Letters();
        foreach (string line in domains
            .SelectMany(domain => Refused(domain, 3, Letters.Stranger, "out.shop.example[203.0.113.80]").ToString().Split('\n'))
            .Where(line => line.Length > 0))
            log.Line(line[line.IndexOf("smtpd", StringComparison.Ordinal)..]);
        var result = FallbackHost.Audited($"relay_domains = example.com, {string.Join(", ", domains)}\nrelay_recipient_maps = inline:{{{{anna@example.com = x}}}}\n", log);
        Assert.Equal("High BKS014 relay_recipient_maps", result.Told("BKS014"));
    }
}
