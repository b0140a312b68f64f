using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>What ends programs of 3.7.11 besides values of a wrong kind, and hosts that nobody can deliver to.</summary>
public class PortsAndLimitsTests
{
    private const string Services = "smtp inet n - n - - smtpd\nsmtp unix - - n - - smtp\nrelay unix - - n - - smtp\n";

    /// <summary>Each was given to every program; which one ended is what is told.</summary>
    [Theory]
    [InlineData("smtpd_per_record_deadline = foo", "Critical HYG008 smtpd")]
    [InlineData("myorigin =", "Critical HYG008 smtpd")]
    [InlineData("smtpd_banner =", "Critical HYG008 smtpd")]
    [InlineData("smtpd_sasl_path = $multi_instance_name", "Critical HYG008 smtpd")]
    [InlineData("smtp_helo_name = $smtpd_proxy_ehlo", "")] // a default that is not known here
    [InlineData("relay_transport =", "High HYG002 relay_transport")] // trivial-rewrite
    [InlineData("lmtp_tls_ciphers =", "")] // no lmtp runs
    [InlineData("smtp_helo_timeout = 0", "High HYG002 smtp_helo_timeout")]
    [InlineData("hopcount_limit = 0", "High HYG002 hopcount_limit")]
    [InlineData("queue_run_delay = 0s", "High HYG002 queue_run_delay")]
    [InlineData("smtpd_tls_session_cache_timeout = foo", "High HYG002 smtpd_tls_session_cache_timeout")] // tlsmgr
    [InlineData("qmgr_fudge_factor = foo", "")] // nobody
    [InlineData("body_checks_size_limit = 99999999999", "High HYG002 body_checks_size_limit")]
    [InlineData("transport_maps = /etc/postfix/transport", "High HYG002 transport_maps")]
    [InlineData("relay_recipient_maps = hash:/etc/postfix/a /etc/postfix/b", "Critical HYG008 smtpd")]
    [InlineData("smtpd_tls_security_level = yes", "Critical HYG008 smtpd")]
    [InlineData("smtp_tls_security_level = MAY", "")]
    [InlineData("smtp_tls_security_level = opportunistic", "High HYG002 smtp_tls_security_level")]
    public void The_program_that_ends_is_told(string line, string expected) =>
        Assert.Equal(expected, new AuditedHost(FallbackHost.MainCf + line + "\n", masterCf: Services).Told("HYG002 HYG008"));

    /// <summary>Each domain was looked for in the whole list: a minute for 20000.</summary>
    [Fact]
    public void Many_domains_in_a_list_take_no_time()
    {
        string[] names = [.. Enumerable.Range(0, 60_000).Select(i => $"d{i}.example.com")];
        var config = PostfixConfig.OfText($"relay_domains = {string.Join(' ', names)}\nparent_domain_matches_subdomains =\n");
        Assert.InRange(Effort.InMegabytes(() => Assert.True(names.All(name => config.IsListed("relay_domains", name).IsIn == true)), 200), 0, 200);
    }

    private static AuditedHost WithDns(string masterCf) =>
        new(FallbackHost.MainCf, masterCf: masterCf, dns: """{"example.com":{"status":"NOERROR","mx":[{"preference":10,"exchange":"mx1.example.com","addresses":["192.0.2.10"]},{"preference":20,"exchange":"mx2.fallback.example","addresses":["192.0.2.20"]}]}}""");

    private const string Others = "smtp unix - - n - - smtp\nrelay unix - - n - - smtp\n";

    [Theory]
    [InlineData("", "High HYG008 smtp/inet")]
    [InlineData("submission inet n - n - - smtpd\n", "High HYG008 smtp/inet")]
    [InlineData("127.0.0.1:smtp inet n - n - - smtpd\n", "High HYG008 smtp/inet")]
    [InlineData("smtp inet n - n - - smtpd\n", "")]
    [InlineData("192.0.2.20:25 inet n - n - - smtpd\n", "")]
    [InlineData("smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n", "")]
    [InlineData("smtp inet n - n - - our-own-smtpd\n", "")]
    [InlineData("127.0.0.1:10025 inet n - n - - smtpd\n", "")] // another program hands the mail on
    [InlineData("2525 inet n - n - - smtpd\n", "")]
    public void A_host_with_nothing_at_port_25_is_told(string services, string expected) => Assert.Equal(expected, WithDns(services + Others).Told("HYG008"));

    [Fact]
    public void What_listens_to_the_host_itself_makes_room() =>
        Assert.Equal("postconf -M# '127.0.0.1:smtp/inet' && postconf -M 'smtp/inet=smtp inet n - n - - smtpd' && postfix stop && postfix start",
            WithDns("127.0.0.1:smtp inet n - n - - smtpd\n" + Others).Only("HYG008").Fixes[0].Command);

