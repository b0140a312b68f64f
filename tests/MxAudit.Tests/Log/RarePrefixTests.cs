using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>Forms of prefix that few logs have: other languages, other orders of the date.</summary>
public class RarePrefixTests
{
    private const string Text = "vm postfix/smtpd[123]: connect from client.sender.test[10.9.0.50]";

    private static Said Read(string prefix, LogClock? clock = null)
    {
        string line = prefix + Text;
        Assert.Empty(TwoReadersTests.Disagreements([Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line))]));
        return new ReadLines(clock)[line];
    }

    private static void AssertRead(string prefix, string time)
    {
        var said = Read(prefix);
        Assert.Equal((EventKind.Connect, "vm", "postfix", "123"), (said.Kind, said.Host, said["instance"], said["pid"]));
        Assert.Equal(DateTimeOffset.Parse(time), said.Time);
    }

    [Theory]
    [InlineData("Mär 22 16:05:46 ", "03-22"), InlineData("Okt 22 16:05:46 ", "10-22"), InlineData("Dez  2 16:05:46 ", "12-02"),
        InlineData("Jän 02 16:05:46 ", "01-02"), InlineData("Mai 2 16:05:46 ", "05-02")]
    [InlineData("août 22 16:05:46 ", "08-22"), InlineData("févr. 22 16:05:46 ", "02-22"), InlineData("janv. 22 16:05:46 ", "01-22"),
        InlineData("DÉC. 22 16:05:46 ", "12-22"), InlineData("juin 2 16:05:46 ", "06-02")]
    [InlineData("ene 22 16:05:46 ", "01-22"), InlineData("ott 22 16:05:46 ", "10-22"), InlineData("out 22 16:05:46 ", "10-22"),
        InlineData("mrt 22 16:05:46 ", "03-22"), InlineData("maj 22 16:05:46 ", "05-22")]
    [InlineData("des. 22 16:05:46 ", "12-22"), InlineData("maalis 22 16:05:46 ", "03-22"), InlineData("heinä 22 16:05:46 ", "07-22"),
        InlineData("paź 22 16:05:46 ", "10-22"), InlineData("čen 22 16:05:46 ", "06-22")]
    [InlineData("čec 22 16:05:46 ", "07-22"), InlineData("Máj 22 16:05:46 ", "05-22"), InlineData("szept 22 16:05:46 ", "09-22"),
        InlineData("дек 22 16:05:46 ", "12-22"), InlineData("Мая 22 16:05:46 ", "05-22")]
    [InlineData("СІЧ 22 16:05:46 ", "01-22"), InlineData("Ağu 22 16:05:46 ", "08-22"), InlineData("iul 22 16:05:46 ", "07-22"),
        InlineData("mar 22 16:05:46 ", "03-22"), InlineData("/var/log/mail.log.1:Okt 22 16:05:46 ", "10-22")]
    [InlineData("<22>Okt 22 16:05:46 ", "10-22"), InlineData("2026-11-22T16:05:46Z Nov 22 16:05:46 ", "11-22"),
        InlineData("2026-11-22T16:05:46Z stdout F Mär 22 16:05:46 ", "11-22")]
    [InlineData("2026-11-22T16:05:46Z okt 22 16:05:46 ", "11-22"), InlineData("2026-11-22T16:05:46Z juin 2 16:05:46 ", "11-22")]
    public void Months_of_other_languages_are_known(string prefix, string date) => AssertRead(prefix, $"2026-{date}T16:05:46Z");

    [Theory]
    [InlineData("Foo 22 16:05:46 "), InlineData("дек.. 22 16:05:46 "), InlineData("feb 30 16:05:46 "), InlineData("okt 0 16:05:46 "),
        InlineData("okt 22 24:05:46 "), InlineData("ok 22 16:05:46 ")]
    [InlineData("decembers 22 16:05:46 "), InlineData("okt_22 16:05:46 "), InlineData("okt 222 16:05:46 ")]
    public void What_only_looks_like_a_month_is_not_read(string prefix) => Assert.Equal(EventKind.Unread, Read(prefix).Kind);

    [Fact]
    public void A_word_that_is_cut_in_a_letter_is_no_month() =>
        Assert.Equal([], TwoReadersTests.Disagreements(["M\u00c3 22 16:05:46 " + Text, "\u00c3\u00a4r 22 16:05:46 " + Text]));

    [Theory]
    [InlineData("M\u00e4r 22", "03-22"), InlineData("M\u00e4rz 22", "03-22"), InlineData("M\u00c4R  2", "03-02"), InlineData("f\u00e9vr. 22", "02-22"),
        InlineData("D\u00c9C. 22", "12-22"), InlineData("ao\u00fbt 22", "08-22")]
    public void Months_are_known_where_a_letter_is_one_byte(string stamp, string date)
    {
        string line = $"{stamp} 16:05:46 {Text}";
        Assert.Equal([], TwoReadersTests.Disagreements([line]));
        var said = new ReadLines().Read(Encoding.Latin1.GetBytes(line));
        Assert.Equal((EventKind.Connect, DateTimeOffset.Parse($"2026-{date}T16:05:46Z")), (said.Kind, said.Time));
    }

    [Fact]
    public void Months_of_other_languages_change_the_year_too()
    {
        var lines = new ReadLines();
        Assert.Equal([2026, 2027, 2026, 2027],
            new[] { "Dez 31 23:59:58", "Jän 01 00:00:01", "déc. 31 23:59:59", "янв  1 00:00:02" }.Select(stamp => lines[$"{stamp} {Text}"].Time!.Value.Year));
    }

    [Fact]
    public void Fractions_of_a_second_stand_behind_months_of_other_languages_too() => AssertRead("Mär 22 16:05:46.275778 ", "2026-03-22T16:05:46.275Z");

    [Theory]
    [InlineData("So 2026-11-22 16:05:50 CET "), InlineData("dim. 2026-11-22 16:05:50 CET "), InlineData("v 2026-11-22 16:05:50 UTC "),
        InlineData("Вс 2026-11-22 16:05:50 MSK "), InlineData("søn 2026-11-22 16:05:50 CET ")]
    [InlineData("日 2026-11-22 16:05:50 JST "), InlineData("nie 2026-11-22 21:05:50 +05 "), InlineData("vm  | So 2026-11-22 16:05:50 UTC "),
        InlineData("mail.log:So 2026-11-22 16:05:50 UTC ")]
    public void Weekdays_of_other_languages_are_known(string prefix) => AssertRead(prefix, "2026-11-22T16:05:50Z");

    [Fact]
    public void A_zone_behind_a_weekday_of_another_language_means_what_it_means_in_english()
    {
        var clock = new LogClock(2026, TimeSpan.FromHours(2));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46Z"), Read("So 2026-11-22 16:05:46 UTC ", clock).Time);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T14:05:46Z"), Read("So 2026-11-22 16:05:46 OEZ ", clock).Time);
    }

    [Theory]
    [InlineData("S0 2026-11-22 16:05:50 CET "), InlineData("Donnerstag 2026-11-22 16:05:50 CET "), InlineData(". 2026-11-22 16:05:50 CET "),
        InlineData("So 2026-11-22T16:05:50 CET "), InlineData("So 2026-11-31 16:05:50 CET ")]
    [InlineData("So  2026-11-22 16:05:50 CET "), InlineData("So 2026-11-22 16:05:50 EUROPE/VIENNA ")]
    public void What_only_looks_like_a_weekday_is_not_read(string prefix) => Assert.Equal(EventKind.Unread, Read(prefix).Kind);

    [Theory]
    [InlineData("Nov 22 16:05:46 vm  "), InlineData("Nov 22 16:05:46  vm "), InlineData("Nov 22 16:05:46    vm    "), InlineData("2026-11-22T16:05:46Z  vm  "),
        InlineData("<22>Nov 22 16:05:46 vm   ")]
    [InlineData("Nov 22 16:05:46 vm  mail.info "), InlineData("Nov 22 16:05:46 vm mail.info  "), InlineData("Nov 22 16:05:46  vm  <mail.info>  "),
        InlineData("Nov 22 16:05:46 <mail.info>  vm  "), InlineData("Nov 22 16:05:46  <2.6>  vm ")]
    [InlineData("vm  | Nov 22 16:05:46 vm  "), InlineData("Okt 22 16:05:46  vm  ", "10")]
    public void Several_blanks_mean_one(string prefix, string month = "11")
    {
        string line = prefix + Text["vm ".Length..];
        Assert.Empty(TwoReadersTests.Disagreements([line, line[..line.LastIndexOf(' ')], prefix + "last message repeated 3 times",
            prefix + "rsyslogd: imuxsock lost 117 messages from pid 4711 due to rate-limiting", prefix]));
        var said = new ReadLines()[line];
        Assert.Equal((EventKind.Connect, "vm", "postfix", "123", DateTimeOffset.Parse($"2026-{month}-22T16:05:46Z")),
            (said.Kind, said.Host, said["instance"], said["pid"], said.Time));
        Assert.Equal(EventKind.RepeatedLast, new ReadLines()[prefix + "last message repeated 3 times"].Kind);
    }

    [Theory]
    [InlineData("Nov 22 16:05:46  mail.info  postfix/smtpd[123]: "), InlineData("Nov 22 16:05:46  postfix/smtpd[123]: "),
        InlineData("2026-11-22T16:05:46Z  INFO   postfix/smtpd[123]: ")]
    public void Several_blanks_mean_one_where_no_host_is_named(string prefix)
    {
        string line = prefix + "connect from client.sender.test[10.9.0.50]";
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.Equal((EventKind.Connect, ""), (new ReadLines()[line].Kind, new ReadLines()[line].Host));
    }

    [Theory]
    [InlineData("Nov 22 16:05:46 vm  sshd[17]: connect from a[b]"), InlineData("Nov 22 16:05:46  "), InlineData("Nov 22 16:05:46   vm"),
        InlineData("Nov 22 16:05:46 vm   "), InlineData("Nov 22 16:05:46 vm  mail.info  "), InlineData("Nov 22 16:05:46 <2.6>  ")]
    [InlineData("Nov 22 16:05:46 vm  mail.info  mail.info  postfix/smtpd[1]: connect from a[b]"),
        InlineData("Nov 22 16:05:46 vm  sshd[17]:  postfix/smtpd[1]: connect from a[b]"),
        InlineData("Nov 22 16:05:46 vm kernel:   postfix/smtpd[1]: connect from a[b]")]
    public void Several_blanks_make_no_line_of_postfix(string line)
    {
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.Equal(EventKind.NotPostfix, new ReadLines()[line].Kind);
    }

    [Theory]
    [InlineData("Nov 22 2026 16:05:46 ", "22T16:05:46Z"), InlineData("Nov  2 2026 16:05:46 ", "02T16:05:46Z"),
        InlineData("Nov 02 2026 16:05:46.040 ", "02T16:05:46.040Z"), InlineData("2026/11/22 16:05:46 ", "22T16:05:46Z")]
    [InlineData("2026/11/22 16:05:46,275778 ", "22T16:05:46.275Z"), InlineData("22-Nov-2026 16:05:46 ", "22T16:05:46Z"),
        InlineData("22/Nov/2026:16:05:46 +0100 ", "22T15:05:46Z"), InlineData("22/Nov/2026:16:05:46 ", "22T16:05:46Z")]
    [InlineData("22.11.2026 16:05:46 ", "22T16:05:46Z"), InlineData("02.11.2026 16:05:46.275778 ", "02T16:05:46.275Z"),
        InlineData("22.11.2026 16:05:46 +0100 ", "22T15:05:46Z"), InlineData("vm  | 22.11.2026 16:05:46 ", "22T16:05:46Z")]
    [InlineData("2026/11/22 16:05:46 -05:30 ", "22T21:35:46Z"), InlineData("vm  | 2026/11/22 16:05:46 ", "22T16:05:46Z"),
        InlineData("2026 Nov 22 16:05:46 ", "22T16:05:46Z"), InlineData("2026 Nov  2 16:05:46.5 ", "02T16:05:46.5Z"),
        InlineData("mail.log:Nov 22 2026 16:05:46  ", "22T16:05:46Z"), InlineData("<22>22-Nov-2026 16:05:46  ", "22T16:05:46Z")]
    public void Dates_in_another_order_are_read(string prefix, string time) => AssertRead(prefix, "2026-11-" + time);

    [Theory]
    [InlineData("Nov 31 2026 16:05:46 "), InlineData("Nov 0 2026 16:05:46 "), InlineData("Feb 29 2026 16:05:46 "), InlineData("2026/13/22 16:05:46 "),
        InlineData("2026/11/ 2 16:05:46 "), InlineData("2026/11/22:16:05:46 "), InlineData("22-Okt-2026 16:05:46 ")]
    [InlineData("22.13.2026 16:05:46 "), InlineData("31.11.2026 16:05:46 "), InlineData("2.11.2026 16:05:46 "), InlineData("22.11.26 16:05:46 "),
        InlineData("22.11.2026, 16:05:46 "), InlineData("22.1x.2026 16:05:46 ")]
    [InlineData("mail.log: 2-Nov-2026 16:05:46 "), InlineData("22-Nov-0000 16:05:46 "), InlineData("22/Nov-2026 16:05:46 "),
        InlineData("22/Nov/2026 16:05:46 "), InlineData("22/11/2026 16:05:46 "), InlineData("22-Nov-2026 16:05:61 ")]
    public void What_only_looks_like_a_date_is_not_read(string prefix) => Assert.Equal(EventKind.Unread, Read(prefix).Kind);

    [Fact]
    public void A_date_with_its_year_needs_none()
    {
        var lines = new ReadLines(new LogClock(2031, TimeSpan.Zero));
        Assert.Equal([2026, 2019, 2031],
            new[] { "Nov 22 2026 16:05:46", "22-Nov-2019 16:05:46", "Nov 22 16:05:46" }.Select(stamp => lines[$"{stamp} {Text}"].Time!.Value.Year));
    }

    [Theory]
    [InlineData("Sun Nov 22 16:05:46 "), InlineData("Sun Nov 22 2026 16:05:46 "), InlineData("Sun Nov 22 16:05:46 2026 "), InlineData("mail.log:Sun Nov 22 16:05:46 "),
        InlineData("vm | Sun Nov 22 16:05:46 ")]
    [InlineData("2026-11-22_16:05:46 "), InlineData("2026-11-22_16:05:46.00000 "), InlineData("@400000006a019bd3000001f4 ", "2026-05-11T09:05:13Z")]
    [InlineData("2026-11-22_16:05:46.00000 Okt 22 10:00:00 "), InlineData("2026-11-22_16:05:46 2026-10-22T10:00:00Z ")]
    [InlineData("@400000006a019bd300000000 Nov 22 16:05:46 ", "2026-05-11T09:05:13Z"), InlineData("current:@400000006a019bd300000000 ", "2026-05-11T09:05:13Z")]
    public void Stamps_with_a_weekday_and_those_of_svlogd_are_known(string prefix, string time = "2026-11-22T16:05:46Z") => AssertRead(prefix, time);

    /// <summary>Its labels are in UTC, whatever the clock of the machine.</summary>
    [Theory]
    [InlineData("2026-11-22_16:05:46.00000 ", "2026-11-22T16:05:46Z"), InlineData("@400000006a019bd300000000 ", "2026-05-11T09:05:13Z"),
        InlineData("Sun Nov 22 16:05:46 ", "2026-11-22T14:05:46Z")]
    public void Svlogd_writes_UTC(string prefix, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time), Read(prefix, new LogClock(2026, TimeSpan.FromHours(2))).Time);

    [Theory]
    [InlineData("@400000006a019bd3000001f "), InlineData("@400000006A019BD3000001F4 "), InlineData("@000000006a019bd3000001f4 "),
        InlineData("@500000006a019bd3000001f4 "), InlineData("2026-11-31_16:05:46 "), InlineData("Sum Nov 22 16:05:46 "), InlineData("Sun Nov 22  16:05:46 ")]
    public void What_only_looks_like_such_a_stamp_is_not_read(string prefix) => Assert.Equal(EventKind.Unread, Read(prefix).Kind);

    [Theory]
    [InlineData("2026-11-22_16:05:46.00000 "), InlineData("@400000006a019bd300000000 ")]
    public void A_program_that_svlogd_listens_to_writes_no_host(string prefix)
    {
        string line = prefix + "postfix/smtpd[123]: connect from client.sender.test[10.9.0.50]", socklog = prefix + "mail.info: Nov 22 16:05:46 postfix/smtpd[123]: connect from client.sender.test[10.9.0.50]";
        Assert.Empty(TwoReadersTests.Disagreements([line, socklog]));
        Assert.Equal((EventKind.Connect, EventKind.Connect), (new ReadLines()[line].Kind, new ReadLines()[socklog].Kind));
    }

    [Theory]
    [InlineData("192.0.2.1", "vm"), InlineData("2001:db8::1", "vm"), InlineData("198.51.100.25", "203.0.113.9")]
    public void The_address_that_a_line_came_from_may_stand_before_its_host(string address, string host)
    {
        foreach (string stamp in new[] { "Nov 22 16:05:46", "2026-11-22T16:05:46Z", "<22>Nov 22 16:05:46" })
        {
            string behind = $"{host} postfix/relay/smtp[123]: connect to mx1.example.com[192.0.2.10]:25: Connection refused";
            string[] lines = [$"{stamp} {address} {behind}", $"{stamp} {address} {host} sshd[1]: x", $"{stamp} {address} {host} last message repeated 3 times",
                $"{stamp} {address} {host} rsyslogd: imuxsock lost 117 messages from pid 4711 due to rate-limiting", $"{stamp} {address} mail.info {behind}",
                $"{stamp} {address} {host} mail.info postfix/smtpd[1]: connect from unknown[192.0.2.7]", $"{stamp} {address} sshd[1]: postfix/smtpd[1]: x",
                $"{stamp} {address} {host} other postfix/smtpd[1]: connect from unknown[192.0.2.7]", $"{stamp} {address} postfix/smtpd[1]: connect from unknown[192.0.2.7]"];
            Assert.Empty(TwoReadersTests.Disagreements(lines));
            Assert.Equal(host, new ReadLines()[lines[0]].Host);
            Assert.Equal(address, new ReadLines()[lines[^1]].Host);
        }
    }

    [Fact]
    public void A_name_is_no_address_before_a_host() =>
        Assert.NotEqual(EventKind.Connect, new ReadLines()["Nov 22 16:05:46 loghost vm postfix/smtpd[123]: connect from client.sender.test[10.9.0.50]"].Kind);
}
