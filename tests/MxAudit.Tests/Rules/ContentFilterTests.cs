using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts with a content filter behind the queue, as they ran with amavis: the filter is no stranger, no primary, no second fallback host.</summary>
public class ContentFilterTests
{
    private const string Amavis = "127.0.0.1[127.0.0.1]:10024", Local = "localhost[127.0.0.1]", Anna = "anna@example.com";

    private const string Filtered = "content_filter = amavis:[127.0.0.1]:10024\n", ByHost = "content_filter = scan:[192.0.2.77]:25\n";

    private const string Master = """
        smtp inet n - n - - smtpd
        amavis unix - - n - 2 smtp
        127.0.0.1:10025 inet n - n - - smtpd
        """;

    private static AuditedHost Audited(Letters log, string mainCf = Filtered, string options = "") => new(FallbackHost.MainCf + mainCf, log, Master + options + "\n");

    private static Letters Refused(string said) => new Letters().Arrives("A00001")
        .Tried("A00001", Anna, "bounced", $"host 127.0.0.1[127.0.0.1] said: {said} (in reply to end of DATA command)", Amavis, "5.7.1", "amavis/smtp")
        .Notice("B00001").Links("A00001", "B00001").Removed("A00001");

    [Fact]
    public void What_the_filter_refuses_is_mended_at_the_filter()
    {
        var result = Audited(Refused("554 5.7.0 id=17-03 - spam"), options: " -o content_filter=");
        Assert.StartsWith("On a content filter of this host: ", Assert.Single(result.Only("BKS005").Fixes).Why);
        Assert.StartsWith("The cause is BKS005, content-refused-after-acceptance. On a content filter of this host: ", result.Only("BKS001").Fixes[0].Why);
        var another = new AuditedHost(log: new Letters().Arrives("A00001").Tried("A00001", Anna, "bounced",
            "host mx1.example.com[192.0.2.10] said: 550 5.7.1 Message content rejected (in reply to end of DATA command)", dsn: "5.7.1").ToString());
        var fixes = another.Only("BKS005").Fixes;
        Assert.StartsWith("On the primary: ", fixes[0].Why);
        Assert.DoesNotContain(fixes, fix => fix.Why.StartsWith("On a content filter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("554 5.7.1 id=17-03 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 554 5.7.1 <anna@example.com>: Recipient address rejected: Access denied", true)]
    [InlineData("550 5.7.1 id=17-03 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 550 5.7.1 message content rejected", false)]
    public void The_smtpd_behind_the_filter_is_to_take_what_comes_back(string said, bool byItsRestrictions)
    {
        var result = Audited(Refused(said), options: " -o content_filter= -o smtpd_recipient_restrictions=reject");
        string command = result.Only("BKS005").Fixes[0].Command;
        Assert.Equal(byItsRestrictions, command.Contains("'127.0.0.1:10025/inet/smtpd_recipient_restrictions=permit_mynetworks,reject'"));
        Assert.Equal(byItsRestrictions, result.Only("BKS005").Message.Contains("the smtpd that is to take it back refused it"));
    }

    private const string RelayingDenied = "554 5.7.1 id=17-03 - Rejected by next-hop MTA on relaying, from MTA(smtp:[192.0.2.10]:25): 554 5.7.1 <anna@example.com>: Relay access denied";

    [Fact]
    public void What_the_primary_refused_behind_the_filter_is_no_matter_of_an_smtpd_of_this_host()
    {
        var result = Audited(Refused(RelayingDenied));
        var refused = result.Only("BKS005");
        Assert.StartsWith("On the primary: ", refused.Fixes[0].Why);
        Assert.DoesNotContain("the smtpd that is to take it back", refused.Message);
        Assert.DoesNotContain(refused.Fixes, fix => fix.Command.Contains("127.0.0.1:10025"));
    }

    [Fact]
    public void Only_the_smtpd_behind_the_filter_is_to_take_all()
    {
        const string said = "554 5.7.1 id=17-03 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 554 5.7.1 <anna@example.com>: Recipient address rejected: Access denied";
        var result = Audited(Refused(said), options: " -o content_filter=\n127.0.0.1:10587 inet n - n - - smtpd -o smtpd_recipient_restrictions=reject");
        string command = result.Only("BKS005").Fixes[0].Command;
        Assert.Contains("'127.0.0.1:10025/inet/smtpd_recipient_restrictions=", command);
        Assert.DoesNotContain("10587", command);
    }

    private static Letters Circle(string relay, string client, string queuedAs)
    {
        var log = new Letters();
        for (int i = 1; i <= 4; i++)
            log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : client, messageId: "m1@partner.example")
                .Sent($"A0000{i}", Anna, relay: relay, queuedAs: queuedAs).Removed($"A0000{i}");
        return log;
    }

    [Fact]
    public void A_circle_through_the_own_filter_is_no_matter_of_other_hosts()
    {
        var fixes = Audited(Circle(Amavis, Local, "9FFFF000001")).Only("LUP007").Fixes;
        Assert.Equal("postconf -P '127.0.0.1:10025/inet/content_filter=' && postfix reload", fixes[0].Command);
        Assert.Equal("mxaudit trace '<m1@partner.example>'", fixes[1].Command);
        Assert.Equal(2, fixes.Count);
        var sound = Audited(Circle(Amavis, Local, "9FFFF000001"), options: " -o content_filter=").Only("LUP007").Fixes;
        Assert.StartsWith("The mail never leaves this host: ", sound[0].Why);
    }

    [Fact]
    public void A_circle_through_the_host_of_the_filter_is_none_of_a_second_fallback_host()
    {
        var log = Circle("192.0.2.77[192.0.2.77]:25", "filter.fallback.example[192.0.2.77]", "9FFFF000001");
        Assert.StartsWith("The content filter 192.0.2.77 hands mail back where it is filtered again.", Audited(log, ByHost).Only("LUP007").Fixes[0].Why);
        Assert.StartsWith("Find the host that sends it back: ", Audited(log, "").Only("LUP007").Fixes[0].Why);
    }

    /// <summary>All mail goes to the filter first: what brings it back is the primary.</summary>
    [Fact]
    public void A_circle_through_the_primary_is_none_through_the_filter()
    {
        var log = new Letters();
        for (int i = 1; i <= 4; i++)
            log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : Letters.Primary[..^3], messageId: "m1@partner.example")
                .Arrives($"B0000{i}", Local, messageId: "m1@partner.example").Sent($"A0000{i}", Anna, $"B0000{i}", Amavis).Removed($"A0000{i}")
                .Sent($"B0000{i}", Anna, $"9FFFF00000{i}").Removed($"B0000{i}");
        Assert.StartsWith("Find the host that sends it back: ", Audited(log).Only("LUP007").Fixes[0].Why);
    }

    /// <summary>What went to its port 25 went to the primary, and what comes back from there goes round.</summary>
    [Fact]
    public void A_filter_that_runs_on_the_primary_hides_no_circle()
    {
        const string byPrimary = "content_filter = scan:[mx1.example.com]:10024\n";
        string primary = Letters.Primary[..^3];
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : primary, messageId: "m1@partner.example")
                .Arrives($"B0000{i}", primary, messageId: "m1@partner.example").Sent($"A0000{i}", Anna, $"B0000{i}", primary + ":10024").Removed($"A0000{i}")
                .Sent($"B0000{i}", Anna, $"9FFFF00000{i}").Removed($"B0000{i}");
        Assert.StartsWith("Find the host that sends it back: ", Audited(log, byPrimary).Only("LUP007").Fixes[0].Why);
    }

