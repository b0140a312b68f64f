namespace MxAudit.Log.Daemons;

/// <summary>What is told of a message that the line does not name: <c>to=&lt;…&gt;, relay=…, status=sent (…)</c> without a queue id before it.</summary>
/// <remarks>A filter or a copy took the id away. What such a line tells belongs to no message, so that it is counted and told, and no more.</remarks>
internal static class UnnamedLines
{
    /// <summary>Asked last, when nobody else has understood the line.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        if (!IsAboutMessage(message, ref happened)) return false;
        happened.Text = message;
        return MessageReader.Remarked(RemarkKind.WithoutQueueId, default, ref happened);
    }

    /// <summary>Only what is unmistakable: each as whole as behind a queue id.</summary>
    private static bool IsAboutMessage(ReadOnlySpan<byte> text, scoped ref LogEvent happened) =>
        text.StartsWith("to=<"u8) ? happened.Daemon is not (Daemon.Smtpd or Daemon.Postscreen) && DeliveryLines.TryRead(text, ref happened)
        : text.StartsWith("from=<"u8) ? happened.Daemon is Daemon.Qmgr or Daemon.Unknown && QmgrLines.TryReadFrom(text, ref happened)
        : text.StartsWith("uid="u8) ? CleanupLines.TryReadPickup(text, ref happened)
        : text.StartsWith("client="u8) ? happened.Daemon is Daemon.Smtpd or Daemon.Qmqpd or Daemon.Unknown
        : text.StartsWith("message-id=<"u8) || text.StartsWith("resent-message-id=<"u8) || text.SequenceEqual("removed"u8)
            || (BounceLines.TryRead(text, ref happened) && happened.Kind == EventKind.NoticeLink);
}
