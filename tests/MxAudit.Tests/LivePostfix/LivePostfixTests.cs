using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Tests.LivePostfix;

/// <summary>What a Postfix of this machine does is what the audit says: the primary and the strangers' mailboxes hold the truth.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class LivePostfixTests
{
    private static readonly string[] Users = ["anna@example.com", "bert@example.com"];
    private static readonly string[] Verifies =
    [
        "smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient",
        "unverified_recipient_reject_code = 550",
    ];

    private static string Fates(AuditResult result) =>
        string.Join('\n', result.Mail.Recipients.Select(one => $"{one.Address} {Wording.Of(one.Outcome)}").Order(StringComparer.Ordinal));

    [Fact]
    public void A_host_that_takes_mail_for_everybody_sends_notices_to_those_who_never_wrote()
    {
        Assert.SkipWhen(FallbackMx.Missing is not null, FallbackMx.Missing ?? "");
        using var primary = new MailServer(FallbackMx.Here!, Users.Contains);
        using var world = new MailServer(FallbackMx.Here!);
        using var host = new FallbackMx(primary, world, "smtpd_relay_restrictions = reject_unauth_destination");
        string[] asked = ["anna@example.com", "ghost1@example.com", "ghost2@example.com", "ghost3@example.com"];
        Assert.All(asked, recipient => Assert.StartsWith("250", host.Send($"forged-{recipient.Split('@')[0]}@victim.example", recipient)));
        host.UntilDelivered();

        using var result = host.Audit();
        Assert.Equal("anna@example.com delivered\nghost1@example.com bounced\nghost2@example.com bounced\nghost3@example.com bounced", Fates(result));
        Assert.Equal(["anna@example.com"], primary.Mailbox);
        Assert.Equal(world.Mailbox.Order(), result.Mail.Notices.Where(notice => notice.Fate == NoticeFate.Delivered).Select(notice => notice.To).Order());
        Assert.Equal(3, result.Mail.Totals.NoticesToStrangers);
        Assert.Contains(result.Findings, finding => finding.Rule.Id == "BKS001");
        Assert.Equal(0, result.Log.UnreadLines);
    }

    [Fact]
    public void A_host_that_asks_the_primary_first_gets_no_finding_that_counts()
    {
        Assert.SkipWhen(FallbackMx.Missing is not null, FallbackMx.Missing ?? "");
        using var primary = new MailServer(FallbackMx.Here!, Users.Contains);
        using var world = new MailServer(FallbackMx.Here!);
        using var host = new FallbackMx(primary, world, Verifies);
        Assert.StartsWith("250", host.Send("bea@partner.example", "anna@example.com"));
        Assert.StartsWith("550 5.1.1", host.Send("bea@partner.example", "ghost@example.com"));
        Assert.StartsWith("550 5.1.1", host.Send("bea@partner.example", "ghost@example.com"));
        host.UntilDelivered();

        using var result = host.Audit();
        Assert.Equal("anna@example.com delivered", Fates(result));
        Assert.Equal(["anna@example.com"], primary.Mailbox);
        Assert.Empty(world.Mailbox);
        Assert.Equal([(ProbeResult.Deliverable, "anna@example.com"), (ProbeResult.Undeliverable, "ghost@example.com")],
            result.Mail.Probes.Select(probe => (probe.Result, probe.Recipient)).Order());
        Assert.DoesNotContain(result.Findings, finding => finding.Severity >= Severity.Medium);
        Assert.Equal(0, result.Log.UnreadLines);
    }

    [Fact]
    public void Mail_waits_while_the_primary_is_down_and_goes_when_it_is_back()
    {
        Assert.SkipWhen(FallbackMx.Missing is not null, FallbackMx.Missing ?? "");
        using var primary = new MailServer(FallbackMx.Here!, Users.Contains);
        using var world = new MailServer(FallbackMx.Here!);
        using var host = new FallbackMx(primary, world, Verifies);
        Assert.StartsWith("250", host.Send("bea@partner.example", "anna@example.com")); // the cache knows her from now on
        host.UntilDelivered();
        primary.GoDown();
        Assert.StartsWith("250", host.Send("bea@partner.example", "anna@example.com"));
        host.Until(log => log.Contains("status=deferred"), "Nothing was deferred.");
        using (var down = host.Audit())
        {
            Assert.Equal("anna@example.com deferred\nanna@example.com delivered", Fates(down));
            Assert.Single(down.Queue!.Messages);
        }
        primary.ComeBack();
        host.Flush();
        host.UntilDelivered();

        using var result = host.Audit();
        Assert.Equal("anna@example.com delivered\nanna@example.com delivered", Fates(result));
        Assert.Equal(["anna@example.com", "anna@example.com"], primary.Mailbox);
        Assert.Empty(result.Mail.Notices);
        Assert.DoesNotContain(result.Findings, finding => finding.Severity >= Severity.Medium);
    }
}
