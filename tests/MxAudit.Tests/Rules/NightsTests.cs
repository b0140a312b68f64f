using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What whole nights of real hosts showed, the truth known from outside.</summary>
public class NightsTests
{
    private const string Primary = "mx1.example.com[192.0.2.10]:25", Prober = "double-bounce@mx2.fallback.example";
    private const string Blocked = "host mx1.example.com[192.0.2.10] said: 554 5.7.1 Service unavailable; Client host [198.51.100.25] blocked using bl.example.org (in reply to RCPT TO command)";
    private const string NoTls = "host mx1.example.com[192.0.2.10] said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command)";

    private static Letters Probes(Letters log, string ids, int count, string reason = "", string who = "u")
    {
        for (int i = 1; i <= count; i++)
        {
            log.After(60).Active($"{ids}000{i:00}", Prober);
            if (reason.Length == 0) log.Probed($"{ids}000{i:00}", $"{who}{i}@example.com");
            else log.Tried($"{ids}000{i:00}", $"{who}{i}@example.com", "undeliverable", reason, dsn: "5.7.1");
            log.Removed($"{ids}000{i:00}");
        }
        return log;
    }

    private static string Told(Letters log, string rules) => new AuditedHost(log: log).Told(rules);

    /// <summary>A night's block list, and the day after it: the share of refusals is small by then.</summary>
    [Fact]
    public void Refusals_for_a_while_are_told_the_day_after_as_well()
    {
        var log = Probes(Probes(Probes(new Letters(), "A", 5), "B", 5, Blocked), "C", 20);
        Assert.Equal($"Medium BKS011 {Primary}, Medium VRF008 {Primary}", Told(Delivered(log, 10), "BKS011 VRF008"));
    }

    private static Letters Delivered(Letters log, int count)
    {
        for (int i = 1; i <= count; i++) log.After(60).Arrives($"D00{i:000}").Sent($"D00{i:000}", "u1@example.com").Removed($"D00{i:000}");
        return log;
    }

    /// <summary>Lists that nobody outside may write to are refused whoever asks.</summary>
    [Fact]
    public void Recipients_that_were_never_welcome_may_be_refused_for_themselves() =>
        Assert.Equal("", Told(Delivered(Probes(Probes(Probes(new Letters(), "A", 5), "B", 5, Blocked, "list"), "C", 20), 10), "BKS011 VRF008"));

    [Fact]
    public void Who_took_something_in_between_did_not_refuse_this_host()
    {
        var log = Probes(Probes(Probes(new Letters(), "A", 5), "B", 2, Blocked), "E", 1, who: "z");
        Assert.Equal("", Told(Delivered(Probes(Probes(log, "F", 5, Blocked), "C", 20), 10), "BKS011 VRF008"));
    }

    [Theory]
    [InlineData("joe@partner.example", "joe@partner.example", "")] // the sender may be the one who is not welcome
    [InlineData("joe@partner.example", "ann@club.example", $"Medium BKS011 {Primary}")]
    public void Mail_of_one_sender_that_is_refused_for_a_while_tells_nothing_of_this_host(string one, string other, string expected)
    {
        var log = Delivered(new Letters(), 1);
        for (int i = 1; i <= 6; i++)
            log.After(60).Arrives($"A0000{i}", from: i == 1 ? "bea@shop.example" : i % 2 == 0 ? one : other)
                .Tried($"A0000{i}", $"u{i}@example.com", "bounced", Blocked, dsn: "5.7.1").Removed($"A0000{i}");
        for (int i = 1; i <= 12; i++) log.After(60).Arrives($"B000{i:00}").Sent($"B000{i:00}", $"u{i}@example.com").Removed($"B000{i:00}");
        Assert.Equal(expected, Told(log, "BKS011"));
    }

    /// <summary>A burst of junk, each from another sender, when nothing else comes; and one that lasts, but is about its senders.</summary>
    [Theory]
    [InlineData(1, Blocked, "")]
    [InlineData(60, Blocked, $"Medium BKS011 {Primary}")]
    [InlineData(60, "host mx1.example.com[192.0.2.10] said: 554 5.7.1 Sender rejected (in reply to MAIL FROM command)", "")]
    public void A_burst_of_junk_tells_nothing_of_this_host(int seconds, string reason, string expected)
    {
        var log = Delivered(new Letters(), 1);
        for (int i = 1; i <= 6; i++)
            log.After(seconds).Arrives($"A0000{i}", from: $"joe@junk{i}.example").Tried($"A0000{i}", $"u{i}@example.com", "bounced", reason, dsn: "5.7.1")
                .Removed($"A0000{i}");
        for (int i = 1; i <= 12; i++) log.After(60).Arrives($"B000{i:00}").Sent($"B000{i:00}", $"u{i}@example.com").Removed($"B000{i:00}");
        Assert.Equal(expected, Told(log, "BKS011"));
    }

    /// <summary>Not by an exemption on the primary.</summary>
    [Fact]
    public void Probes_that_a_primary_refuses_for_want_of_TLS_are_mended_here()
    {
        using var audit = Probes(new Letters(), "A", 5, NoTls).Audited();
        var fixes = audit.Only("VRF008").Fixes;
        Assert.Equal("postconf -e 'smtp_tls_security_level = may' && postfix reload", fixes[1].Command);
        Assert.DoesNotContain(fixes, fix => fix.Why.Contains("SPF", StringComparison.Ordinal));
    }

    private static Letters Refused(Letters log, string user) =>
        log.After(1).Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <{user}@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<bea@partner.example> to=<{user}@example.com> proto=ESMTP helo=<h>");

