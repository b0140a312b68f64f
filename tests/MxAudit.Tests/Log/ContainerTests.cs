using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>Lines of a container that came through the syslog of its host.</summary>
public class ContainerTests
{
    private const string Text = "connect from client.sender.test[10.9.0.50]";

    private static Said Read(string line, LogClock? clock = null)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        return new ReadLines(clock)[line];
    }

    [Theory]
    [InlineData("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: Nov 22 16:05:46 vm postfix/smtpd[123]: ", "vm")]
    [InlineData("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: postfix/smtpd[123]: ", "dockerhost")]
    [InlineData("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e: postfix/smtpd[123]: ", "dockerhost")]
    [InlineData("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: Nov 22 16:05:46 postfix/smtpd[123]: ", "dockerhost")]
    [InlineData("2026-11-22T16:05:46Z dockerhost docker/mx2[1234]: Nov 22 16:05:46 vm postfix/smtpd[123]: ", "vm")]
    [InlineData("2026-11-22T16:05:46Z dockerhost docker-mx2[1234]: Okt 22 16:05:46  vm  mail.info postfix/smtpd[123]: ", "vm")]
    [InlineData("2026-11-22T16:05:46+00:00 dockerhost podman_mx2[1234]: 2026-11-22T17:05:46 vm postfix/smtpd[123]: ", "vm")]
    [InlineData("Nov 22 16:05:46  dockerhost  daemon.info  3f2a1b9c8d7e[1234]: postfix/smtpd[123]: ", "dockerhost")]
    [InlineData("<30>Nov 22 16:05:46 3f2a1b9c8d7e[1234]: postfix/smtpd[123]: ", "")]
    [InlineData("<30>1 2026-11-22T16:05:46Z dockerhost 3f2a1b9c8d7e 1234 3f2a1b9c8d7e - Nov 22 16:05:46 vm postfix/smtpd[123]: ", "vm")]
    [InlineData("<30>1 2026-11-22T16:05:46Z dockerhost docker/mx2 1234 - - postfix/smtpd[123]: ", "dockerhost")]
    [InlineData("2026-11-22T16:05:46.00001 mail.info: Nov 22 16:05:46 postfix/smtpd[123]: ", "")] // socklog
    [InlineData("2026-11-22T16:05:46.00001 mail.info: Nov 22 16:05:46 vm postfix/smtpd[123]: ", "vm")]
    [InlineData(
        "{\"__REALTIME_TIMESTAMP\":\"1795363546000000\",\"_HOSTNAME\":\"dockerhost\",\"SYSLOG_IDENTIFIER\":\"3f2a1b9c8d7e\",\"_PID\":\"77\",\"MESSAGE\":\"Nov 22 17:05:46 vm postfix/smtpd[123]: connect from client.sender.test[10.9.0.50]\"}",
        "vm")]
    public void A_line_inside_a_line_of_a_container_is_read(string prefix, string host)
    {
        var said = Read(prefix.EndsWith('}') ? prefix : prefix + Text);
        Assert.Equal((EventKind.Connect, host, "postfix", "123", "client.sender.test[10.9.0.50]"),
            (said.Kind, said.Host, said["instance"], said["pid"], said["client"]));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46Z"), said.Time);
    }

    [Theory]
    [InlineData("2026-11-22T16:05:46Z", "Nov 22 18:05:46", "16:05:46")]
    [InlineData("2026-11-22T18:05:46+02:00", "Nov 22 17:05:47", "16:05:46")]
    [InlineData("2026-11-22T18:05:46+0200", "Nov 22 17:05:47", "16:05:46")]
    [InlineData("So 2026-11-22 16:05:46 UTC", "Nov 22 17:05:47", "16:05:46")]
    [InlineData("1795363546.5", "Nov 22 17:05:47", "16:05:46.5")]
    [InlineData("2026-11-22T16:05:46", "2026-11-22T17:05:47+01:00", "16:05:47")]
    [InlineData("So 2026-11-22 16:05:46 CET", "2026-11-22T16:05:47Z", "16:05:47")]
    [InlineData("Nov 22 16:05:46", "2026-11-22T16:05:47Z", "16:05:47")]
    [InlineData("Nov 22 16:05:46", "Nov 22 18:05:47", "16:05:47")]
    public void The_outer_stamp_counts_when_it_knows_year_and_offset(string outer, string inner, string time) =>
        Assert.Equal(DateTimeOffset.Parse($"2026-11-22T{time}Z"),
            Read($"{outer} dockerhost 3f2a1b9c8d7e[1]: {inner} vm postfix/smtpd[1]: {Text}", new LogClock(2026, TimeSpan.FromHours(2))).Time);

    [Fact]
    public void Without_a_stamp_inside_the_outer_one_counts() =>
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T14:05:46Z"),
            Read($"Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1]: postfix/smtpd[1]: {Text}", new LogClock(2026, TimeSpan.FromHours(2))).Time);

    /// <summary>A user of the host, a web client, a sender of mail: whoever can make a program log his words, makes no line of Postfix.</summary>
    [Theory]
    [InlineData("sshd[17]"), InlineData("dovecot"), InlineData("nginx[17]"), InlineData("sudo[17]"), InlineData("amavis[17]"), InlineData("kernel"),
        InlineData("logger[17]"), InlineData("containerd[17]")]
    [InlineData("3f2a1b9c8d7[17]"), InlineData("3f2a1b9c8d7e0[17]"), InlineData("3F2A1B9C8D7E[17]"), InlineData("3f2a1b9c8d7g[17]"),
        InlineData("web/3f2a1b9c8d7e[17]"), InlineData("mydocker[17]"), InlineData("MailScanner[17]")]
    public void Words_of_strangers_behind_the_tag_of_another_program_are_no_line_of_postfix(string tag)
    {
        foreach (string words in (string[])["postfix/smtpd[1]: ", "Nov 22 16:05:46 vm postfix/smtpd[1]: ", "2026-11-22T16:05:46Z vm postfix/smtpd[1]: ",
            " postfix/smtpd[1]: ", "3f2a1b9c8d7e[1]: postfix/smtpd[1]: "])
        {
            Assert.Equal(EventKind.NotPostfix, Read($"Nov 22 16:05:46 vm {tag}: {words}{Text}").Kind);
            Assert.Equal(EventKind.NotPostfix, Read($"<22>1 2026-11-22T16:05:46Z vm {tag.Split('[')[0]} 17 - - {words}{Text}").Kind);
        }
    }

    [Theory]
    [InlineData("hello"), InlineData(""), InlineData("GET /postfix/smtpd[1]: x"), InlineData("Nov 22 16:05:46 vm sshd[17]: connect from a[b]"),
        InlineData("> postfix/smtpd[1]: connect from a[b]"), InlineData("x | postfix/smtpd[1]: connect from a[b]")]
    [InlineData("3f2a1b9c8d7e[1]: postfix/smtpd[1]: connect from a[b]"), InlineData("<22>postfix/smtpd[1]: connect from a[b]"),
        InlineData("mx2 postfix/smtpd[1]: connect from a[b]"), InlineData("x:Nov 22 16:05:46 vm postfix/smtpd[1]: connect from a[b]")]
    [InlineData("Nov 22 16:05:46 vm 3f2a1b9c8d7e[1]: postfix/smtpd[1]: connect from a[b]"), InlineData("Nov 22 16:05:46 "), InlineData("Nov 22 16:05:46 vm")]
    public void Other_lines_of_containers_are_not_of_postfix(string inner)
    {
        var lines = new ReadLines();
        foreach (string outer in (string[])["Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: ", "<30>1 2026-11-22T16:05:46Z dockerhost 3f2a1b9c8d7e 1 - - "])
        {
            Assert.Equal(EventKind.NotPostfix, Read(outer + inner).Kind);
            Assert.Equal(EventKind.NotPostfix, lines[outer + inner].Kind);
            Assert.Equal(EventKind.Connect, lines["Nov 22 16:05:46 vm postfix/smtpd[1]: " + Text].Kind);
            Assert.Equal(EventKind.NotPostfix, lines["Nov 22 16:05:46 vm sshd[1]: postfix/smtpd[1]: " + Text].Kind);
        }
    }

    [Fact]
    public void What_a_syslogd_in_a_container_lost_is_remarked()
    {
        var said =
            Read("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: Nov 22 16:05:46 vm rsyslogd: imuxsock lost 117 messages from pid 4711 due to rate-limiting");
        Assert.Equal((EventKind.Remark, "117", "vm"), (said.Kind, said["number"], said.Host));
        Assert.Equal(EventKind.RepeatedLast, Read("Nov 22 16:05:46 dockerhost 3f2a1b9c8d7e[1234]: Nov 22 16:05:46 vm last message repeated 3 times").Kind);
    }

    [Fact]
    public void A_program_of_postfix_that_is_named_as_a_container_is_one_of_postfix() =>
        Assert.Equal(("docker", "vm"), Read($"Nov 22 16:05:46 vm docker/smtpd[1]: {Text}") is var said ? (said["instance"], said.Host) : default);
}
