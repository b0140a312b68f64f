using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Config;

/// <summary>What smtp of Postfix 3.7.11 ended at, and what it delivered to or tried: each form was given to it.</summary>
public class NextHopTextTests
{
    [Theory]
    [InlineData("[mx1.example.com", "missing \"]\"")]
    [InlineData("[mx1 example.com]", "missing \"]\"")]
    [InlineData("[mx1.example.com]25", "garbage after \"]\"")]
    [InlineData("[mx1.example.com].", "garbage after \"]\"")]
    [InlineData("[[mx1.example.com]]", "garbage after \"]\"")]
    [InlineData("[mx1.example.com:25]", "valid hostname or network address required")]
    [InlineData("mx1.example.com]", "valid hostname or network address required")]
    [InlineData("mx1.example.com.", "valid hostname or network address required")]
    [InlineData("[mx1.example.com.]", "valid hostname or network address required")]
    [InlineData("mx1.example.com:25:25", "valid hostname or network address required")]
    [InlineData("anna@mx1.example.com", "valid hostname or network address required")]
    [InlineData("\"[mx1.example.com]\"", "valid hostname or network address required")]
    [InlineData("[]", "valid hostname or network address required")]
    [InlineData("[192.0.2.256]", "valid hostname or network address required")]
    [InlineData("2001:db8::10", "valid hostname or network address required")]
    [InlineData("inet:192.0.2.10:25", "valid hostname or network address required")]
    [InlineData("mx1.example.com/25", "valid hostname or network address required")]
    [InlineData(":25", "missing host information")]
    [InlineData("[mx1.example.com]:25:", "garbage after numerical service")]
    [InlineData("[mx1.example.com]:0", "bad network port")]
    [InlineData("[mx1.example.com]:70000", "bad network port")]
    [InlineData("http://mx1.example.com", "unknown service")]
    public void Smtp_ends_at_it(string nextHop, string fault)
    {
        Assert.Equal(fault, NextHopText.FaultOf(nextHop, isLmtp: false));
        Assert.Equal((Severity.Critical, Confidence.Proven, "example.com"),
            Found(nextHop) is { } finding ? (finding.Severity, finding.Confidence, finding.Subject) : default);
    }

    [Theory]
    [InlineData("[mx1.example.com]")]
    [InlineData("[mx1.example.com]:25")]
    [InlineData("[mx1.example.com]:")]
    [InlineData("[mx1.example.com] ")]
    [InlineData("mx1.example.com:")]
    [InlineData("mx1.example.com:25")]
    [InlineData("mx1_a.example.com")]
    [InlineData("[mx1.example.com]:smtps")]
    [InlineData("[192.0.2.10]:25")]
    [InlineData("192.0.2.10:25")]
    [InlineData("192.0.2.10")]
    [InlineData("[2001:db8::10]:25")]
    [InlineData("[IPv6:2001:db8::10]")]
    [InlineData("[mx1.example.com]:25, [mx2.example.com]:25")]
    public void Smtp_reads_it(string nextHop)
    {
        Assert.Null(NextHopText.FaultOf(nextHop, isLmtp: false));
        Assert.Null(Found(nextHop));
    }

    [Fact]
    public void Lmtp_has_two_words_of_its_own()
    {
        Assert.Null(NextHopText.FaultOf("inet:192.0.2.10:24", isLmtp: true));
        Assert.Null(NextHopText.FaultOf("unix:private/dovecot-lmtp", isLmtp: true));
    }

    private const string Host = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmynetworks = 127.0.0.0/8\nrelay_domains = example.com\n";

    private static Finding? Found(string nextHop, string? log = null) =>
        In(
            PostfixConfig.OfText(Host + "transport_maps = hash:/etc/postfix/transport\n",
                tables: new Dictionary<string, string> { ["transport"] = "example.com relay:" + nextHop + "\n" }),
            log);

    private static Finding? In(PostfixConfig? config, string? log)
    {
        using var result = Audit.OfText(log, config: config);
        return result.All("RLY009").SingleOrDefault();
    }

