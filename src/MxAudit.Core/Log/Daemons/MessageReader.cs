namespace MxAudit.Log.Daemons;

/// <summary>Reads Postfix's own text: by its first words, then by the token after the queue id. The daemon narrows what may come.</summary>
internal static class MessageReader
{
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        happened.Text = message;
        if (message.IsEmpty) return false; // the journal left out what was too long
        switch (message[0]) // what has a blank before its first colon is about no message
        {
            case (byte)'c':
                if (message.StartsWith("connect from "u8)) return SmtpdLines.ReadSession(message["connect from "u8.Length..], EventKind.Connect, ref happened);
                break;
            case (byte)'d':
                if (message.StartsWith("disconnect from "u8))
                    return SmtpdLines.ReadSession(message["disconnect from "u8.Length..], EventKind.Disconnect, ref happened);
                break;
            case (byte)'N':
                if (message.StartsWith("NOQUEUE: "u8)) return TryReadAboutNone(message["NOQUEUE: "u8.Length..], ref happened);
                break;
            case (byte)'C' or (byte)'P' or (byte)'D' when happened.Daemon == Daemon.Postscreen:
                if (PostscreenLines.IsFrequent(message)) return Understood(ref happened);
                break;
        }
        int idLength = QueueId.ReadUpToColon(message, out happened.QueueId);
        if (idLength > 0 && idLength + 2 < message.Length && message[idLength + 1] == ' ') return TryReadAboutMessage(message[(idLength + 2)..], ref happened);
        happened.QueueId = default;
        if (message[0] is (byte)'w' or (byte)'e' or (byte)'f' or (byte)'p' && WarningLines.TryRead(message, ref happened)) return true;
        return OtherLines.TryRead(message, ref happened) || UnnamedLines.TryRead(message, ref happened);
    }

    /// <summary>What follows <c>NOQUEUE: </c>: sessions only, no message has been accepted yet.</summary>
    private static bool TryReadAboutNone(ReadOnlySpan<byte> text, scoped ref LogEvent happened) =>
        text.StartsWith("client="u8)
            ? SmtpdLines.ReadClient(text["client="u8.Length..], ref happened)
            : ActionLines.TryRead(text, ref happened) || TroubleLines.TryRead(text, ref happened)
                || WarningLines.TryReadFatal(text, ref happened);

    /// <summary>What follows <c>QID: </c>.</summary>
    private static bool TryReadAboutMessage(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        switch (text[0])
        {
            case (byte)'t':
                if (text.StartsWith("to="u8) && happened.Daemon is not (Daemon.Smtpd or Daemon.Postscreen)) return DeliveryLines.TryRead(text, ref happened);
                break;
            case (byte)'f':
                if (text.StartsWith("from="u8) && happened.Daemon is Daemon.Qmgr or Daemon.Unknown) return QmgrLines.TryReadFrom(text, ref happened);
                break;
            case (byte)'c':
                if (text.StartsWith("client="u8)) return SmtpdLines.ReadClient(text["client="u8.Length..], ref happened);
                break;
            case (byte)'m':
                if (text.StartsWith("message-id="u8)) return CleanupLines.ReadMessageId(text["message-id="u8.Length..], false, ref happened);
                break;
            case (byte)'r':
                if (text.StartsWith("removed"u8) && QmgrLines.TryReadRemoved(text, ref happened)) return true;
                if (text.StartsWith("resent-message-id="u8)) return CleanupLines.ReadMessageId(text["resent-message-id="u8.Length..], true, ref happened);
                break;
            case (byte)'u':
                if (text.StartsWith("uid="u8)) return CleanupLines.TryReadPickup(text, ref happened);
                break;
            case (byte)'s' or (byte)'p':
                if (BounceLines.TryRead(text, ref happened)) return true;
                break;
        }
        return ActionLines.TryRead(text, ref happened) || PostsuperLines.TryReadOne(text, ref happened) || SmtpdLines.TryReadUnfinished(text, ref happened)
            || TroubleLines.TryRead(text, ref happened);
    }

    internal static bool Understood(scoped ref LogEvent happened)
    {
        happened.Kind = EventKind.Ignored;
        return true;
    }

    internal static bool Remarked(RemarkKind kind, ReadOnlySpan<byte> subject, scoped ref LogEvent happened, long number = 0)
    {
        happened.Kind = EventKind.Remark;
        happened.Remark = kind;
        happened.Subject = subject;
        happened.Number = number;
        return true;
    }
}
