using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>Lines of Postfix that stand in records of another program.</summary>
public class LogfmtTests
{
    private const string Text = "connect from client.sender.test[10.9.0.50]";

    private static Said Read(string line)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line, line + " ", line[..^1], line[..^5], " " + line, line.Replace("connect", "no idea"),
            line.Replace("postfix/", "dovecot/"), line.Replace("=", "= ")]));
        return new ReadLines()[line];
    }

    [Theory]
    [InlineData("time=\"2026-11-22T16:05:46Z\" level=info msg=\"postfix/smtpd[123]: " + Text + "\"", "")]
    [InlineData("time=2026-11-22T16:05:46.275Z level=info msg=\"postfix/smtpd[123]: " + Text + "\" stream=stdout", "")]
    [InlineData("level=info ts=1795363546.275778 caller=run.go:17 msg=\"postfix/smtpd[123]: " + Text + "\"", "")]
    [InlineData("timestamp=\"2026/11/22 17:05:46 +0100\"   message=\"Nov 22 17:05:46 vm postfix/smtpd[123]: " + Text + "\"", "vm")]
    [InlineData("level=info msg=\"2026-11-22T16:05:46+00:00 vm postfix/smtpd[123]: " + Text + "\"", "vm")]
    public void The_line_is_read_in_its_record_and_the_time_of_the_record_counts(string line, string host)
    {
        var said = Read(line);
        Assert.Equal((EventKind.Connect, host, "postfix", "123", "client.sender.test[10.9.0.50]"),
            (said.Kind, said.Host, said["instance"], said["pid"], said["client"]));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46Z"), said.Time?.AddMilliseconds(-said.Time.Value.Millisecond));
    }

    [Fact]
    public void Quotes_in_the_line_were_escaped() =>
        Assert.Equal("\"a b\\\\\"@example.com",
            Read("""time="2026-11-22T16:05:46Z" msg="postfix/qmgr[1]: C0FFEE1: from=<\"a b\\\\\"@example.com>, size=500, nrcpt=1 (queue active)" """
                .TrimEnd())["from"]);

    [Theory]
    [InlineData("time=\"2026-11-22T16:05:46Z\" level=info msg=\"user said postfix/smtpd[123]: " + Text + "\"")]
    [InlineData("time=\"2026-11-22T16:05:46Z\" level=info txt=\"postfix/smtpd[123]: " + Text + "\"")]
    [InlineData("time=\"2026-11-22T16:05:46Z\" level=info msg=\"postfix/smtpd[123]: " + Text)]
    [InlineData("time=\"2026-11-22T16:05:46Z\" msg=\"postfix/smtpd[123]: " + Text + "\"more")]
    [InlineData("msg=postfix/smtpd[123]: " + Text)]
    public void What_is_no_such_record_is_not_read(string line) => Assert.Equal(EventKind.Unread, Read(line).Kind);

    [Theory]
    [InlineData("time=\"2026-11-22T16:05:46Z\" level=info msg=\"sshd[17]: Accepted publickey\"")]
    [InlineData("msg=\"\"")]
    public void Other_programs_are_not_of_postfix(string line) => Assert.Equal(EventKind.NotPostfix, Read(line).Kind);
}
