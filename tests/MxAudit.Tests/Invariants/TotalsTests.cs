using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>Every total is the number of rows that users can count in a table.</summary>
public class TotalsTests
{
    public static TheoryData<string> Logs =>
        [.. Directory.GetFiles(Samples.Folder, "*.iso.log").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Logs))]
    public void Totals_tie_out_with_tables(string log)
    {
        using var audit = Audit.Run(Samples.Request(Samples.PathOf(log)));
        var totals = audit.Mail.Totals;
        long Rows(string table, string column = "", string value = "") => Counted(audit, table, column, value);
        Assert.Equal(totals.RecipientsDelivered, Rows("recipients", "outcome", "delivered"));
        Assert.Equal(totals.RecipientsBounced, Rows("recipients", "outcome", "bounced"));
        Assert.Equal(totals.RecipientsExpired, Rows("recipients", "outcome", "expired"));
        Assert.Equal(totals.RecipientsDeferred, Rows("recipients", "outcome", "deferred"));
        Assert.Equal(totals.RecipientsBounced + totals.RecipientsExpired, Rows("bounces"));
        Assert.Equal(totals.Notices.NonDelivery, Rows("notices", "kind", "non-delivery"));
        Assert.Equal(totals.Notices.Delay, Rows("notices", "kind", "delay"));
        Assert.Equal(totals.Notices.DeliveryStatus, Rows("notices", "kind", "delivery-status"));
        Assert.Equal(totals.Notices.Postmaster, Rows("notices", "kind", "postmaster"));
        Assert.Equal(totals.NoticesToStrangers, Rows("notices", "stranger", "yes"));
        Assert.Equal(totals.NoticesToStrangers,
            totals.NoticeFates.Delivered + totals.NoticeFates.Deferred + totals.NoticeFates.Undeliverable + totals.NoticeFates.Unknown);
        Assert.Equal(totals.Probes.Deliverable, Rows("probes", "result", "deliverable"));
        Assert.Equal(totals.Probes.Undeliverable, Rows("probes", "result", "undeliverable"));
        Assert.Equal(totals.Probes.Unknown, Rows("probes", "result", "unknown"));
        Assert.Equal(totals.Probes.NotCached, Rows("probes", "cached", "no"));
        Assert.Equal(totals.SmtpdRejects + totals.PostscreenRejects, audit.Mail.Rejects.Where(reject => !reject.WarnOnly).Sum(reject => reject.Count));
        Assert.Equal(totals.MessagesAccepted, audit.Mail.Messages.Count(message => message.WasAccepted));
        Assert.Equal(audit.Mail.Recipients.Count, audit.Mail.Domains.Sum(domain => domain.Accepted));
        Assert.Equal(audit.Findings.Count, Rows("findings"));
        Assert.Equal(audit.Log.Unread.Count, Rows("unread"));
        Assert.Equal(audit.Mail.Messages.Count, Rows("messages"));
        Assert.Equal(totals.Deferrals,
            audit.Mail.Messages
                .Where(one => one.Class == MessageClass.Mail)
                .SelectMany(one => one.Attempts)
                .Count(attempt => attempt.Status == MxAudit.Log.DeliveryStatus.Deferred));
    }

    private static long Counted(AuditResult audit, string name, string column, string value)
    {
        var table = AllTables.Find(name)!;
        return column.Length == 0
            ? table.Rows(audit, [0]).LongCount()
            : table.Rows(audit, [table.IndexOf(column)]).LongCount(cells => cells[0].ToString() == value);
    }
}
