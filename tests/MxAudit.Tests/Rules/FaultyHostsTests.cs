using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What administrators of a fallback MX got wrong on hosts that really ran: the cause is named, and the fix is one that works there.</summary>
public class FaultyHostsTests
{
    private const string Hop = "mx1.example.com[192.0.2.10]:25", Victim = "forged@victim.example";

    private static AuditedHost Audited(string lines, Letters? log, string? dns = null, params (string Name, string Text)[] tables) =>
        new(FallbackHost.MainCf + lines, log, dns: dns, tables: tables);

    private static string Whys(Finding finding) => string.Join(" | ", finding.Fixes.Select(fix => fix.Why));

    private static string Commands(Finding finding) => string.Join(" | ", finding.Fixes.Select(fix => fix.Command));

    /// <summary>A stranger's mail to a user whom a probe found somewhere, and whom the primary does not know.</summary>
    private static Letters FoundElsewhere(string relay, int users = 3)
    {
        var log = new Letters();
        for (int i = 1; i <= users; i++)
            log.MessageId($"B0000{i}", $"B0000{i}@mx2.fallback.example").Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246)
                .Tried($"B0000{i}", $"ghost{i}@example.com", "deliverable", "250 2.1.5 Ok", relay).Removed($"B0000{i}")
                .Arrives($"A0000{i}", from: Victim).Bounced($"A0000{i}", $"ghost{i}@example.com").Notice($"C0000{i}").Links($"A0000{i}", $"C0000{i}")
                .Removed($"A0000{i}");
        return log;
    }

    [Theory]
    [InlineData("address_verify_relayhost = [smtp.isp.example]\n", "[smtp.isp.example]", "smtp.isp.example[203.0.113.25]:25",
        "postconf -e 'address_verify_relayhost = ' && postfix reload")]
    [InlineData("address_verify_transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n", "[192.0.2.11]", "192.0.2.11[192.0.2.11]:25",
        "postconf -e 'address_verify_transport_maps = $transport_maps' && postfix reload")]
    [InlineData("address_verify_relay_transport = relay:[192.0.2.11]\n", "[192.0.2.11]", "192.0.2.11[192.0.2.11]:25",
        "postconf -e 'address_verify_relay_transport = $relay_transport' && postfix reload")]
    public void Probes_that_ask_another_host_than_the_mail_goes_to_are_the_cause_of_bounces(string lines, string hop, string relay, string command)
    {
        var result = Audited(lines, FoundElsewhere(relay));
        Assert.Equal($"High BKS001 example.com, High VRF007 {hop}", result.Told("BKS001 VRF007 BKS008"));
        Assert.StartsWith("The cause is VRF007, probes-through-relayhost.", result.Only("BKS001").Fixes[0].Why);
        Assert.Equal(command, Commands(result.Only("BKS001")));
    }

    [Fact]
    public void The_host_that_has_the_mailboxes_may_be_asked_while_a_filter_takes_the_mail()
    {
        const string lines = "address_verify_transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n";
        var silent = Audited(lines, null);
        Assert.Equal("", silent.Told("VRF007"));
        var refused = Audited(lines, FoundElsewhere("192.0.2.11[192.0.2.11]:25").Active("B00009", "double-bounce@mx2.fallback.example", 246)
            .Tried("B00009", "nobody@example.com", "undeliverable", "host 192.0.2.11[192.0.2.11] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
                "192.0.2.11[192.0.2.11]:25"));
        Assert.Equal("", refused.Told("VRF007"));
    }

    [Fact]
    public void Probes_that_a_parameter_of_their_own_sends_to_a_host_that_never_answers_are_told()
    {
        Letters Asking(int probes)
        {
            var log = new Letters();
            for (int i = 1; i <= probes; i++)
                log.Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246)
                    .Tried($"B0000{i}", $"user{i}@example.com", "undeliverable", "connect to 192.0.2.11[192.0.2.11]:25: Connection refused", "none", "4.4.1");
            return log;
        }
        const string lines = "address_verify_transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n";
        var result = Audited(lines, Asking(5));
        Assert.Equal("Medium VRF007 [192.0.2.11]", result.Told("VRF007"));
        Assert.EndsWith("and its mail to its MX hosts. 5 probes went there, and none was answered.", result.Only("VRF007").Message);
        var few = Audited(lines, Asking(4));
        Assert.Equal("", few.Told("VRF007"));
        var outage = Audited("transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n", Asking(5));
        Assert.Equal("", outage.Told("VRF007"));
    }

    private static Letters RefusedAtMail(string from, Letters? log = null, string reply = "550 5.7.1 null sender not accepted here")
    {
        log ??= new Letters();
        for (int i = 1; i <= 5; i++)
            log.Arrives($"A0000{i}", from: from).Tried($"A0000{i}", $"user{i}@example.com", "bounced",
                $"host {Hop[..^3]} said: {reply} (in reply to MAIL FROM command)", dsn: "5.7.1");
        return log;
    }

    [Fact]
    public void A_primary_that_refuses_the_empty_sender_does_not_refuse_this_host()
    {
        var result = Audited("", RefusedAtMail("", new Letters().Arrives("A00009").Sent("A00009", "anna@example.com")));
        var finding = result.Only("BKS011");
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Equal($"{Hop} takes no mail with the empty sender: 5 permanent refusals for 5 different recipients. Mail with a sender it took.", finding.Message);
        Assert.DoesNotContain("SPF", Whys(finding));

        var both = Audited("", RefusedAtMail("", RefusedAtMail("bea@partner.example", new Letters().Arrives("A00009").Sent("A00009", "anna@example.com"))));
        Assert.Equal(Severity.Critical, both.Only("BKS011").Severity);
        Assert.DoesNotContain("empty sender", both.Only("BKS011").Message);
    }

    [Fact]
    public void Probes_with_the_empty_sender_can_have_another_one()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Active($"B0000{i}", "", 220).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable",
                $"host {Hop[..^3]} said: 550 5.7.1 null sender not accepted here (in reply to MAIL FROM command)", dsn: "5.7.1");
        var result = Audited("address_verify_sender = <>\n", log);
        const string sender = "postconf -e 'address_verify_sender = $double_bounce_sender' && postfix reload";
        Assert.Equal(sender, result.Only("BKS011").Fixes[0].Command);
        Assert.Contains("All of these had the empty sender", result.Only("BKS011").Message);
        Assert.Equal(sender, result.Only("VRF008").Fixes[1].Command);
    }

    [Fact]
    public void What_the_next_hop_said_decides_what_helps()
    {
        string Whys(string reply, string lines = "")
        {
            var result = Audited(lines, RefusedAtMail("bea@partner.example", reply: reply));
            return FaultyHostsTests.Whys(result.Only("BKS011"));
        }
        Assert.Contains("wants whoever writes there to log in", Whys("530 5.7.0 Authentication required"));
        Assert.DoesNotContain("SPF", Whys("530 5.7.0 Authentication required"));
        Assert.StartsWith("See that mx1.example.com still takes these domains for its own", Whys("554 5.7.1 <user@example.com>: Relay access denied"));
        Assert.StartsWith("On the primary: exempt", Whys("550 5.7.1 SPF fail"));
        Assert.StartsWith("smtp_bind_address has this host write from 198.51.100.27", Whys("550 5.7.1 SPF fail", "smtp_bind_address = 198.51.100.27\n"));
        const string code = "do not refuse recipients for good because of failed probes";
        Assert.Contains(code, Whys("550 5.7.1 SPF fail"));
        Assert.DoesNotContain(code, Whys("550 5.7.1 SPF fail", "smtpd_recipient_restrictions =\n"));
    }

    [Fact]
    public void Mail_that_a_relayhost_refuses_should_not_have_gone_there()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Arrives($"A0000{i}", from: Victim).Tried($"A0000{i}", $"user{i}@example.com", "bounced",
                "host smtp.isp.example[203.0.113.25] said: 530 5.7.0 Authentication required (in reply to MAIL FROM command)", "smtp.isp.example[203.0.113.25]:25", "5.7.0")
                .Notice($"C0000{i}").Links($"A0000{i}", $"C0000{i}").Removed($"A0000{i}");
        var result = Audited("relayhost = [smtp.isp.example]\n", log);
        Assert.StartsWith("The cause is RLY006", result.Only("BKS001").Fixes[0].Why);
    }

    [Fact]
    public void Who_refuses_this_host_or_wants_TLS_is_not_down()
    {
        Letters Probing(string reason, string dsn)
        {
            var log = new Letters();
            for (int i = 1; i <= 5; i++)
                log.After(2).Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable", reason, Hop, dsn)
                    .Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <user{i}@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<bea@partner.example> to=<user{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
            return log;
        }
        var refused = Audited("", Probing($"host {Hop[..^3]} refused to talk to me: 554 5.7.1 not you", "4.7.1"));
        Assert.Equal($"High BKS011 {Hop}", refused.Told("BKS011 VRF016"));
        var tls = Audited("", Probing($"TLS is required, but was not offered by host {Hop[..^3]}", "4.7.4"));
        Assert.StartsWith($"While {Hop} could not agree on TLS with this host", tls.Only("VRF016").Message);
        Assert.Equal("postconf smtp_tls_security_level smtp_tls_policy_maps", tls.Only("VRF016").Fixes[0].Command);
    }

    [Fact]
    public void A_greylisted_probe_is_asked_again_when_its_answer_may_be_forgotten()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            log.Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable",
                $"host {Hop[..^3]} said: 450 4.2.0 <user{i}@example.com>: Recipient address rejected: Greylisted (in reply to RCPT TO command)", dsn: "4.2.0");
        var result = Audited("", log);
        Assert.Equal("3 probes for recipients in example.com were greylisted, and the clients put off.", result.Only("VRF010").Message);
        Assert.Equal(" | postconf -e 'address_verify_negative_refresh_time = 15m' && postfix reload", Commands(result.Only("VRF010")));
        var soon = Audited("address_verify_negative_refresh_time = 10m\n", log);
        Assert.Equal("", Commands(soon.Only("VRF010")));
    }

    [Fact]
    public void A_refusal_before_the_probe_had_its_answer_was_not_for_a_recipient_known_to_be_bad()
    {
        string Told(bool answeredFirst, string what = "unverified")
        {
            var log = new Letters();
            for (int i = 1; i <= 3; i++)
            {
                log.Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246);
                if (answeredFirst) log.Probed($"B0000{i}", $"ghost{i}@example.com", "undeliverable");
                log.After(4).Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <ghost{i}@example.com>: Recipient address rejected: {what} address: Address lookup failed; from=<bea@partner.example> to=<ghost{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
                if (!answeredFirst) log.After(2).Probed($"B0000{i}", $"ghost{i}@example.com", "undeliverable");
            }
            var result = new AuditedHost(log: log);
            return result.Told("VRF005");
        }
        Assert.Equal("Low VRF005 unverified_recipient_reject_code", Told(answeredFirst: true));
        Assert.Equal("", Told(answeredFirst: false));
        Assert.Equal("", Told(answeredFirst: true, "undeliverable")); // soft_bounce made 450 of 550
    }

    /// <summary>One entry puts both right.</summary>
    [Theory]
    [InlineData("relayhost = [smtp.isp.example]\n", "Probes for example.com go to [smtp.isp.example] by address_verify_relayhost, as its mail does.", true)]
    [InlineData("address_verify_relayhost = [smtp.isp.example]\n", "Probes for example.com go to [smtp.isp.example] by address_verify_relayhost, and its mail to its MX hosts.", false)]
    public void Probes_go_the_way_of_the_mail_or_alone(string line, string message, bool isWithMail)
    {
        var result = new AuditedHost(FallbackHost.MainCf + line);
        var finding = result.Only("VRF007");
        Assert.StartsWith(message.Split(" by ")[0], finding.Message);
        Assert.EndsWith(isWithMail ? ", as its mail does." : ".", finding.Message);
        Assert.Equal(isWithMail ? "Send the mail to the primary (RLY006): its probes go with it." : "Let probes take the way of the mail: only who takes the mail knows who exists.",
            finding.Fixes[0].Why);
        if (isWithMail) Assert.Equal(result.Only("RLY006").Fixes[0].Command, finding.Fixes[0].Command);
    }
}