    private static string Ended => new Letters()
        .Line("relay/smtp: fatal: valid hostname or network address required in server description: [mx1.example.com:25]")
        .Line("qmgr: warning: private/relay socket: malformed response")
        .Line("master: warning: /usr/lib/postfix/sbin/smtp: bad command startup -- throttling").ToString();

    [Fact]
    public void The_log_alone_tells_it()
    {
        var finding = In(null, Ended);
        Assert.Equal((Severity.Critical, "[mx1.example.com:25]", 1), (finding?.Severity, finding?.Subject, finding?.Count));
        Assert.Null(In(null, new Letters().Line("relay/smtp: fatal: watchdog timeout").ToString()));
    }

    [Fact]
    public void What_the_log_shows_goes_to_the_entry_and_what_was_mended_is_quiet()
    {
        Assert.Contains("ended 1 time", Found("[mx1.example.com:25]", Ended)?.Message);
        Assert.Null(Found("[mx1.example.com]:25", Ended));
    }

    [Theory]
    [InlineData("anna@example.com relay:[mx1.example.com:25]", "example.com", Severity.Critical)]
    [InlineData("club.example smtp:[mx.club.example", "club.example", Severity.High)]
    [InlineData("example.com relay:[mx1.example.com]\n* smtp:[smtp.isp.example:587]", "transport_maps", Severity.High)]
    public void An_entry_for_one_user_or_another_domain_ends_the_agent_as_well(string entries, string subject, Severity severity)
    {
        var finding = In(
            PostfixConfig.OfText(Host + "transport_maps = hash:/etc/postfix/transport\n",
                tables: new Dictionary<string, string> { ["transport"] = entries + "\n" }),
            null);
        Assert.Equal((subject, severity), (finding?.Subject, finding?.Severity));
    }

    [Theory]
    [InlineData("[mx1.example.com], [mx3.example.com", "3.7.11", Severity.Medium)]
    [InlineData("[mx1.example.com] # the primary", "3.7.11", Severity.Medium)]
    [InlineData("[mx1.example.com], [mx3.example.com", "3.4.23", Severity.Critical)] // all of it is one
    [InlineData("[mx1.example.com, [mx3.example.com]", "3.7.11", Severity.Critical)]
    [InlineData("inet:192.0.2.10:25", "3.7.11", Severity.Critical)]
    public void Behind_a_next_hop_that_can_be_read_it_is_met_only_when_that_one_is_down(string nextHop, string release, Severity severity) =>
        Assert.Equal(severity,
            In(
                PostfixConfig.OfText(Host + $"mail_version = {release}\ntransport_maps = hash:/etc/postfix/transport\n",
                    tables: new Dictionary<string, string> { ["transport"] = "example.com relay:" + nextHop + "\n" }),
                null)?.Severity);

    [Fact]
    public void A_table_that_is_not_at_hand_may_have_what_the_log_shows() =>
        Assert.Equal("[mx1.example.com:25]", In(PostfixConfig.OfText(Host + "transport_maps = mysql:/etc/postfix/transport.cf\n"), Ended)?.Subject);

    [Theory]
    [InlineData("relay_transport = relay:[mx1.example.com", "relay_transport", Severity.Critical)]
    [InlineData("relayhost = [smtp.isp.example:587]", "relayhost", Severity.Critical)]
    [InlineData("relayhost = [smtp.isp.example:587]\nrelay_transport = relay:[mx1.example.com]", "relayhost", Severity.High)]
    [InlineData("default_transport = smtp:smtp.isp.example.\nrelay_transport = relay:[mx1.example.com]", "default_transport", Severity.High)]
    public void A_parameter_can_be_the_place(string lines, string subject, Severity severity)
    {
        var finding = In(PostfixConfig.OfText(Host + lines + "\n"), null);
        Assert.Equal((subject, severity), (finding?.Subject, finding?.Severity));
    }
}
