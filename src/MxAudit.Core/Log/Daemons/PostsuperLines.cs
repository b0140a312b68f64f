namespace MxAudit.Log.Daemons;

/// <summary>postsuper on one message, and its totals. <c>-d ALL</c> logs only the total.</summary>
internal static class PostsuperLines
{
    public static bool TryReadOne(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        happened.Postsuper = text.Length switch
        {
            7 when text.SequenceEqual("expired"u8) => PostsuperAct.Expire,
            8 when text.SequenceEqual("requeued"u8) => PostsuperAct.Requeue,
            14 when text.SequenceEqual("placed on hold"u8) => PostsuperAct.Hold,
            18 when text.SequenceEqual("released from hold"u8) => PostsuperAct.Release,
            _ => PostsuperAct.None,
        };
        if (happened.Postsuper == PostsuperAct.None) return false;
        happened.Kind = EventKind.Postsuper;
        return true;
    }

    public static bool TryReadTotal(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        foreach (var word in Words)
        {
            if (!text.StartsWith(word.Span)) continue;
            var cursor = new Cursor(text[word.Length..]);
            return cursor.TakeNumber(out long messages) && cursor.Rest.StartsWith(" message"u8)
                && MessageReader.Remarked(RemarkKind.PostsuperTotal, text[..(word.Length - 2)], ref happened, messages);
        }
        return false;
    }

    private static readonly ReadOnlyMemory<byte>[] Words =
    [
        "Deleted: "u8.ToArray(), "Requeued: "u8.ToArray(), "Placed on hold: "u8.ToArray(), "Released from hold: "u8.ToArray(),
        "Force-expired: "u8.ToArray(), "Renamed to match inode number: "u8.ToArray(),
    ];
}
