using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>Each syslogd has words of its own for a line that came again.</summary>
public class RepeatedLinesTests
{
    private const string Stamp = "Nov 22 10:00:01",
        Refused = "Nov 22 10:00:00 mx2 postfix/smtpd[11]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <x@example.net>: Relay access denied; from=<a@bank.example> to=<x@example.net> proto=SMTP helo=<x>\n";

    public static TheoryData<string> Forms =>
    [
        "Nov 22 10:00:01 mx2 last message repeated 3 times", // BSD, Solaris, sysklogd 1
        "Nov 22 10:00:01 mx2 last message buffered 3 times", // sysklogd 2
        "Nov 22 10:00:01 last message repeated 3 times", // a template without a host, or of a central syslog that took "last" for one
        "<22>Nov 22 10:00:01 last message repeated 3 times",
        "Nov 22 10:00:01 --- last message repeated 3 times ---", // macOS
        "Nov 22 10:00:01: --- last message repeated 3 times ---", // Mac OS X before 10.9
        "Nov 22 10:00:01 mx2 postfix/smtpd[11]: last message repeated 3 times", // rsyslog before 7
        "Nov 22 10:00:01  postfix/smtpd[11]: last message repeated 3 times",
        "Nov 22 10:00:01 mx2 postfix/smtpd: Last message 'NOQUEUE: reject: RCP' repeated 3 times, suppressed by syslog-ng on mx2.fallback.example",
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_counts_as_often_as_it_came(string line)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        var said = new ReadLines()[line];
        Assert.Equal((EventKind.RepeatedLast, "3"), (said.Kind, said["repeats"]));
        using var audit = Audit.OfText(Refused + line + "\n");
        Assert.Equal((4, 0, "mx2"), (audit.Mail.Totals.SmtpdRejects, audit.Log.UnreadLines, Assert.Single(audit.Log.Origins).Host));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_is_about_the_line_before_and_no_other(string line)
    {
        using var audit = Audit.OfText($"{Refused}{Stamp} mx2 sshd[77]: Connection closed by 203.0.113.66\n{line}\n");
        Assert.Equal(1, audit.Mail.Totals.SmtpdRejects);
    }

    [Theory]
    [InlineData(Stamp + " mx3 last message repeated 3 times")]
    [InlineData(Stamp + " mx3 postfix/smtpd[11]: last message repeated 3 times")]
    public void What_another_host_repeats_is_its_own(string line)
    {
        using var audit = Audit.OfText(Refused + line + "\n");
        Assert.Equal(1, audit.Mail.Totals.SmtpdRejects);
    }

    [Theory]
    [InlineData("mx2 last message repeated 0 times"), InlineData("mx2 last message repeated often"), InlineData("last message"), InlineData("--- last message"),
        InlineData("mx2 last message unbuffered 3 times"), InlineData("--- message repeated 3 times ---")]
    [InlineData("mx2 postfix/smtpd: Last message 'x' repeated 3 times"), InlineData("mx2 postfix/smtpd: Last message 'x repeated 3 times, suppressed by syslog-ng on mx2"),
        InlineData("mx2 postfix/smtpd[11]: last message repeated times"), InlineData("mx2 postfix/smtpd[11]: --- last message repeated 3 times ---")]
    public void Other_words_repeat_nothing(string text)
    {
        string line = $"{Stamp} {text}";
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.NotEqual(EventKind.RepeatedLast, new ReadLines()[line].Kind);
    }
}
