using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class PrefixTests
{
    private const string Text = "connect from client.sender.test[10.9.0.50]";

    [Theory]
    [InlineData("Nov  2 16:05:46 vm postfix/smtpd[123]: ", "2026-11-02T16:05:46Z")]
    [InlineData("Nov 02 16:05:46 vm postfix/smtpd[123]: ", "2026-11-02T16:05:46Z")]
    [InlineData("Nov 2 16:05:46 vm postfix/smtpd[123]: ", "2026-11-02T16:05:46Z")]
    [InlineData("Nov 22 16:05:50.275778 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50.275Z")]
    [InlineData("2026-11-22T16:05:46.040952+00:00 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46.040952+01:00 vm postfix/smtpd[123]: ", "2026-11-22T15:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46,040-0530 vm postfix/smtpd[123]: ", "2026-11-22T21:35:46.040Z")]
    [InlineData("2026-11-22T16:05:46Z vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("2026-11-22T16:05:50+0000 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("2026-11-22T16:05:50.275778+0000 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50.275Z")]
    [InlineData("<22>1 2026-11-22T16:05:46.040952+00:00 vm postfix 123 - -  ", "2026-11-22T16:05:46.040Z")]
    [InlineData("<22>1 2026-11-22T16:05:46Z vm postfix/smtpd 123 - [a@1 b=\"]\\\"\"][c] ", "2026-11-22T16:05:46Z")]
    [InlineData("1 2026-11-22T16:05:46.040952+00:00 vm postfix 123 - -  ", "2026-11-22T16:05:46.040Z")]
    [InlineData("<22>2026-11-22T16:05:46.040952+00:00 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("<22>Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Sun 2026-11-22 16:05:50 UTC vm postfix/smtpd[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("Sun 2026-11-22 16:05:50 UTC vm postfix@-.service[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("Sun 2026-11-22 16:05:50 UTC vm postfix.service[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("Sun 2026-11-22 19:05:50 +03 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("Sun 2026-11-22 12:35:50 -0330 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50Z")]
    [InlineData("1795363550.275778 vm postfix/smtpd[123]: ", "2026-11-22T16:05:50.275Z")]
    [InlineData("vm  | Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("postfix-1  | 2026-11-22T16:05:46.04Z Nov 22 17:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46.0409Z stdout F Nov 22 17:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46.0409Z stderr F 2026-11-22T16:05:46Z vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("Nov 22 16:05:46 vm mail.info postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Nov 22 16:05:46 vm mail:info postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Nov 22 16:05:46 <mail.info> vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Nov 22 16:05:46 <2.6> vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[123]: [ID 197553 mail.info] ", "2026-11-22T16:05:46Z")]
    [InlineData("/var/log/mail.log.1:Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("maillog:2026-11-22T16:05:46.04+00:00 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("    Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("> > Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    [InlineData("[pod/postfix-0/postfix] Nov 22 16:05:46 vm postfix/smtpd[123]: ", "2026-11-22T16:05:46Z")]
    public void Each_form_of_prefix_is_read(string prefix, string time)
    {
        var said = new ReadLines()[prefix + Text];
        Assert.Equal((EventKind.Connect, "vm", "postfix", "123"), (said.Kind, said.Host, said["instance"], said["pid"]));
        Assert.Equal("client.sender.test[10.9.0.50]", said["client"]);
        Assert.Equal(DateTimeOffset.Parse(time), said.Time);
    }

    [Theory]
    [InlineData("2026-11-22T16:", ".040952+00:00 vm ")]
    [InlineData("2026-11-22T16:", ".040+05:30 vm ")]
    [InlineData("2026-11-22T16:", "Z vm ")]
    [InlineData("Nov  2 16:", " mx2.fallback.example ")]
    [InlineData("Nov  2 16:", " mx2.fallback.example   ")]
    [InlineData("2026-11-22T16:", ".040952+00:00  vm  mail.info ")]
    public void A_line_behind_others_means_what_it_means_alone(string before, string after)
    {
        var warm = new ReadLines();
        foreach (string clock in new[] { "05:46", "05:47", "06:00", "06:60", "06:61", "60:00", "5:46", "0a:10", "59:59", "00:00", "07:1x", "07:10" })
            foreach (string program in new[] { "dovecot: imap: ", "postfix/smtpd[123]: ", "postfix/relay/smtp[9]: ", "postfix-x/smtpd[123]: " })
            {
                string line = before + clock + after + program + Text;
                Said alone = new ReadLines()[line], behind = warm[line];
                Assert.Equal((alone.Kind, alone.Time, alone.Host, alone["pid"], alone["instance"]),
                    (behind.Kind, behind.Time, behind.Host, behind["pid"], behind["instance"]));
            }
    }

    [Theory]
    [InlineData("smtp_1      | postfix/smtpd[534]: ", null)]
    [InlineData("postfix-1  | 2026-11-22T16:05:46.040952123Z postfix/smtpd[534]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46.0409Z stdout F postfix/smtpd[534]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("postfix/smtpd[534]: ", null)]
    [InlineData("2026-11-22T16:05:46.040952+00:00 INFO    postfix/smtpd[534]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("2026-11-22T16:05:46.040952+00:00 WARNING postfix/smtpd[534]: ", "2026-11-22T16:05:46.040Z")]
    [InlineData("Sun Nov 22 16:05:46 2026 mail.info postfix/smtpd[534]: ", "2026-11-22T16:05:46Z")]
    [InlineData("Mon Nov  2 16:05:46 2015 local0.warn postfix/smtpd[534]: ", "2015-11-02T16:05:46Z")]
    public void A_bare_tag_in_a_container_has_no_host(string prefix, string? time)
    {
        var said = new ReadLines()[prefix + Text];
        Assert.Equal((EventKind.Connect, "", "Smtpd", "534"), (said.Kind, said.Host, said["daemon"], said["pid"]));
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time), said.Time);
    }

    [Fact]
    public void Severities_in_the_place_of_the_host_make_no_hosts_of_their_own()
    {
        var lines = new ReadLines();
        Assert.All(new[] { "INFO    ", "WARNING ", "INFO    ", "ERR     ", "NOTICE  " },
            severity => Assert.Equal("", lines[$"2026-11-22T16:05:46.040952+00:00 {severity}postfix/smtpd[534]: {Text}"].Host));
        Assert.Equal("info", lines["2026-11-22T16:05:46.040952+00:00 info postfix/smtpd[534]: " + Text].Host);
    }

    [Theory]
    [InlineData("Nov 22 16:05:46 vm postfix/smtpd[534]: ")]
    [InlineData("2026-11-22T16:05:46.040952+00:00 vm postfix/smtpd[534]: ")]
    public void Zeros_that_a_crash_left_stand_before_the_next_line(string prefix)
    {
        var lines = new ReadLines();
        foreach (string before in new[] { "", "\0", new string('\0', 370), "" })
        {
            var said = lines[before + prefix + Text];
            Assert.Equal((EventKind.Connect, "vm", "534"), (said.Kind, said.Host, said["pid"]));
        }
    }

    [Fact]
    public void Forms_may_be_mixed_in_one_file()
    {
        var lines = new ReadLines();
        string[] prefixes = ["Nov 22 16:05:46 vm postfix/smtpd[1]: ", "2026-11-22T16:05:46Z vm postfix/smtpd[1]: ",
            "<22>1 2026-11-22T16:05:46Z vm postfix 1 - -  ", "1795363546.0 vm postfix/smtpd[1]: "];
        foreach (string prefix in prefixes.Concat(prefixes.Reverse()))
        {
            var said = lines[prefix + Text];
            Assert.Equal((EventKind.Connect, DateTimeOffset.Parse("2026-11-22T16:05:46Z")), (said.Kind, said.Time));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22T16:05:46 ")]
    [InlineData("2026-11-22T16:05:46Z s")]
    [InlineData("2026-11-22T16:05:46.0409Z stdout F something else")]
    [InlineData("Nov 22 16:05:46 vm sshd[17]: connect from client.sender.test[10.9.0.50]")]
    [InlineData("Nov 22 16:05:46 vm amavis[17]: (1-2) Passed CLEAN, <a@sender.test>")]
    [InlineData("<22>1 2026-11-22T16:05:46Z vm sshd 17 - -  connect from client.sender.test[10.9.0.50]")]
    [InlineData("{\"log\":\"hello\\n\",\"time\":\"2026-11-22T16:05:46.04Z\"}")]
    public void Lines_of_others_are_not_of_postfix(string line) => Assert.Equal(EventKind.NotPostfix, new ReadLines()[line].Kind);

    [Theory]
    [InlineData("Nov 31 16:05:46 vm postfix/smtpd[123]: ")]
    [InlineData("Nov 00 16:05:46 vm postfix/smtpd[123]: ")]
    [InlineData("Nov_22 16:05:46 vm postfix/smtpd[123]: ")]
    [InlineData("Nov 22 24:05:46 vm postfix/smtpd[123]: ")]
    [InlineData("2026-13-22T16:05:46Z vm postfix/smtpd[123]: ")]
    [InlineData("2026-02-29T16:05:46Z vm postfix/smtpd[123]: ")]
    [InlineData("2026-11-22T16:65:46Z vm postfix/smtpd[123]: ")]
    public void A_line_with_an_impossible_stamp_is_counted_as_unread(string prefix) => Assert.Equal(EventKind.Unread, new ReadLines()[prefix + Text].Kind);

    [Fact]
    public void A_leap_second_is_the_second_before() =>
        Assert.Equal(DateTimeOffset.Parse("2016-12-31T23:59:59Z"), new ReadLines()["2016-12-31T23:59:60Z vm postfix/smtpd[1]: " + Text].Time);

    [Fact]
    public void Stamps_without_an_offset_mean_the_clock_of_the_source()
    {
        var lines = new ReadLines(new LogClock(2026, TimeSpan.FromHours(2)));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T14:05:46Z"), lines["Nov 22 16:05:46 vm postfix/smtpd[1]: " + Text].Time);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T14:05:46Z"), lines["2026-11-22T16:05:46 vm postfix/smtpd[1]: " + Text].Time);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46Z"), lines["Sun 2026-11-22 16:05:46 UTC vm postfix/smtpd[1]: " + Text].Time);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T14:05:46Z"), lines["Sun 2026-11-22 16:05:46 EET vm postfix/smtpd[1]: " + Text].Time);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T11:05:46Z"), lines["Sun 2026-11-22 16:05:46 +05 vm postfix/smtpd[1]: " + Text].Time);
    }

    [Fact]
    public void The_year_changes_between_december_and_january_also_for_lines_out_of_order()
    {
        var lines = new ReadLines();
        int[] years =
            [.. new[] { "Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02", "Jul  1 00:00:00", "Dec 31 00:00:00", "Jan  1 00:00:00" }
                .Select(stamp => lines[$"{stamp} vm postfix/smtpd[1]: {Text}"].Time!.Value.Year)];
        Assert.Equal([2026, 2027, 2026, 2027, 2027, 2027, 2028], years);
    }

    [Fact]
    public void A_29th_of_february_lies_in_a_leap_year_and_so_do_the_days_behind_it()
    {
        var lines = new ReadLines(new LogClock(2027, TimeSpan.Zero));
        Assert.Equal(DateTimeOffset.Parse("2028-02-29T01:00:00Z"), lines["Feb 29 01:00:00 vm postfix/smtpd[1]: " + Text].Time);
        Assert.Equal(DateTimeOffset.Parse("2028-03-01T01:00:00Z"), lines["Mar  1 01:00:00 vm postfix/smtpd[1]: " + Text].Time);
    }
}
