using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Kinds of hosts that are seldom seen: filters before the queue, lists with patterns, next hops behind lmtp(8).</summary>
public class RareHostsTests
{
    private const string Local = "localhost[127.0.0.1]";

    private static Finding Found(string rule, Letters letters, string? mainCf = null, params (string Name, string Text)[] tables) =>
        new AuditedHost(mainCf is null ? null : FallbackHost.MainCf + mainCf, letters, tables: tables).All(rule)[0];

    /// <summary>Its line names no client; the session does.</summary>
    [Theory]
    [InlineData("554 5.7.1 id=17-03 - Rejected by content filter", "Content")]
    [InlineData("451 4.3.0 Error: queue file write error", "Transport")] // the filter went away
    public void What_a_filter_before_the_queue_refuses_was_sent_by_a_client(string reply, string reason)
    {
        using var audit = new Letters()
            .Line("smtpd[1]: connect from mail.partner.example[203.0.113.44]")
            .Line("smtpd[1]: NOQUEUE: client=mail.partner.example[203.0.113.44]")
            .Line("smtpd[2]: connect from localhost[127.0.0.1]")
            .Line("smtpd[2]: A00001: client=localhost[127.0.0.1], orig_client=mail.partner.example[203.0.113.44]")
            .Line("smtpd[2]: lost connection after DATA (0 bytes) from localhost[127.0.0.1]")
            .Line("smtpd[2]: disconnect from localhost[127.0.0.1] ehlo=1 xforward=1 mail=1 rcpt=1 data=0/1 commands=4/5")
            .Line($"smtpd[1]: proxy-reject: END-OF-MESSAGE: {reply}; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>")
            .Line("smtpd[1]: disconnect from mail.partner.example[203.0.113.44] ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5")
            .Audited();
        var refused = audit.Mail.Rejects.Single();
        Assert.Equal(("mail.partner.example[203.0.113.44]", reason, true), (refused.Client, refused.ReasonClass.ToString(), refused.FromStranger));
    }

    /// <summary>The probe goes where the alias leads, and the client is answered about the alias.</summary>
    [Fact]
    public void The_reply_to_an_alias_waited_for_the_probe_of_whom_it_leads_to()
    {
        using var audit = new Letters()
            .Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", "carl@club.example", "undeliverable", "host mx.club.example[198.51.100.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
                "mx.club.example[198.51.100.7]:25", "5.1.1", "smtp", "dead@hub.example")
            .Removed("A00001")
            .Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <dead@hub.example>: Recipient address rejected: undeliverable address: User unknown; from=<bea@partner.example> to=<dead@hub.example> proto=ESMTP helo=<h>")
            .Active("A00002", "double-bounce@mx2.fallback.example")
            .Tried("A00002", "sales@hub.example", "deliverable", "aliased to anna@club.example", "local", "2.0.0", "local")
            .Removed("A00002")
            .Arrives("A00003")
            .Tried("A00003", "anna@club.example", "sent", "250 2.0.0 Ok: queued as C00001", "mx.club.example[198.51.100.7]:25", "2.0.0", "smtp", "sales@hub.example")
            .Removed("A00003")
            .Audited();
        Assert.Equal(["550 False", "0 True"], audit.Mail.Probes.Select(probe => $"{probe.CausedReject?.Code ?? 0} {probe.CausedAcceptance}"));
    }

    [Fact]
    public void A_milter_that_is_down_is_no_policy()
    {
        using var audit = new Letters()
            .Line("smtpd: NOQUEUE: milter-reject: CONNECT from mail.partner.example[203.0.113.44]: 550 5.5.0 Service unavailable; proto=SMTP")
            .Audited();
        Assert.Equal(ReasonClass.Transport, audit.Mail.Rejects.Single().ReasonClass);
    }

    private static Letters Ghost(string to = "sales-ghost@example.com") =>
        new Letters().Arrives("A00001").Bounced("A00001", to).Links("A00001", "B00001").Notice("B00001").Removed("A00001");

    /// <summary>Nothing is verified here, so that no setting of verification helps.</summary>
    [Fact]
    public void Where_a_list_lets_unknown_users_pass_the_fix_is_about_the_list()
    {
        const string notVerified = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n";
        var fix = Found("BKS001", Ghost(), notVerified + "relay_recipient_maps = regexp:/etc/postfix/recipients\n",
            ("recipients", "/^sales-.*@example\\.com$/ x\n")).Fixes[0];
        Assert.StartsWith("relay_recipient_maps lets sales-ghost@example.com pass", fix.Why, StringComparison.Ordinal);
        Assert.Equal("postmap -q 'sales-ghost@example.com' regexp:/etc/postfix/recipients", fix.Command);
        fix = Found("BKS001", Ghost(), notVerified + "relay_recipient_maps = inline:{ anna@example.com=x }\n").Fixes[0];
        Assert.EndsWith("or the list had users who are gone. See that whoever leaves is taken out of it.", fix.Why, StringComparison.Ordinal);
    }

