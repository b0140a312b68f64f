namespace MxAudit.Log.Daemons;

/// <summary>bounce (services bounce, defer, trace): which notice is about which message (src/bounce/bounce_notify_service.c and its kin).</summary>
/// <remarks>Before 3.11 the line stands behind the notice's own first lines and means that it was queued; since 3.11 it stands before them, always.</remarks>
internal static class BounceLines
{
    public static bool TryRead(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("sender non-delivery notification: "u8)) happened.Notice = NoticeKind.NonDelivery;
        else if (cursor.Skip("sender delay notification: "u8)) happened.Notice = NoticeKind.Delay;
        else if (cursor.Skip("sender delivery status notification: "u8)) happened.Notice = NoticeKind.DeliveryStatus;
        else if (cursor.Skip("postmaster non-delivery notification: "u8) || cursor.Skip("postmaster delay notification: "u8))
            happened.Notice = NoticeKind.Postmaster;
        else if (text.StartsWith("sender notification failed to "u8) || text.StartsWith("postmaster notification failed"u8))
            return MessageReader.Remarked(RemarkKind.NoticeFailed, default, ref happened);
        else return false;
        happened.Kind = EventKind.NoticeLink;
        return QueueId.TryParse(cursor.Rest, out happened.OtherId);
    }
}
