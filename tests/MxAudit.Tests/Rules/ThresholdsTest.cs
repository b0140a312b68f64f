using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Where a rule begins to speak, and when it raises its voice.</summary>
public class ThresholdsTest
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private static Severity? SeverityOf(string id, IEnumerable<string> log, double? limit = null)
    {
        using var result = Audit.OfText(string.Join('\n', log));
        var limits = limit is { } set ? new Dictionary<string, double> { [id] = set } : [];
        return AllRules.Find(id)!
            .Examine(new Evidence { Log = result.Mail, Thresholds = limits })
            .Select(finding => (Severity?)finding.Severity)
            .SingleOrDefault();
    }

    private static string Line(DateTimeOffset time, string daemon, string text) => $"{time:yyyy-MM-ddTHH:mm:ss}+00:00 mx2 postfix/{daemon}[100]: {text}";

    private static string Id(int number) => $"1A2B3{number:X6}";

    private static IEnumerable<string> BouncedMail(int number, DateTimeOffset at) =>
    [
        Line(at, "smtpd", $"{Id(2 * number)}: client=unknown[203.0.113.66]"),
        Line(at, "qmgr", $"{Id(2 * number)}: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)"),
        Line(at, "relay/smtp",
            $"{Id(2 * number)}: to=<ghost{number}@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command))"),
        Line(at, "bounce", $"{Id(2 * number)}: sender non-delivery notification: {Id(2 * number + 1)}"),
        Line(at, "qmgr", $"{Id(2 * number + 1)}: from=<>, size=4100, nrcpt=1 (queue active)"),
        Line(at, "qmgr", $"{Id(2 * number)}: removed"),
    ];

    [Theory]
    [InlineData(9, 1, Severity.Medium)]
    [InlineData(10, 1, Severity.High)]
    [InlineData(99, 10, Severity.High)]
    [InlineData(100, 10, Severity.Critical)]
    [InlineData(19, 14400, Severity.Medium)] // three days, six a day
    public void Backscatter_is_rated_by_its_busiest_day(int notices, int secondsBetween, Severity severity) =>
        Assert.Equal(severity, SeverityOf("BKS002", Enumerable.Range(0, notices).SelectMany(i => BouncedMail(i, Morning.AddSeconds(secondsBetween * i)))));

    [Fact]
    public void A_share_of_five_percent_is_critical_when_enough_was_accepted_for_long_enough()
    {
        var few = BouncedMail(0, Morning);
        Assert.Equal(Severity.Critical, SeverityOf("BKS002", [.. few, .. Enumerable.Range(100, 19).SelectMany(i => Delivered(i, Morning.AddHours(2)))]));
        Assert.Equal(Severity.Medium, SeverityOf("BKS002", [.. few, .. Enumerable.Range(100, 20).SelectMany(i => Delivered(i, Morning.AddHours(2)))]));
        Assert.Equal(Severity.Medium, SeverityOf("BKS002", [.. few, .. Enumerable.Range(100, 19).SelectMany(i => Delivered(i, Morning.AddMinutes(59)))]));
        Assert.Equal(Severity.Medium, SeverityOf("BKS002", [.. few, .. Enumerable.Range(100, 18).SelectMany(i => Delivered(i, Morning.AddHours(2)))]));
    }

    private static IEnumerable<string> Probe(int number, DateTimeOffset at, string domain, bool good) =>
    [
        Line(at, "qmgr", $"{Id(number)}: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)"),
        Line(at, "relay/smtp", $"{Id(number)}: to=<user{number}@{domain}>, relay=mx1.example.com[192.0.2.10]:25, delay=0.1, delays=0/0/0/0.1, "
            + (good
                ? "dsn=2.1.5, status=deliverable (250 2.1.5 Ok)"
                : "dsn=5.1.1, status=undeliverable (host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command))")),
        Line(at, "qmgr", $"{Id(number)}: removed"),
    ];

    [Theory]
    [InlineData(99, 30, 5, null)]
    [InlineData(100, 30, 5, Severity.Medium)]
    [InlineData(500, 7, 5, Severity.Medium)]
    [InlineData(501, 7, 5, Severity.High)]
    [InlineData(600, 7, 2, null)] // a fresh cache: half of them exist
    [InlineData(600, 60, 5, null)] // ten hours: sixty in each
    public void A_storm_is_counted_in_one_hour(int probes, int secondsBetween, int oneGoodIn, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("VRF009",
                Enumerable.Range(0, probes).SelectMany(i => Probe(i, Morning.AddSeconds(i * secondsBetween), "example.com", i % oneGoodIn == oneGoodIn - 1))));

    [Theory]
    [InlineData(100, 100, Severity.Medium)]
    [InlineData(100, 101, null)]
    [InlineData(40, 40, Severity.Medium)]
    public void A_site_says_how_many_probes_are_a_storm(int probes, int limit, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("VRF009", Enumerable.Range(0, probes).SelectMany(i => Probe(i, Morning.AddSeconds(i), "example.com", i % 5 == 4)), limit));

    private static IEnumerable<string> Waiting(int number, DateTimeOffset at, string daemon) =>
    [
        Line(at, "smtpd", $"{Id(number)}: client=mail.partner.example[203.0.113.44]"),
        Line(at, "qmgr", $"{Id(number)}: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)"),
        Line(at, daemon,
            $"{Id(number)}: to=<anna{number}@example.com>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection refused)"),
    ];

    [Theory]
    [InlineData(9, 1, null)]
    [InlineData(10, 1, Severity.Low)]
    [InlineData(1, 14, null)]
    [InlineData(1, 15, Severity.Medium)]
    [InlineData(1, 239, Severity.Medium)]
    [InlineData(1, 240, Severity.High)]
    [InlineData(1, 3601, Severity.Critical)] // 60 hours, half of five days
    public void A_next_hop_that_is_down_grows_worse(int recipients, int minutes, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("QUE003", Enumerable.Range(0, recipients).SelectMany(i => Waiting(i, Morning, "relay/smtp"))
            .Append(Line(Morning.AddMinutes(minutes), "anvil", "statistics: max cache size 1 at Nov 22 08:00:00"))));

    [Fact]
    public void A_next_hop_of_trusted_clients_mail_is_no_alarm() =>
        Assert.Null(SeverityOf("QUE003",
            Waiting(1, Morning, "smtp").Select(line => line.Replace("mail.partner.example[203.0.113.44]", "office.fallback.example[10.0.0.5]"))
                .Append(Line(Morning.AddHours(5), "anvil", "statistics: max cache size 1 at Nov 22 08:00:00"))));

    private static IEnumerable<string> RefusedAsHost(int number) =>
    [
        Line(Morning, "smtpd", $"{Id(number)}: client=mail.partner.example[203.0.113.44]"),
        Line(Morning, "qmgr", $"{Id(number)}: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)"),
        Line(Morning, "relay/smtp",
            $"{Id(number)}: to=<anna{number}@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed (in reply to MAIL FROM command))"),
        Line(Morning, "qmgr", $"{Id(number)}: removed"),
    ];

    private static IEnumerable<string> Delivered(int number, DateTimeOffset at) =>
    [
        Line(at, "smtpd", $"{Id(number)}: client=mail.partner.example[203.0.113.44]"),
        Line(at, "qmgr", $"{Id(number)}: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)"),
        Line(at, "relay/smtp",
            $"{Id(number)}: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"),
        Line(at, "qmgr", $"{Id(number)}: removed"),
    ];

    [Theory]
    [InlineData(4, 0, 1, null)]
    [InlineData(5, 0, 1, Severity.Critical)]
    [InlineData(5, 6, 1, null)] // most mail is taken, before and after
    [InlineData(5, 6, -1, Severity.Critical)] // none since
    public void A_primary_that_refuses_this_host_refuses_nearly_all(int refused, int delivered, int minutesLater, Severity? severity)
    {
        var refusals = Enumerable.Range(0, refused).SelectMany(RefusedAsHost);
        var deliveries = Enumerable.Range(100, delivered).SelectMany(i => Delivered(i, Morning.AddMinutes(minutesLater)));
        Assert.Equal(severity, SeverityOf("BKS011", minutesLater < 0 ? deliveries.Concat(refusals) : refusals.Concat(deliveries)));
    }

    [Fact]
    public void Mail_that_was_taken_later_shows_that_smtpd_starts_again()
    {
        string[] broken = AllRules.Find("VRF006")!.Manual.Fires.Log!.Split('\n');
        Assert.Equal(Severity.Critical, SeverityOf("VRF006", broken));
        Assert.Equal(Severity.Medium, SeverityOf("VRF006", [.. broken, .. Delivered(1, Morning.AddHours(4))]));
    }
}
