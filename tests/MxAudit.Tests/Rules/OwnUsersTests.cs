using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Notices that never leave this host are no backscatter; a forwarding loop that sends them away is.</summary>
public class OwnUsersTests
{
    private static string Found(Letters log, string? config = null) =>
        string.Join(" ", new AuditedHost(config is null ? null : FallbackHost.Name + config, log).All("BKS001")
            .Select(finding => $"{finding.Rule.Id} {finding.Subject}"));

    private static Letters Bounced(string reason, string dsn, string relay, string daemon) => new Letters().Arrives("A00001", from: "me@club.example")
        .Tried("A00001", "u@example.com", "bounced", reason, relay, dsn, daemon)
        .Notice("B00001")
        .Line("bounce: A00001: sender non-delivery notification: B00001")
        .Removed("A00001");

    private static Letters Unknown => Bounced("unknown user: \"u\"", "5.1.1", "local", "local");

    [Theory]
    [InlineData("local", "local", "")]
    [InlineData("virtual", "virtual", "")]
    [InlineData("mx.club.example[203.0.113.9]:25", "smtp", "BKS001 example.com")]
    [InlineData("imap.fallback.example[private/dovecot-lmtp]", "lmtp", "BKS001 example.com")]
    public void A_notice_to_an_own_user_is_no_backscatter(string relay, string daemon, string expected)
    {
        Assert.Equal(expected, Found(Unknown.Tried("B00001", "me@club.example", "sent", "250 2.0.0 Ok", relay, daemon: daemon)));
        Assert.Equal(expected, Found(Unknown.Tried("B00001", "me@club.example", "bounced", "unknown user: \"me\"", relay, "5.1.1", daemon)));
    }

    [Theory]
    [InlineData("virtual_mailbox_domains = club.example\n", "")]
    [InlineData("virtual_alias_domains = club.example\n", "")]
    [InlineData("mydestination = club.example\n", "")]
    [InlineData("relay_domains = club.example\n", "")]
    [InlineData("", "BKS001 example.com")]
    public void The_configuration_knows_own_domains(string lines, string expected) =>
        Assert.Equal(expected,
            Found(Unknown.Tried("B00001", "me@club.example", "sent", "250 2.0.0 Ok", "imap.fallback.example[private/dovecot-lmtp]", daemon: "lmtp"), lines));

    [Theory]
    [InlineData("mail forwarding loop for u@example.com", "local", "local", "BKS001 example.com")]
    [InlineData("mail for example.com loops back to myself", "none", "smtp", "")]
    public void What_a_forged_Delivered_To_sends_back_is_backscatter(string reason, string relay, string daemon, string expected) =>
        Assert.Equal(expected, Found(Bounced(reason, "5.4.6", relay, daemon).Sent("B00001", "me@club.example")));

    [Theory]
    [InlineData("anna@example.com", "Low REL002 mynetworks")] // relayed here
    [InlineData("anna@fallback.example", "Low REL002 mynetworks")]
    [InlineData("anna@office.fallback.example", "Low REL002 mynetworks")]
    [InlineData("", "Low REL002 mynetworks")] // nobody is told
    [InlineData("joe@bank.example", "Medium REL002 mynetworks")]
    [InlineData("anna@example.org", "Medium REL002 mynetworks")]
    public void Own_users_may_mistype_an_address(string from, string expected)
    {
        var log = new Letters().Arrives("A00001", "pc5.fallback.example[10.20.0.5]", from)
            .Tried("A00001", "ana@example.com", "bounced", "host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command)", dsn: "5.1.1");
        var audit = new AuditedHost(FallbackHost.MainCf + "mynetworks = 127.0.0.0/8 10.20.0.0/24\n", log, "smtp inet n - n - - smtpd\n");
        Assert.Equal(expected, audit.Told("REL002"));
    }

    /// <summary>An address in brackets is local where it is this host's own, whatever mydestination says; both ways were tried on 3.7.11.</summary>
    [Theory]
    [InlineData("mydestination =\nlocal_recipient_maps =\n", "", "postconf -X local_recipient_maps && postfix reload")]
    [InlineData("mydestination =\n", " -o local_recipient_maps=", "postconf -PX 'smtp/inet/local_recipient_maps' && postfix reload")]
    [InlineData("mydestination = $myhostname\nlocal_recipient_maps =\n", "", "postconf -X local_recipient_maps && postfix reload")] // as BKS010 says
    public void Users_of_an_own_address_are_looked_for_again(string lines, string options, string command)
    {
        var log = new Letters().Arrives("A00001", from: "joe@victim.example")
            .Tried("A00001", "ghost@[198.51.100.25]", "bounced", "unknown user: \"ghost\"", "local", "5.1.1", "local")
            .Notice("B00001")
            .Line("bounce: A00001: sender non-delivery notification: B00001")
            .Sent("B00001", "joe@victim.example").Removed("B00001").Removed("A00001");
        var audit = new AuditedHost(
            "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\n"
            + "relay_recipient_maps = inline:{ anna@example.com=x }\n" + lines, log, $"smtp inet n - n - - smtpd{options}\nlocal unix - n n - - local\nrelay unix - - n - - smtp\n");
        var found = audit.Only("BKS001");
        Assert.Equal(("[198.51.100.25]", command), (found.Subject, found.Fixes[0].Command));
    }
}