    /// <summary>A mail gateway names the mail servers behind it, and has best_mx_transport for its own users' mail.</summary>
    [Theory]
    [InlineData("", "Medium LUP006 best_mx_transport")]
    [InlineData("transport_maps = inline:{example.com=smtp:mx1.example.com}", "Medium LUP006 best_mx_transport")]
    [InlineData("transport_maps = inline:{example.com=smtp:[192.0.2.10]:25}", "Low LUP006 best_mx_transport")]
    [InlineData("relay_transport = relay:[mx1.example.com]", "Low LUP006 best_mx_transport")]
    [InlineData("transport_maps = hash:/etc/pmg/transport", "Low LUP006 best_mx_transport")] // not at hand
    public void Best_mx_transport_concerns_mail_that_goes_by_MX_records(string line, string expected) =>
        Assert.Equal(expected, new AuditedHost(FallbackHost.MainCf + "best_mx_transport = local\n" + line + "\n", masterCf: Services).Told("LUP006"));

    [Theory]
    [InlineData("sender_dependent_default_transport_maps = static:smtp:[smart.partner.example]", "user@elsewhere.example", RouteDecider.ClassTransport)]
    [InlineData("sender_dependent_default_transport_maps = randmap:{a:,b:}", "user@elsewhere.example", RouteDecider.Unknown)]
    [InlineData("sender_dependent_default_transport_maps = hash:/etc/postfix/by-sender", "user@elsewhere.example", RouteDecider.RecipientDomain)]
    [InlineData("sender_dependent_default_transport_maps = static:smtp:[smart.partner.example]", "user@example.com", RouteDecider.RecipientDomain)]
    [InlineData("sender_dependent_relayhost_maps = static:[smart.partner.example]", "user@example.com", RouteDecider.SenderDependentRelayhost)]
    [InlineData("sender_dependent_relayhost_maps = randmap:{[a.partner.example],[b.partner.example]}", "user@example.com", RouteDecider.Unknown)]
    [InlineData("transport_maps = randmap:{smtp:[192.0.2.10],smtp:[192.0.2.11]}", "user@example.com", RouteDecider.Unknown)]
    public void Tables_that_answer_for_every_sender_are_asked(string line, string recipient, RouteDecider by) =>
        Assert.Equal(by, PostfixConfig.OfText(FallbackHost.MainCf + line + "\n", Services).RouteOf(recipient).By);

    /// <summary>The first that fits decides, wherever names and tables stand.</summary>
    [Theory]
    [InlineData("!x.example.com example.com", "x.example.com", false)]
    [InlineData("!x.example.com example.com", "y.example.com", true)]
    [InlineData("example.com !x.example.com", "x.example.com", true)]
    [InlineData("inline:{x.example.com=1} !example.com", "x.example.com", true)]
    [InlineData("!example.com inline:{x.example.com=1}", "x.example.com", false)]
    [InlineData("hash:/unread !example.com", "example.com", null)]
    [InlineData("hash:/unread example.com", "example.com", true)]
    [InlineData("example.com hash:/unread", "elsewhere.example", null)]
    public void Names_of_a_list_keep_their_order(string list, string domain, bool? isIn) =>
        Assert.Equal(isIn, PostfixConfig.OfText($"relay_domains = {list}\n").IsListed("relay_domains", domain).IsIn);

    /// <summary>As postmap -s and postmap -q of 3.7.11 show them.</summary>
    [Theory]
    [InlineData("hash", "example.com  relay:[192.0.2.1]  \r\n", "example.com", "relay:[192.0.2.1]")]
    [InlineData("hash", "Example.COM\t \trelay:\n# c\n   [192.0.2.1]\n", "example.com", "relay:   [192.0.2.1]")]
    [InlineData("hash", "\"a b\"@example.com x\n", "\"a b\"@example.com", "x")]
    [InlineData("hash", "\"a b\"@example.com x\n", "a b@example.com", null)]
    [InlineData("hash", "ex\\40y x\n", "ex\\40y", "x")]
    [InlineData("hash", "\"open x\n", "\"open", null)]
    [InlineData("hash", "example.com\u00a0relay:\n", "example.com", null)]
    [InlineData("cidr", "10.1.2.3/8 x\n", "10.1.2.3", null)]
    [InlineData("cidr", "10.0.0.0/8 x\n", "10.1.2.3", "x")]
    public void Lines_of_a_table_are_read_as_postmap_reads_them(string type, string text, string key, string? value) =>
        Assert.Equal(value, PostfixConfig.OfText($"transport_maps = {type}:/etc/postfix/x\n", null, new Dictionary<string, string> { ["x"] = text })
            .TablesOf("transport_maps")[0].Find(key).Entry?.Value);
}
