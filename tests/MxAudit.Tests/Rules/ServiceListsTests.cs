using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Each smtpd looks into the lists of users that -o in master.cf gives to it, or takes from it (seen on 3.7.11).</summary>
public class ServiceListsTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination

        """,
        Relaying = Host + "relay_domains = example.com\n", Two = "\n198.51.100.26:25 inet n - n - - smtpd\nrelay unix - - n - - smtp\n";

    private static Finding[] All(string rule, string mainCf, string options, string more = Two) =>
        new AuditedHost(mainCf, masterCf: $"smtp inet n - n - - smtpd{options}{more}").All(rule);

    [Fact]
    public void A_list_of_relayed_users_that_one_service_has_lost_is_given_back_there()
    {
        const string listed = Relaying + "relay_recipient_maps = inline:{ anna@example.com=x }\n";
        Assert.Empty(All("BKS008", listed, ""));
        var found = Assert.Single(All("BKS008", listed, " -o relay_recipient_maps="));
        Assert.Equal((Severity.High, "postconf -PX 'smtp/inet/relay_recipient_maps' && postfix reload"), (found.Severity, found.Fixes[0].Command));
        Assert.Contains(found.Proofs, proof => proof is { Source: "master.cf", Text: "relay_recipient_maps is empty" });
    }

    [Fact]
    public void A_list_of_relayed_users_that_each_service_has_for_itself_counts()
    {
        const string list = " -o relay_recipient_maps=inline:{anna@example.com=x}";
        Assert.Empty(All("BKS008", Relaying, list, "\nrelay unix - - n - - smtp\n"));
        Assert.Equal(
            "test -s /etc/postfix/relay_recipients && postmap hash:/etc/postfix/relay_recipients && postconf -e 'relay_recipient_maps = hash:/etc/postfix/relay_recipients' && postfix reload",
            Assert.Single(All("BKS008", Relaying, list)).Fixes[0].Command); // and the list of the other stays
    }

    [Fact]
    public void An_entry_for_all_counts_where_the_list_is_asked()
    {
        const string wild = "inline:{@example.com=x}";
        Assert.Equal("relay_recipient_maps = " + wild,
            Assert.Single(All("BKS009", Relaying + "relay_recipient_maps = inline:{ anna@example.com=x }\n", " -o relay_recipient_maps=" + wild))
                .Proofs[1].Text);
        Assert.Empty(All("BKS009", Relaying + $"relay_recipient_maps = {wild}\n", " -o relay_recipient_maps=inline:{anna@example.com=x}",
            "\nrelay unix - - n - - smtp\n"));
    }

    [Theory]
    [InlineData("", " -o local_recipient_maps=", "local_recipient_maps is empty for smtp/inet: ",
        "postconf -PX 'smtp/inet/local_recipient_maps' && postfix reload")]
    [InlineData("local_recipient_maps =\n", " -o local_recipient_maps=", "local_recipient_maps is empty: ",
        "postconf -X local_recipient_maps && postconf -PX 'smtp/inet/local_recipient_maps' && postfix reload")]
    [InlineData("local_recipient_maps =\n", " -o local_recipient_maps=inline:{anna=x}", "local_recipient_maps is empty: ",
        "postconf -X local_recipient_maps && postfix reload")]
    [InlineData("local_recipient_maps = inline:{ anna=x }\n", " -o local_recipient_maps=", "local_recipient_maps is empty for smtp/inet: ",
        "postconf -PX 'smtp/inet/local_recipient_maps' && postfix reload")]
    public void Own_users_of_each_service(string mainCf, string options, string said, string command)
    {
        var found = Assert.Single(All("BKS010", Host + "mydestination = $myhostname\n" + mainCf, options));
        Assert.StartsWith(said, found.Message);
        Assert.Equal(("local_recipient_maps", command), (found.Subject, found.Fixes[0].Command));
    }

    [Theory]
    [InlineData("inline:{ anna@club.example=x }", "", null)]
    [InlineData("inline:{ anna@club.example=x }", " -o virtual_mailbox_maps=", "postconf -PX 'smtp/inet/virtual_mailbox_maps' && postfix reload")]
    [InlineData("", " -o virtual_mailbox_maps=inline:{anna@club.example=x}",
        "test -s /etc/postfix/mailboxes && postmap hash:/etc/postfix/mailboxes && postconf -e 'virtual_mailbox_maps = hash:/etc/postfix/mailboxes' && postfix reload")]
    public void Mailboxes_of_each_service(string maps, string options, string? command) =>
        Assert.Equal(command,
            All("BKS010", Host + $"mydestination =\nvirtual_mailbox_domains = club.example\nvirtual_mailbox_maps = {maps}\n", options)
                .SingleOrDefault()?.Fixes[0].Command);

    [Fact]
    public void Where_every_service_has_its_own_list_nobody_is_let_in() =>
        Assert.Empty(All("BKS010", Host + "mydestination = $myhostname\nlocal_recipient_maps =\n", " -o local_recipient_maps=inline:{anna=x}",
            "\nrelay unix - - n - - smtp\n"));
}
