namespace MxAudit.Tests.Rules;

/// <summary>A domain that a lookup table puts into a list is taken out of the table, and what is compiled is compiled again.</summary>
public class DelistingTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    private static string Command(string rule, string mainCf, params (string Name, string Text)[] tables) =>
        new AuditedHost(Host + mainCf, tables: tables).All(rule)[0].Fixes[0].Command;

    [Theory]
    [InlineData("hash:/etc/postfix/local",
        "sed -i.$(date +%Y%m%d-%H%M%S) -E '/^example\\.com[[:space:]]/Id' /etc/postfix/local && postmap hash:/etc/postfix/local && postfix reload")]
    [InlineData("texthash:/etc/postfix/local", "sed -i.$(date +%Y%m%d-%H%M%S) -E '/^example\\.com[[:space:]]/Id' /etc/postfix/local && postfix reload")]
    [InlineData("inline:{ example.com=x }", "postconf mydestination   # then set it again without example.com")]
    public void A_relayed_domain_leaves_the_table_of_mydestination(string table, string command) =>
        Assert.Equal(command,
            Command("RLY002", $"mydestination = {table}\nrelay_domains = example.com\n", ("local", "mx2.fallback.example x\nexample.com x\n")));

    [Fact]
    public void Words_and_entries_go_with_one_command() => Assert.Equal(
        "postconf -e 'mydestination = $myhostname, hash:/etc/postfix/local' && sed -i.$(date +%Y%m%d-%H%M%S) -E '/^club\\.example[[:space:]]/Id' /etc/postfix/local && postmap hash:/etc/postfix/local && postfix reload",
        Command("RLY002", "mydestination = $myhostname, example.com, hash:/etc/postfix/local\nrelay_domains = example.com, club.example\n",
            ("local", "club.example x\n")));

    [Theory]
    [InlineData("virtual_mailbox_domains = hash:/etc/postfix/vdomains\n",
        "sed -i.$(date +%Y%m%d-%H%M%S) -E '/^example\\.com[[:space:]]/Id' /etc/postfix/vdomains && postmap hash:/etc/postfix/vdomains && postfix reload")]
    [InlineData("virtual_alias_domains = lmdb:/etc/postfix/vdomains\n",
        "sed -i.$(date +%Y%m%d-%H%M%S) -E '/^example\\.com[[:space:]]/Id' /etc/postfix/vdomains && postmap lmdb:/etc/postfix/vdomains && postfix reload")]
    [InlineData("virtual_mailbox_maps = hash:/etc/postfix/vdomains\n", // $virtual_mailbox_maps by default
        "sed -i.$(date +%Y%m%d-%H%M%S) -E '/^example\\.com[[:space:]]/Id' /etc/postfix/vdomains && postmap hash:/etc/postfix/vdomains && postfix reload")]
    public void A_relayed_domain_leaves_the_table_of_a_virtual_class(string line, string command) =>
        Assert.Equal(command, Command("RLY003", "relay_domains = example.com\n" + line, ("vdomains", "own.example x\nexample.com x\n")));

    [Fact]
    public void A_table_whose_name_begins_alike_is_another() => Assert.StartsWith("sed ",
        Command("RLY003", "relay_domains = example.com\nvirtual_mailbox_domains = hash:/etc/postfix/vd\ntransport_maps = hash:/etc/postfix/vd-routes\n",
            ("vd", "example.com x\n"), ("vd-routes", "example.com relay:\n")));

    /// <summary>The entry is wanted elsewhere: only whoever wrote it can part the two.</summary>
    [Theory]
    [InlineData("transport_maps = hash:/etc/postfix/vdomains\n")]
    [InlineData("relay_domains = hash:/etc/postfix/vdomains\n")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access hash:/etc/postfix/vdomains, reject_unverified_recipient\n")]
    public void A_table_that_another_parameter_reads_is_left_alone(string line) =>
        Assert.Equal("postconf virtual_mailbox_domains   # then set it again without example.com",
            Command("RLY003", "relay_domains = example.com\nvirtual_mailbox_domains = hash:/etc/postfix/vdomains\n" + line,
                ("vdomains", "example.com relay:\n")));

    [Theory]
    [InlineData("relayhost = [smtp.isp.example]\ntransport_maps = hash:/etc/postfix/routes\n", "RLY006", "example.net relay:",
        "printf '%s\\n' '' 'example.com relay:' '.example.com relay:' >> /etc/postfix/routes && postmap hash:/etc/postfix/routes && postfix reload")]
    [InlineData("relayhost = [smtp.isp.example]\ntransport_maps = texthash:/etc/postfix/routes\n", "RLY005", "example.com relay:",
        "printf '%s\\n' '' '.example.com relay:' >> /etc/postfix/routes && postfix reload")]
    [InlineData("relayhost = [smtp.isp.example]\n", "RLY006", "",
        "printf '%s\\n' '' 'example.com relay:' '.example.com relay:' >> /etc/postfix/transport_fallback && postmap hash:/etc/postfix/transport_fallback && postconf -e 'transport_maps = hash:/etc/postfix/transport_fallback' && postfix reload")]
    public void A_new_entry_is_in_effect_at_once(string lines, string rule, string routes, string command) =>
        Assert.Equal(command, Command(rule, "relay_domains = example.com\n" + lines, ("routes", routes + "\n")));

    /// <summary>sed sees one line, and what is left of the value would go on behind the entry before.</summary>
    [Theory]
    [InlineData("mx2.fallback.example x\nexample.com\n  x\n")]
    [InlineData("mx2.fallback.example x\nexample.com x\n# since 2019\n\ty\n")]
    public void An_entry_that_goes_on_in_the_next_line_is_left_to_its_writer(string table) =>
        Assert.Equal("postconf mydestination   # then set it again without example.com",
            Command("RLY002", "mydestination = hash:/etc/postfix/local\nrelay_domains = example.com\n", ("local", table)));
}
