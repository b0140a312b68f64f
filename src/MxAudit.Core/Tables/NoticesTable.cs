using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tables;

public static class NoticesTable
{
    public static Table<Notice> Definition { get; } = new("notices", "one notification that was queued here", audit => audit.Mail.Notices,
    [
        new("time", "Time", notice => notice.Time, ColumnKind.Time, IsKey: true),
        new("kind", "Kind", notice => Wording.Of(notice.Kind), Words: Wording.All<NoticeKind>),
        new("queue_id", "Queue id", notice => notice.Itself.QueueId, IsKey: true),
        new("original_queue_id", "About", notice => notice.About?.QueueId),
        new("to", "To", notice => notice.To, IsName: true),
        new("fate", "Fate", notice => Wording.Of(notice.Fate), Words: Wording.All<NoticeFate>),
        new("stranger", "Stranger", notice => notice.ToStranger, ColumnKind.Flag),
    ]);
}
