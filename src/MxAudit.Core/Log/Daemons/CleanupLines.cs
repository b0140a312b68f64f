namespace MxAudit.Log.Daemons;

/// <summary>cleanup's <c>message-id=</c> and pickup's <c>uid=</c>.</summary>
internal static class CleanupLines
{
    /// <summary>A stranger writes the rest of this line: nothing in it is looked at.</summary>
    public static bool ReadMessageId(ReadOnlySpan<byte> text, bool resent, scoped ref LogEvent happened)
    {
        happened.Kind = EventKind.MessageId;
        happened.Text = text;
        happened.Flag = resent;
        return true;
    }

    /// <summary><c>uid=N from=&lt;…&gt;[ orig_id=OLD]</c>; with orig_id after <c>postsuper -r</c>.</summary>
    public static bool TryReadPickup(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text["uid="u8.Length..]);
        happened.OtherId = default;
        if (!cursor.TakeNumber(out _) || !cursor.Skip(" from=<"u8)) return false;
        int origin = cursor.Rest.LastIndexOf("> orig_id="u8);
        if (origin >= 0 && QueueId.TryParse(cursor.Rest[(origin + "> orig_id="u8.Length)..], out var old))
        {
            happened.Sender = cursor.Rest[..origin];
            happened.OtherId = old;
        }
        else
        {
            if (!cursor.Rest.EndsWith(">"u8)) return false;
            happened.Sender = cursor.Rest[..^1];
        }
        happened.Kind = EventKind.Pickup;
        return true;
    }
}
