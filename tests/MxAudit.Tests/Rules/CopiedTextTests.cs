using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>Text that was copied from a page has blanks that are none to Postfix, as 3.7.11 and its postconf read them.</summary>
public class CopiedTextTests
{
    private const string Odd = "\u00A0";

    private static AuditResult Audited(string lines) => Audit.OfText(null, config: PostfixConfig.OfText(FallbackHost.MainCf + lines, "smtp inet n - n - - smtpd\n"));

    [Fact]
    public void An_odd_blank_is_a_letter_of_the_word()
    {
        var config = PostfixConfig.OfText($"relay_domains = example.com{Odd}example.net\nrelayhost{Odd}= [192.0.2.1]\nsmtpd_helo_required = yes{Odd}\n",
            "smtp inet n - n - - smtpd -o a=b" + Odd + "-o c=d\n", new Dictionary<string, string> { ["transport"] = $"example.com{Odd}smtp:[192.0.2.1]\n" });
        Assert.Equal(["example.com" + Odd + "example.net"], config.List("relay_domains"));
        Assert.Equal("", config.Value("relayhost"));
        Assert.Equal("b" + Odd + "-o", config.Services[0].Overrides["a"].Value);
        Assert.Contains(config.Oddities, oddity => oddity is { Kind: ConfigRemarkKind.BadValue, Subject: "smtpd_helo_required" });
    }

    [Fact]
    public void It_is_told_with_the_command_that_makes_blanks_of_all_of_them()
    {
        using var audit = Audited($"smtp_fallback_relay = [192.0.2.1]{Odd}[192.0.2.2]\nmaximal_queue_lifetime\u2003= 10d\n");
        Assert.Equal("Medium HYG002 maximal_queue_lifetime\u2003, Medium HYG002 smtp_fallback_relay", audit.Told("HYG002"));
        Assert.All(audit.Findings.Where(finding => finding.Rule.Id == "HYG002"), finding =>
            Assert.Equal(@"LC_ALL=C sed -i 's/\xC2\xA0/ /g; s/\xE2\x80\x83/ /g' /etc/postfix/main.cf && postfix reload", finding.Fixes[0].Command));
    }

    [Fact]
    public void A_mark_in_front_of_the_first_name_goes()
    {
        using var audit = Audit.OfText(null, config: PostfixConfig.OfText("\uFEFF" + FallbackHost.MainCf, "smtp inet n - n - - smtpd\n"));
        Assert.Equal(@"LC_ALL=C sed -i 's/\xEF\xBB\xBF//g' /etc/postfix/main.cf && postfix reload",
            Assert.Single(audit.Findings, finding => finding.Rule.Id == "HYG002").Fixes[0].Command);
    }

    [Fact]
    public void A_line_that_only_looks_continued_ends_every_program()
    {
        using var audit = Audited($"smtpd_client_restrictions =\n{Odd}{Odd}permit_mynetworks\n");
        var found = Assert.Single(audit.Findings, finding => finding.Rule.Id == "HYG008");
        Assert.Contains("what it begins with is no blank to Postfix", found.Message);
        Assert.StartsWith(@"LC_ALL=C sed -i 's/\xC2\xA0/ /g' /etc/postfix/main.cf && postfix reload", found.Fixes[0].Command);
    }

    [Fact]
    public void A_word_that_has_one_behind_it_is_written_without()
    {
        using var audit = Audited($"smtpd_helo_required = yes{Odd}\n");
        Assert.StartsWith("postconf -e 'smtpd_helo_required = yes' && postfix reload", Assert.Single(audit.Findings, finding => finding.Rule.Id == "HYG008").Fixes[0].Command);
    }

    [Theory]
    [InlineData("smtpd_banner = $myhostname" + Odd + "ESMTP")] // for people
    [InlineData("unverified_recipient_reject_reason = Unknown" + Odd + "user")]
    [InlineData("relayhost =\t\v\f\r")]
    [InlineData("smtpd_client_restrictions = check_client_access inline:{ {192.0.2.1 = REJECT Nicht" + Odd + "hier} }")]
    [InlineData("smtpd_sender_restrictions = check_sender_access static:{550 5.7.1 no" + Odd + "mail}")]
    [InlineData("local_transport = error:5.1.1 Keine" + Odd + "Post")]
    public void Where_it_does_no_harm_nothing_is_said(string line)
    {
        using var audit = Audited(line + "\n");
        Assert.Equal("", audit.Told("HYG002 HYG008"));
    }

    [Theory]
    [InlineData("smtpd_client_restrictions = check_client_access static:{REJECT" + Odd + "no}")] // no action that Postfix knows
    [InlineData("smtpd_client_restrictions = reject_unauth_pipelining" + Odd + "permit, reject a }")]
    [InlineData("transport_maps = inline:{ example.com=smtp:[192.0.2.1]" + Odd + "}")]
    [InlineData("relay_transport = smtp:[192.0.2.1]" + Odd)]
    public void Beside_a_text_it_does_harm(string line)
    {
        using var audit = Audited(line + "\n");
        Assert.Contains(audit.Findings, finding => finding.Rule.Id == "HYG002" && finding.Message.Contains("U+00A0"));
    }

    [Fact]
    public void Where_master_cf_or_a_restriction_has_it_the_command_takes_it_out()
    {
        using var audit = Audit.OfText(null, config: PostfixConfig.OfText(
            FallbackHost.MainCf + $"smtpd_data_restrictions = reject_unauth_pipelining{Odd}\n", "\uFEFF# services\nsmtp inet n - n - - smtpd\n"));
        string[] commands = [.. audit.Findings.Where(finding => finding.Rule.Id == "HYG002").Select(finding => finding.Fixes[0].Command).Distinct().Order()];
        Assert.Equal(["main.cf", "master.cf"], commands.Select(command => command.Split("/etc/postfix/")[1].Split(' ')[0]));
        Assert.All(commands, command => Assert.StartsWith(@"LC_ALL=C sed -i 's/\xC2\xA0/ /g; s/\xEF\xBB\xBF//g' ", command));
    }
}
