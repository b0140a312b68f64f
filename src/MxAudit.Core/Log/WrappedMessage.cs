using MxAudit.Log.Daemons;

namespace MxAudit.Log;

/// <summary>What syslogd, or a hand, put around a message.</summary>
internal static class WrappedMessage
{
    /// <summary>The message without it, or unread.</summary>
    public static void Read(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        if (message.StartsWith(" "u8)) // more than the one behind the tag
        {
            message = message.TrimStart((byte)' ');
            if (MessageReader.TryRead(message, ref happened)) return;
        }
        if (message.EndsWith(" "u8)) // a filter of syslogd, or a page the line was copied from
        {
            message = message.TrimEnd((byte)' ');
            if (MessageReader.TryRead(message, ref happened)) return;
        }
        if (RepeatedLines.TryReadMessage(message, ref happened)) return;
        if (message.StartsWith("message repeated "u8))
        {
            message = Repeated(message, ref happened);
            if (MessageReader.TryRead(message, ref happened)) return;
        }
        int id = message.StartsWith("[ID "u8) ? message.IndexOf("] "u8) : -1; // Solaris: "[ID 197553 mail.info] connect from …"
        if (id > 0 && MessageReader.TryRead(message[(id + 2)..], ref happened)) return;
        happened.Kind = EventKind.Unread;
        happened.Text = message;
    }

    /// <summary>rsyslog: <c>message repeated 3 times: [ text]</c>; the first of them stands in a line of its own before.</summary>
    private static ReadOnlySpan<byte> Repeated(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message["message repeated "u8.Length..]);
        if (!cursor.TakeNumber(out long times) || !cursor.Skip(" times: ["u8) || times is < 1 or > int.MaxValue) return message;
        cursor.Skip((byte)' ');
        happened.Repeats = (int)times - 1;
        return cursor.Rest.EndsWith("]"u8) ? cursor.Rest[..^1] : cursor.Rest;
    }
}
