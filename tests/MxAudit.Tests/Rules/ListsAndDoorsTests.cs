namespace MxAudit.Tests.Rules;

/// <summary>Restriction lists and domain lists, as a Postfix 3.7 was seen to take them.</summary>
public class ListsAndDoorsTests
{
    private static AuditedHost Audited(string mainCf, string? dns = null, string transport = "") =>
        new(FallbackHost.MainCf + mainCf, dns: dns, tables: [("transport", transport), ("locals", "anna@example.com x")]);

    private static string Found(string rules, string mainCf, string? dns = null, string transport = "") => Audited(mainCf, dns, transport).Told(rules);

    private const string Open = "High BKS008 example.com", Unverified = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n";

    [Theory]
    [InlineData("", Open)]
    // a message with two recipients passes
    [InlineData("smtpd_data_restrictions = reject_unauth_pipelining, reject_unverified_recipient\n", "Medium BKS008 example.com")]
    [InlineData("smtpd_end_of_data_restrictions = reject_unverified_recipient\n", "Medium BKS008 example.com")]
    [InlineData("smtpd_data_restrictions = warn_if_reject reject_unverified_recipient\n", Open)]
    [InlineData("smtpd_data_restrictions = check_policy_service inet:127.0.0.1:10040\n", Open)] // nor is it told whom they are to
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_policy_service inet:127.0.0.1:10040\n",
        "Medium BKS008 example.com")]
    [InlineData("smtpd_data_restrictions = permit_mynetworks, reject\n", "")]
    [InlineData("smtpd_end_of_data_restrictions = permit_mynetworks, reject\n", "")]
    [InlineData("smtpd_recipient_restrictions = reject_plaintext_session\n", "")] // without TLS nobody passes
    [InlineData("smtpd_recipient_restrictions = reject_plaintext_session\nsmtpd_tls_security_level = may\n", Open)]
    public void What_is_asked_behind_the_recipients_does_not_know_them(string lines, string expected) =>
        Assert.Equal(expected, Found("BKS008", Unverified + lines));

    [Fact]
    public void The_list_that_verifies_too_late_is_named()
    {
        var result = new AuditedHost(FallbackHost.MainCf + Unverified + "smtpd_data_restrictions = reject_unverified_recipient\n");
        var finding = result.Only("BKS008");
        Assert.Contains("smtpd_data_restrictions verifies the recipient of a message only where it has no other one.", finding.Message,
            StringComparison.Ordinal);
        Assert.Contains(finding.Proofs, proof => proof.Text == "smtpd_data_restrictions = reject_unverified_recipient");
    }

    private const string Permitted = "smtpd_relay_restrictions = check_client_access static:OK, reject\nsmtpd_recipient_restrictions =\n";

    [Theory]
    [InlineData(Permitted, "Critical REL003 smtp/inet")]
    [InlineData(Permitted + "smtpd_data_restrictions = reject_unauth_destination\n", "Critical REL003 smtp/inet")] // two recipients, and it is not asked
    [InlineData(Permitted + "smtpd_data_restrictions = permit_mynetworks, reject\n", "")]
    [InlineData(Permitted + "smtpd_data_restrictions = check_policy_service inet:127.0.0.1:10040\n", "")] // not known here
    public void Who_is_refused_at_data_does_not_relay(string lines, string expected) => Assert.Equal(expected, Found("REL003", lines));

    private static string Senders(string relay, string recipient, string more = "") =>
        $"smtpd_relay_restrictions = permit_mynetworks, {relay}, reject_unauth_destination\nsmtpd_recipient_restrictions = permit_mynetworks, {recipient}, reject_unauth_destination\n{more}";

    [Theory]
    [InlineData("check_sender_access inline:{ a.example=OK }", "check_sender_access inline:{ a.example=OK }", true)]
    [InlineData("check_sender_access inline:{ a.example=OK }", "check_sender_access inline:{ b.example=OK }", false)]
    // the narrower one does for both
    [InlineData("check_sender_access inline:{ a.example=OK }", "check_sender_access inline:{ b.example=OK, x@a.example=OK }", true)]
    [InlineData("check_sender_access inline:{ x@a.example=OK }", "check_sender_access inline:{ a.example=OK, x@a.example=REJECT }", false)]
    [InlineData("check_sender_access inline:{ a.example=OK }", "check_helo_access inline:{ b.example=OK }", true)] // both can be said at once
    [InlineData("check_sender_access inline:{ .a.example=OK }", "check_sender_access inline:{ x.a.example=OK }", false)]
    [InlineData("check_sender_access inline:{ root@=OK }", "check_sender_access inline:{ root@=OK }", true)]
    [InlineData("reject_unauth_pipelining, check_sender_access inline:{ a.example=OK }", "check_sender_access inline:{ a.example=OK }", true)]
    [InlineData("check_sender_access inline:{ <>=OK }", "check_sender_access inline:{ <>=OK }", true)]
    [InlineData("check_sender_access regexp:{ { /a.example$$/ OK } }", "check_sender_access inline:{ a.example=OK }", true)] // the other table names somebody
    [InlineData("check_sender_access regexp:{ { /a.example$$/ OK } }", "check_sender_access regexp:{ { /b.example$$/ OK } }", false)] // not known
    public void A_claim_must_do_for_every_list(string relay, string recipient, bool isOpen) =>
        Assert.Equal(isOpen ? "Critical REL003 smtp/inet" : "", Found("REL003", Senders(relay, recipient)));

    [Theory]
    [InlineData("smtpd_client_restrictions = permit_dnswl_client dnswl.example\n", true)]
    [InlineData("smtpd_sender_restrictions = check_sender_access inline:{ a.example=REJECT }\n", false)]
    public void Lists_in_front_refuse_a_claim_or_do_not(string more, bool isOpen) =>
        Assert.Equal(isOpen ? "Critical REL003 smtp/inet" : "",
            Found("REL003", Senders("check_sender_access inline:{ a.example=OK }", "check_sender_access inline:{ a.example=OK }", more)));

    private const string Twice = "mydestination = $myhostname, example.com\n", Table = "transport_maps = hash:/etc/postfix/transport\n",
        Out = "example.com relay:[mx1.example.com]";

    [Theory]
    [InlineData(Twice, "", "Critical RLY002 example.com", "its mail is delivered on this host")]
    [InlineData(Twice + Table, Out, "Critical RLY002 example.com",
        "smtpd refuses its users as unknown, unless they have an account on this host. What it lets in goes to relay:[mx1.example.com] by transport_maps.")]
    [InlineData(Twice + Table + "local_recipient_maps =\n", Out, "Low RLY002 example.com", "What it lets in goes to relay:[mx1.example.com]")]
    [InlineData(Twice + Table + "local_recipient_maps = hash:/etc/postfix/locals\n", Out, "Low RLY002 example.com",
        "smtpd asks local_recipient_maps, and not relay_recipient_maps")]
    // the default, written
    [InlineData(Twice + Table + "local_recipient_maps = proxy:unix:passwd.byname $alias_maps\nalias_maps = hash:/etc/aliases\n", Out,
        "Critical RLY002 example.com", "smtpd refuses its users")]
    [InlineData(Twice + Table + "local_recipient_maps = unix:passwd.byname hash:/etc/postfix/locals\n", Out, "Low RLY002 example.com",
        "smtpd asks local_recipient_maps")]
    [InlineData(Twice + Table + "local_recipient_maps = inline:{ root=x }\n", Out, "Critical RLY002 example.com", "smtpd refuses its users")]
    [InlineData(Twice + Table, "example.com local:", "", "")]
    [InlineData(Twice + "local_transport = smtp:[inner.example.com]\n", "", "Critical RLY002 example.com",
        "goes to smtp:[inner.example.com] by local_transport")]
    public void Mail_of_mydestination_that_transport_maps_sends_out_is_not_delivered_here(string lines, string transport, string expected, string says)
    {
        var result = Audited(lines, transport: transport);
        Assert.Equal(expected, result.Told("RLY002"));
        if (says.Length > 0) Assert.Contains(says, result.Only("RLY002").Message, StringComparison.Ordinal);
    }

    private const string Backup =
        """{"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";

    [Theory]
    [InlineData("", "", "High RLY002 example.net")]
    [InlineData("local_recipient_maps =\n" + Table, "example.net smtp:[mx1.example.net]", "")]
    [InlineData(Table, "example.net smtp:[mx1.example.net]", "High RLY002 example.net")] // its users have no account here
    public void So_it_is_where_DNS_knows_a_better_host(string lines, string transport, string expected) =>
        Assert.Equal(expected, Found("RLY002", "mydestination = $myhostname, example.net\n" + lines, Backup, transport));

    private const string Whole = "parent_domain_matches_subdomains = smtpd_access_maps\n";

    [Theory]
    [InlineData(".example.com", "", "Medium RLY010 relay_domains")]
    [InlineData("example.com, .example.com", "", "")]
    [InlineData("example.org, .example.com", "", "Medium RLY010 relay_domains")]
    [InlineData(".example.com", Whole, "")]
    [InlineData("hash:/etc/postfix/locals, .example.com", "", "Medium RLY010 relay_domains")]
    public void A_leading_dot_stands_for_nothing_where_parents_match(string domains, string more, string expected) =>
        Assert.Equal(expected, Found("RLY010", $"relay_domains = {domains}\n{more}"));

    [Theory]
    [InlineData(".example.com", "High BKS008 .example.com, High RLY006 .example.com")]
    [InlineData("example.com, .example.com", "High BKS008 example.com, High RLY006 example.com")]
    public void Subdomains_alone_are_domains_too(string domains, string expected) =>
        Assert.Equal(expected, Found("BKS008 RLY005 RLY006", $"{Unverified}relay_domains = {domains}\nrelayhost = [smtp.isp.example]\n{Whole}"));

    [Theory]
    [InlineData("", "High RLY006 .example.com")]
    [InlineData("reject_unverified_recipient", "High RLY006 .example.com, High VRF007 [smtp.isp.example]")]
    public void Their_doors_are_tried_by_a_name_below(string verification, string expected) =>
        Assert.Equal(expected,
            Found("RLY006 VRF007 BKS009", $"{Unverified.Trim()}, {verification}\nrelay_domains = .example.com\nrelayhost = [smtp.isp.example]\n{Whole}"));

    [Fact]
    public void Subdomains_alone_have_a_route_of_their_own() => Assert.Equal("",
        Found("BKS008 RLY005 RLY006 RLY010 LUP004", $"relay_domains = .example.com\nrelayhost = [smtp.isp.example]\n{Whole}{Table}",
            transport: ".example.com relay:[mx1.example.com]"));
}