    /// <summary>It passes on what this host replied, and so the reply names mail of this host, over port 25.</summary>
    [Fact]
    public void A_host_that_content_filter_names_hands_back_under_the_id_that_its_reply_names()
    {
        var log = new Letters().Arrives("A00001", messageId: "m1").Arrives("B00001", "filter.fallback.example[192.0.2.77]", messageId: "m2")
            .Sent("A00001", Anna, "B00001", "192.0.2.77[192.0.2.77]:25").Removed("A00001")
            .Bounced("B00001", Anna).Notice("C00001").Links("B00001", "C00001").Removed("B00001").Sent("C00001", "joe@partner.example");
        using var result = Audited(log, ByHost + "mynetworks = 127.0.0.0/8, 192.0.2.77\n").Audited();
        Assert.Equal("A00001 Bounced", string.Join("; ", result.Mail.Recipients.Select(one => $"{one.Message.QueueId} {one.Outcome}")));
        Assert.Equal((1, 1), (result.Mail.Totals.MessagesAccepted, result.Mail.Totals.NoticesToStrangers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("own id")]
    public void A_circle_through_the_host_of_the_filter_ends_with_a_notice_to_the_stranger_who_wrote(string reply)
    {
        const string filter = "filter.fallback.example[192.0.2.77]";
        var log = new Letters();
        for (int i = 1; i <= 4; i++) log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : filter, messageId: "m");
        for (int i = 1; i <= 3; i++) log.Sent($"A0000{i}", Anna, reply == "" ? $"9FFFF0000{i}" : $"A0000{i + 1}", filter + ":25").Removed($"A0000{i}");
        log.Tried("A00004", Anna, "bounced", "host filter.fallback.example[192.0.2.77] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)", filter + ":25")
            .Notice("C00001").Links("A00004", "C00001").Removed("A00004").Sent("C00001", "joe@partner.example");
        using var result = Audited(log, ByHost + "mynetworks = 127.0.0.0/8, 192.0.2.77\n").Audited();
        Assert.Equal(1, result.Mail.Totals.NoticesToStrangers);
        Assert.Contains(result.Findings, finding => finding.Rule.Id == "LUP007");
    }

    /// <summary>On port 25 any host could hand mail back; content_filter tells that this one is a filter.</summary>
    [Fact]
    public void A_host_that_content_filter_names_hands_back_the_same_mail()
    {
        var log = new Letters().Arrives("A00001", messageId: "m").Sent("A00001", Anna, relay: "192.0.2.77[192.0.2.77]:25").Removed("A00001")
            .Arrives("B00001", "filter.fallback.example[192.0.2.77]", messageId: "m").Bounced("B00001", Anna);
        using var result = Audited(log, ByHost).Audited();
        var recipient = Assert.Single(result.Mail.Recipients);
        Assert.Equal(("A00001", MxAudit.Mail.Outcome.Bounced, true), (recipient.Message.QueueId, recipient.Outcome, recipient.FromStranger));
        using var unnamed = Audited(log, "").Audited();
        Assert.Equal(2, unnamed.Mail.Recipients.Count);
    }

    [Fact]
    public void The_host_of_the_filter_brings_what_was_verified_before()
    {
        const string trusts = "inet_interfaces = 192.0.2.20\nmynetworks = 127.0.0.0/8, 192.0.2.77\n"; // its own address is another one
        Assert.Equal("", Audited(new Letters().Arrives("A00001"), ByHost + trusts).Told("REL002"));
        Assert.Equal("Medium REL002 mynetworks", Audited(new Letters().Arrives("A00001"), trusts).Told("REL002"));
    }
}