    /// <summary>The sender of what is forwarded is rewritten to an address of this host, and the notice goes on to whom it stands for.</summary>
    [Theory]
    [InlineData("SRS0=a1b2=TT=victim.example=joe@hub.example", true)]
    [InlineData("srs0+a1b2=TT=victim.example=joe@hub.example", true)]
    [InlineData("SRS1=a1b2=forwarder.example==c3d4=TT=victim.example=joe@hub.example", true)]
    [InlineData("SRS0=a1b2=TT=example.com=anna@hub.example", false)] // a user of a domain that is relayed
    [InlineData("SRS0=joe@hub.example", false)]
    [InlineData("joe@hub.example", false)]
    [InlineData("SRS0=a1b2=TT=example.com=joe@victim.example", true)] // looks like a user of ours, and is another host's
    public void A_notice_to_an_address_of_SRS_goes_to_a_stranger(string sender, bool isBackscatter)
    {
        var log = new Letters().Arrives("A00001", from: sender)
            .Tried("A00001", "anna@club.example", "bounced", "host mx.club.example[198.51.100.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
                "mx.club.example[198.51.100.7]:25", "5.1.1", "smtp", "club@hub.example")
            .Links("A00001", "B00001").Notice("B00001").Removed("A00001")
            .Tried("B00001", "joe@victim.example", "sent", "250 2.0.0 Ok: queued as C00001", "mx.victim.example[203.0.113.80]:25", "2.0.0", "smtp", sender)
            .Removed("B00001");
        var result = new AuditedHost(
            FallbackHost.MainCf + "virtual_alias_domains = hub.example\nvirtual_alias_maps = inline:{ club@hub.example=anna@club.example }\n", log);
        Assert.Equal(isBackscatter ? "High BKS001 club.example" : "", result.Told("BKS001"));
    }

    private static Letters Looped(string relay) =>
        new Letters()
            .Line("relay/smtp: warning: host mx3.example.net[198.51.100.26]:25 greeted me with my own hostname mx2.fallback.example")
            .Arrives("A00001").Tried("A00001", "anna@example.com", "bounced", "mail for example.com loops back to myself", relay, "5.4.6").Removed("A00001");

    /// <summary>Who finds its own address among the MX hosts speaks to nobody.</summary>
    [Fact]
    public void A_host_that_found_itself_knows_its_address()
    {
        Assert.DoesNotContain(Found("LUP001", Looped("none")).Fixes,
            fix => fix.Why.Contains("LUP003", StringComparison.Ordinal) || fix.Command?.Contains("proxy_interfaces", StringComparison.Ordinal) == true);
        Assert.StartsWith("The cause is LUP003", Found("LUP001", Looped("mx3.example.net[198.51.100.26]:25")).Fixes[0].Why, StringComparison.Ordinal);
        const string looping = "mail for example.com loops back to myself";
        foreach (var log in new[]
        {
            Looped("none").Line("smtp: warning: mailer loop: best MX host for example.com is local"),
            Looped("none").Active("P00001", "double-bounce@mx2.fallback.example").Tried("P00001", "x@example.com", "undeliverable", looping, "none", "5.4.6"),
            Looped("none").Arrives("A00002").Tried("A00002", "carl@example.com", "deferred", looping, "none", "4.4.6", "error"),
        })
            Assert.DoesNotContain(Found("LUP001", log).Fixes, fix => fix.Why.Contains("LUP003", StringComparison.Ordinal));
    }

    private static Letters RefusedInOutage() =>
        new Letters()
            .Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", "carl@example.com", "undeliverable", "connect to mx1.example.com[192.0.2.10]:25: Connection refused", "none", "4.4.1")
            .Removed("A00001")
            .Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <carl@example.com>: Recipient address rejected: unverified address: connect to mx1.example.com[192.0.2.10]:25: Connection refused; from=<bea@partner.example> to=<carl@example.com> proto=ESMTP helo=<h>");

    [Theory]
    [InlineData("", true)]
    [InlineData("address_verify_positive_expire_time = 90d\n", false)]
    [InlineData("address_verify_positive_expire_time = 90d\naddress_verify_positive_refresh_time = 30d\n", true)]
    public void What_is_set_already_is_no_fix(string setting, bool isTold)
    {
        const string verified = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient\n";
        var fixes = Found("VRF016", RefusedInOutage(), verified + setting).Fixes;
        Assert.Equal(isTold, fixes.Any(fix => fix.Command?.Contains("address_verify_positive_expire_time = 90d", StringComparison.Ordinal) == true));
    }

    /// <summary>A mailbox server that lmtp(8) speaks to gives nothing back.</summary>
    [Fact]
    public void Not_every_server_on_this_host_is_a_content_filter()
    {
        const string relay = "127.0.0.1[127.0.0.1]:24", refused = "host 127.0.0.1[127.0.0.1] said: 554 5.7.1 Spam message rejected (in reply to end of DATA command)";
        var log = new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "bounced", refused, relay, "5.7.1", "lmtp").Removed("A00001");
        Assert.StartsWith($"The server {relay} on this host refused", Found("BKS005", log).Message, StringComparison.Ordinal);
        log.Arrives("A00002", messageId: "m").Arrives("B00002", Local, messageId: "m").Sent("A00002", "anna@example.com", "B00002", relay);
        Assert.StartsWith($"The content filter {relay} refused", Found("BKS005", log).Message, StringComparison.Ordinal);
    }

    /// <summary>It exists, and takes no mail.</summary>
    [Fact]
    public void A_domain_without_a_mail_host_may_exist()
    {
        var log = new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "bounced", "Domain example.com does not accept mail (nullMX)", "none", "5.1.0")
            .Links("A00001", "B00001").Notice("B00001").Removed("A00001");
        Assert.StartsWith("DNS names no host that takes mail for the recipient's domain", Found("BKS001", log).Fixes[0].Why, StringComparison.Ordinal);
    }

    private const string NoSuchHost = "Host or domain name not found. Name service error for name=mx9.example.com type=A: Host not found";

    /// <summary>The log does not tell whether a table or DNS has the name.</summary>
    [Fact]
    public void A_host_that_DNS_does_not_know_may_be_named_by_DNS_itself()
    {
        var log = new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "bounced", NoSuchHost, "none", "5.4.4").Removed("A00001");
        Assert.Contains("by a table or by its MX record", Found("RLY009", log).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MX record", Found("RLY009", log, "relay_transport = relay:[mx9.example.com]\n").Message, StringComparison.Ordinal);
    }
}