    private const string Down = "connect to mx1.example.com[192.0.2.10]:25: Connection refused";

    /// <summary>Positive results expire in a long outage.</summary>
    [Theory]
    [InlineData("new", "2 recipients that no probe had verified before were answered 450, 2 times in all.")]
    [InlineData("U1", "2 recipients were answered 450, 2 times in all. 1 of them had been verified before, and forgotten since.")]
    public void Who_was_verified_and_forgotten_is_not_called_new(string user, string told)
    {
        var log = Probes(new Letters(), "A", 2).After(7 * 3600);
        foreach (var (id, name) in new[] { ("B00001", user), ("B00002", "ghost") })
            Refused(log.Active(id, Prober).Tried(id, $"{name}@example.com", "undeliverable", Down, "none", "4.4.1"), name);
        var audit = new AuditedHost(log: log);
        Assert.EndsWith(told, audit.Only("VRF016").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_verified_and_forgotten_is_told_so()
    {
        var log = Refused(Probes(new Letters(), "A", 2).After(7 * 3600).Active("B00001", Prober)
            .Tried("B00001", "u1@example.com", "undeliverable", Down, "none", "4.4.1"), "u1");
        var audit = new AuditedHost(log: log);
        Assert.EndsWith("1 recipient that had been verified before, and forgotten since, was answered 450, 1 time in all.",
            audit.Only("VRF016").Message, StringComparison.Ordinal);
    }

    /// <summary>What another host asked it does not know.</summary>
    [Fact]
    public void Each_host_has_verified_its_own_recipients()
    {
        string other = Probes(new Letters(), "E", 2).ToString().Replace(" mx2 ", " mx3 ", StringComparison.Ordinal);
        var log = Refused(new Letters().After(7 * 3600).Active("B00001", Prober).Tried("B00001", "u1@example.com", "undeliverable", Down, "none", "4.4.1"), "u1");
        var audit = new AuditedHost(FallbackHost.MainCf, other + log);
        Assert.DoesNotContain("forgotten", audit.Only("VRF016").Message, StringComparison.Ordinal);
    }

    /// <summary>A primary that speaks LMTP alone takes nothing on port 25.</summary>
    [Theory]
    [InlineData("lmtp:inet:192.0.2.10:24", true)]
    [InlineData("relay:[192.0.2.10]:2526", false)]
    public void A_primary_behind_LMTP_may_stay_there(string value, bool isTold)
    {
        var config = PostfixConfig.OfText(FallbackHost.MainCf + FallbackHost.Table, tables: new Dictionary<string, string> { ["transport"] = "example.com " + value });
        using var audit = Audit.OfText(null, config: config);
        Assert.Equal(isTold, audit.Only("LUP004").Fixes[0].Why.StartsWith("Where the primary takes mail by LMTP alone", StringComparison.Ordinal));
    }

    [Fact]
    public void Probes_prove_that_the_primary_has_no_address_of_this_kind()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            log.After(60).Active($"A0000{i}", Prober).Tried($"A0000{i}", $"u{i}@example.com", "undeliverable", "unable to find primary relay for example.com", "none", "4.4.4");
        using var audit = Audit.OfText(log.ToString(), config: PostfixConfig.OfText(FallbackHost.MainCf + "inet_protocols = ipv4\n"),
            dns: FallbackHost.Dns.Replace("192.0.2.10", "2001:db8::10", StringComparison.Ordinal));
        var finding = audit.Only("DNS002");
        Assert.Equal((Confidence.Strong, 3L), (finding.Confidence, finding.Count));
        Assert.EndsWith("3 probes had no result for it.", finding.Message, StringComparison.Ordinal);
    }

    /// <summary>Nobody is verified, nothing is accepted, and so nothing waits.</summary>
    [Theory]
    [InlineData("Server certificate not verified", 1, $"Medium QUE003 {Primary}")]
    [InlineData("Server certificate not verified", 5, $"High QUE003 {Primary}")]
    [InlineData("Server certificate not verified", 0.1, "")]
    [InlineData("conversation with mx1.example.com[192.0.2.10] timed out while receiving the initial server greeting", 5, "")] // it ends by itself
    public void A_quarrel_about_TLS_is_told_by_probes_alone(string reason, double hours, string expected)
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            log.After(hours * 1800 + 5).Active($"A0000{i}", Prober)
                .Tried($"A0000{i}", $"u{i}@example.com", "undeliverable", reason, dsn: reason.StartsWith('S') ? "4.7.5" : "4.4.2").Removed($"A0000{i}");
        Assert.Equal(expected, Told(log, "QUE003"));
        for (int i = 1; i <= 3; i++) log.After(60).Active($"B0000{i}", Prober).Probed($"B0000{i}", $"u{i}@example.com").Removed($"B0000{i}");
        Assert.Equal("", Told(log, "QUE003"));
    }

    /// <summary>It is no quarrel: the probes had their answer, and BKS011 and VRF008 tell it.</summary>
    [Fact]
    public void A_primary_that_refuses_for_good_for_want_of_TLS_is_not_told_as_down()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.After(3600).Active($"A0000{i}", Prober).Tried($"A0000{i}", $"u{i}@example.com", "undeliverable", NoTls, dsn: "5.7.0").Removed($"A0000{i}");
        Assert.Equal($"Critical BKS011 {Primary}, Medium VRF008 {Primary}", Told(log, "BKS011 VRF008 QUE003"));
    }
}
