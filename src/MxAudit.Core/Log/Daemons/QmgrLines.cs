namespace MxAudit.Log.Daemons;

/// <summary>qmgr: activation (global/opened.c), expiry (qmgr_active.c), removal.</summary>
internal static class QmgrLines
{
    /// <summary><c>from=&lt;…&gt;, size=N, nrcpt=N (queue active)</c> or <c>from=&lt;…&gt;, status=expired, returned to sender</c>.</summary>
    public static bool TryReadFrom(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text["from="u8.Length..]);
        // seen with a patched logger
        if (!cursor.Skip((byte)'<')) return cursor.TakeUntil(", "u8, out happened.Sender) && TryReadRest(cursor.Rest, ref happened);
        if (cursor.TakeAddress(out happened.Sender) && cursor.Skip(", "u8) && TryReadRest(cursor.Rest, ref happened)) return true;
        return TryReadUnquoted(text["from=<"u8.Length..], ref happened);
    }

    private static bool TryReadUnquoted(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (DeliveryLines.IsCutInQuotes(text)) return false;
        for (int from = 0; ;)
        {
            int end = text[from..].IndexOf(">, s"u8);
            if (end < 0) return false;
            end += from;
            if (TryReadRest(text[(end + 3)..], ref happened))
            {
                happened.Sender = text[..end];
                return true;
            }
            from = end + 1;
        }
    }

    private static bool TryReadRest(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("size="u8))
        {
            if (!cursor.TakeNumber(out happened.Size) || !cursor.Skip(", nrcpt="u8) || !cursor.TakeNumber(out long recipients)) return false;
            happened.Kind = EventKind.QueueActive;
            happened.RecipientCount = (int)Math.Min(recipients, int.MaxValue);
            return cursor.AtEnd || cursor.Rest.StartsWith(" ("u8);
        }
        if (!cursor.Skip("status="u8)) return false;
        happened.Kind = EventKind.Expired;
        happened.Flag = cursor.Skip("force-"u8);
        return cursor.Rest.SequenceEqual("expired, returned to sender"u8);
    }

    /// <summary><c>removed</c>, since 3.10 also <c>removed (canceled)</c> and <c>removed (discarded)</c> of cleanup.</summary>
    public static bool TryReadRemoved(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var why = text["removed"u8.Length..];
        happened.Flag = why.SequenceEqual(" (canceled)"u8);
        happened.Discarded = why.SequenceEqual(" (discarded)"u8);
        if (!why.IsEmpty && !happened.Flag && !happened.Discarded) return false;
        happened.Kind = EventKind.Removed;
        return true;
    }
}
