using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>What a terminal's programs, or a hand, put into lines.</summary>
public class ColouredTests
{
    private const string Text = "connect from client.sender.test[10.9.0.50]", Line = "Nov 22 16:05:46 vm postfix/smtpd[123]: " + Text;

    private static void AssertRead(string line)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line, line + " ", line[..^3], line.Replace("connect", "no idea")]));
        var lines = new ReadLines();
        foreach (string one in new[] { line, Line, line }) // the second time, behind a line that is remembered
        {
            var said = lines[one];
            Assert.Equal((EventKind.Connect, "vm", "postfix", "123", DateTimeOffset.Parse("2026-11-22T16:05:46Z")),
                (said.Kind, said.Host, said["instance"], said["pid"], said.Time));
            Assert.Equal("client.sender.test[10.9.0.50]", said["client"]);
        }
    }

    [Theory]
    [InlineData("\u001b[36mmail_1  |\u001b[0m " + Line)] // docker-compose
    [InlineData("\u001b[36mpostfix-1  | \u001b[0m" + Line)]
    [InlineData("\u001b[33mNov 22 16:05:46\u001b[0m \u001b[1;32mvm\u001b[0m \u001b[36mpostfix/smtpd\u001b[0m[\u001b[31m123\u001b[0m]: " + Text)] // grc
    [InlineData("Nov 22 16:05:46 \u001b[1;32mvm\u001b[0m \u001b[36mpostfix/smtpd\u001b[0m[123]: " + Text)]
    [InlineData("\u001b[35m\u001b[Kmail.log\u001b[m\u001b[K\u001b[36m\u001b[K:\u001b[m\u001b[K" + Line)] // grep --color=always
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: \u001b[0;1;39m" + Text + "\u001b[0m")] // journalctl
    public void Colours_are_taken_away(string line) => AssertRead(line);

    [Theory]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]:  " + Text)]
    [InlineData("2026-11-22T16:05:46Z vm postfix/smtpd[123]:    " + Text)]
    [InlineData("Nov 22 16:05:46 vm  postfix/smtpd[123]:  " + Text + "  ")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: \u001b[1m  " + Text + " \u001b[0m")]
    public void Several_blanks_behind_the_tag_mean_one(string line) => AssertRead(line);

    [Theory]
    [InlineData("Nov 22 16:05:46 vm \u001b[36msshd\u001b[0m[17]: postfix/smtpd[123]: " + Text)]
    [InlineData("\u001b[36mnginx_1  |\u001b[0m 203.0.113.66 - - postfix")]
    [InlineData("\u001b[36m\u001b[0m")]
    [InlineData("Nov 22 16:05:46 vm \u001b[36m")]
    public void Colours_make_no_line_of_postfix(string line)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.Equal(EventKind.NotPostfix, new ReadLines()[line].Kind);
    }

    [Theory]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: \u001b[1mmessage repeated 3 times: [ " + Text + "]\u001b[0m", "2")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]:  message repeated 3 times: [ " + Text + "]", "2")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]:  message repeated 3 times: [ no idea]", "2")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: \u001b[1;" + Text, "")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: \u001b" + Text, "")]
    public void Both_readers_say_the_same(string line, string repeats)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.Equal(repeats, new ReadLines()[line]["repeats"]);
    }
}
