using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Probes that do not go where the mail goes.</summary>
public class ProbesThroughRelayhostTests
{
    private const string Victim = "forged@victim.example";

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
        var result = FallbackHost.Audited(lines, FoundElsewhere(relay));
        Assert.Equal($"High BKS001 example.com, High VRF007 {hop}", result.Told("BKS001 VRF007 BKS008"));
        Assert.StartsWith("The cause is VRF007, probes-through-relayhost.", result.Only("BKS001").Fixes[0].Why);
        Assert.Equal(command, Commands(result.Only("BKS001")));
    }

    [Fact]
    public void The_host_that_has_the_mailboxes_may_be_asked_while_a_filter_takes_the_mail()
    {
        const string lines = "address_verify_transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n";
        var silent = FallbackHost.Audited(lines, null);
        Assert.Equal("", silent.Told("VRF007"));
        var refused = FallbackHost.Audited(lines, FoundElsewhere("192.0.2.11[192.0.2.11]:25").Active("B00009", "double-bounce@mx2.fallback.example", 246)
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
        var result = FallbackHost.Audited(lines, Asking(5));
        Assert.Equal("Medium VRF007 [192.0.2.11]", result.Told("VRF007"));
        Assert.EndsWith("and its mail to its MX hosts. 5 probes went there, and none was answered.", result.Only("VRF007").Message);
        var few = FallbackHost.Audited(lines, Asking(4));
        Assert.Equal("", few.Told("VRF007"));
        var outage = FallbackHost.Audited("transport_maps = inline:{{example.com = smtp:[192.0.2.11]}}\n", Asking(5));
        Assert.Equal("", outage.Told("VRF007"));
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
