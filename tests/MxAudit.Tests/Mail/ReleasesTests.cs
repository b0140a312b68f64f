using System.Text.Json;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>
/// One evening of a fallback MX, recorded with seven releases of Postfix: refusals in every stage, mail for users and for nobody, an
/// outage of the primary, a content filter, postscreen, postsuper, DSN options, STARTTLS, SMTPUTF8. Beside each log stands the truth:
/// what the servers around it had in their mailboxes at the end.
/// </summary>
public class ReleasesTests
{
    private sealed record Truth(long Accepted, long PostscreenRejects, string[] Mailboxes, long NoticesToSenders, long NoticesToPostmaster);

    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Folder, "*.log.gz").Select(file => Path.GetFileName(file)[..^".log.gz".Length]).Order(StringComparer.Ordinal)];

    private static string Folder => Samples.PathOf("releases");

    [Theory, MemberData(nameof(All))]
    public void What_the_log_tells_is_what_the_mailboxes_hold(string release)
    {
        var truth = JsonSerializer.Deserialize<Truth>(File.ReadAllText(Path.Combine(Folder, $"{release}.json")), Camel)!;
        using var result = Audit.Run(Samples.Request(Path.Combine(Folder, $"{release}.log.gz")));
        var totals = result.Mail.Totals;
        Assert.Equal(0, result.Log.UnreadLines);
        Assert.Equal((truth.Accepted, truth.PostscreenRejects), (totals.MessagesAccepted, totals.PostscreenRejects));
        Assert.Equal(Sorted(truth.Mailboxes), Sorted(result.Mail.Recipients.Where(IsInMailbox).Select(one => one.Address)));
        Assert.Equal(truth.NoticesToSenders, DeliveredNotices(result, kind => kind != NoticeKind.Postmaster));
        Assert.Equal(truth.NoticesToPostmaster, DeliveredNotices(result, kind => kind == NoticeKind.Postmaster));
    }

    /// <summary>Of a server of that evening: not of a program, nor on this host.</summary>
    private static bool IsInMailbox(Recipient one) => one.Outcome == Outcome.Delivered && one.Relay.StartsWith("192.0.2.10[", StringComparison.Ordinal);

    /// <summary>
    /// Each once: a reload in the middle of a delivery can hand over a mail twice, and log it once. Before 3.5 addresses are logged without their quotes.
    /// </summary>
    private static IEnumerable<string> Sorted(IEnumerable<string> addresses) =>
        addresses.Select(address => address.Replace("\"", "")).Distinct().Order(StringComparer.Ordinal);

    private static int DeliveredNotices(AuditResult result, Func<NoticeKind, bool> wanted) =>
        result.Mail.Notices.Count(notice => wanted(notice.Kind) && notice.Fate == NoticeFate.Delivered);
}
