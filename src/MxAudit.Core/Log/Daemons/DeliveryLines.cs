namespace MxAudit.Log.Daemons;

/// <summary>The delivery record of smtp, lmtp, local, virtual, pipe, error, discard, and of qmgr and cleanup (log_adhoc() in src/global/log_adhoc.c).</summary>
/// <remarks>
/// <c>QID: to=&lt;…&gt;, [orig_to=&lt;…&gt;, ]relay=…, [conn_use=N, ]delay=N, [delays=a/b/c/d, ][tls=…, ][dsn=N.N.N, ]status=WORD (…)</c>.
/// The order of the fields is not fixed: 3.11 put tls= between, before 2.3 there was neither delays= nor dsn=.
/// </remarks>
internal static class DeliveryLines
{
    public static bool TryRead(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        happened.Kind = EventKind.Delivery;
        happened.Flag = false;
        var cursor = new Cursor(text["to="u8.Length..]);
        if (!cursor.Skip((byte)'<')) return TryReadBare(cursor, ref happened);
        if (cursor.TakeAddress(out happened.Recipient)
            && cursor.Skip(", "u8)
            && (TryReadUsual(cursor.Rest, ref happened) || TryReadRest(cursor.Rest, ref happened)))
            return true;
        return TryReadUnquoted(text["to=<"u8.Length..], ref happened) || TryReadWithoutParentheses(text["to=<"u8.Length..], ref happened);
    }

    /// <summary>
    /// A known status says what became of the mail, whatever stands behind it: <c>status=bounced optional text</c>. The whole rest is the reason.
    /// </summary>
    private static bool TryReadWithoutParentheses(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (!cursor.TakeAddress(out var recipient) || !cursor.Skip(", "u8)) return false;
        var record = cursor.Rest;
        if (cursor.Skip("orig_to=<"u8) && !cursor.TakeAddress(out _)) return false;
        if (!cursor.TakeUntil(", status="u8, out _)) return false;
        int word = cursor.Rest.IndexOf((byte)' ');
        if (word < 0 || cursor.Rest[word..].TrimStart((byte)' ').IsEmpty || cursor.Rest[word + 1] == '(') return false;
        if (!TryReadRest(record[..(record.Length - cursor.Rest.Length + word)], ref happened)) return false;
        happened.Recipient = recipient;
        happened.Flag = false;
        happened.Text = cursor.Rest[(word + 1)..];
        return true;
    }

    /// <summary>Seen in logs that were written through a filter which takes angle brackets for markup: <c>to=user@example.com, relay=…</c></summary>
    private static bool TryReadBare(Cursor cursor, scoped ref LogEvent happened)
    {
        happened.Flag = true;
        happened.Recipient = cursor.TakeValue();
        return TryReadRest(cursor.Rest, ref happened);
    }

    /// <summary>As long as a line can be that was cut: by classic syslogd at 1,024 bytes, prefix and all, by Postfix at 2,000.</summary>
    public const int LikelyCut = 900;

    /// <summary>
    /// The line is long enough to have been cut, and begins with a quote. What looks like a record within it then is a stranger's, as in
    /// <c>to=&lt;"x&gt;, relay=none, delay=1, status=sent (ok)…</c>; the real one was lost with the end of the line.
    /// </summary>
    public static bool IsCutInQuotes(ReadOnlySpan<byte> address) => address.Length > LikelyCut && address[0] == '"';

    /// <summary>Before 3.5 an address was logged without its quotes, so that it may hold anything: it ends where a whole record follows.</summary>
    private static bool TryReadUnquoted(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (IsCutInQuotes(text)) return false;
        for (int from = 0; ;)
        {
            int end = text[from..].IndexOf(">, "u8);
            if (end < 0) return false;
            end += from;
            var rest = text[(end + 3)..];
            if ((rest.StartsWith("relay="u8) || rest.StartsWith("orig_to=<"u8)) && TryReadRest(rest, ref happened))
            {
                happened.Recipient = text[..end];
                happened.Flag = true;
                return true;
            }
            from = end + 1;
        }
    }

    /// <summary>The fields and the order of nearly every line since 2.5: what the general way would read too, in half the steps.</summary>
    private static bool TryReadUsual(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (!text.StartsWith("relay="u8)) return false;
        var relay = text["relay="u8.Length..];
        int length = Near.IndexOf(relay, (byte)',');
        if (length < 0 || !relay[length..].StartsWith(", delay="u8)) return false;
        var cursor = new Cursor(relay[(length + ", delay="u8.Length)..]);
        if (!cursor.TakeSeconds(out float delay)) return false;
        var delays = cursor.Rest;
        if (!delays.StartsWith(", delays="u8)) return false;
        int end = Near.IndexOf(delays[", delays="u8.Length..], (byte)',') + ", delays="u8.Length;
        if (!delays[end..].StartsWith(", dsn="u8)) return false;
        cursor = new Cursor(delays[(end + ", dsn="u8.Length)..]);
        if (!cursor.TakeDsn(out var dsn)) return false;
        var status = cursor.Rest;
        if (!status.StartsWith(", status="u8)) return false;
        happened.OriginalRecipient = default;
        happened.Relay = relay[..length];
        happened.DelaySeconds = delay;
        happened.Dsn = dsn;
        return TryReadStatus(status[", status="u8.Length..], ref happened);
    }

    private static bool TryReadRest(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        happened.OriginalRecipient = default;
        happened.Relay = default;
        happened.Dsn = default;
        happened.DelaySeconds = 0;
        bool relay = false, delay = false;
        if (cursor.Skip("orig_to="u8))
        {
            if (!cursor.Skip((byte)'<')) happened.OriginalRecipient = cursor.TakeValue();
            else if (!cursor.TakeAddress(out happened.OriginalRecipient) || !cursor.Skip(", "u8)) return false;
        }
        while (!cursor.AtEnd)
        {
            switch (cursor.Rest[0])
            {
                case (byte)'r' when cursor.Skip("relay="u8):
                    if (relay) return false; // the first one was part of an address
                    happened.Relay = cursor.TakeValue();
                    relay = true;
                    continue;
                case (byte)'d':
                    if (cursor.Skip("delays="u8)) { cursor.TakeValue(); continue; }
                    if (cursor.Skip("delay="u8))
                    {
                        if (delay || !cursor.TakeSeconds(out happened.DelaySeconds) || !cursor.Skip(", "u8)) return false;
                        delay = true;
                        continue;
                    }
                    if (cursor.Skip("dsn="u8))
                    {
                        if (!cursor.TakeDsn(out happened.Dsn) || !cursor.Skip(", "u8)) return false;
                        continue;
                    }
                    break;
                case (byte)'c' when SkipConnectionUse(ref cursor): continue;
                case (byte)'s' when cursor.Skip("status="u8):
                    return relay && delay && TryReadStatus(cursor.Rest, ref happened);
            }
            int unknown = LengthOfUnknownField(cursor.Rest);
            if (unknown == 0) return false;
            cursor.Rest = cursor.Rest[unknown..];
        }
        return false;
    }

    /// <summary>Seen without the comma: <c>conn_use=2 delay=0.2, </c>. With it, it is a field like another.</summary>
    private static bool SkipConnectionUse(ref Cursor cursor)
    {
        var use = cursor;
        if (!use.Skip("conn_use="u8) || !use.TakeNumber(out _) || !use.Skip((byte)' ') || !use.Rest.StartsWith("delay="u8)) return false;
        cursor = use;
        return true;
    }

    /// <summary>A field of a later release: <c>name=value, </c></summary>
    /// <returns>Its length; 0 when it is none, or the last one.</returns>
    private static int LengthOfUnknownField(ReadOnlySpan<byte> text)
    {
        int equals = text.IndexOf((byte)'=');
        if (equals is <= 0 or > 40) return 0;
        foreach (byte b in text[..equals])
            if (b != '_' && (uint)((b | 0x20) - 'a') > 25) return 0;
        int end = text.IndexOf(", "u8);
        return end < 0 || end + 2 == text.Length ? 0 : end + 2;
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> rest, scoped ref LogEvent happened)
    {
        int end = Near.IndexOf(rest, (byte)' ');
        var word = end < 0 ? rest : rest[..end];
        happened.Status = StatusOf(word);
        if (happened.Status == DeliveryStatus.None) return false;
        var reason = end < 0 ? default : rest[(end + 1)..];
        if (!reason.IsEmpty)
        {
            if (reason[0] != '(') return false;
            reason = reason[1..];
            if (reason.EndsWith(")"u8)) reason = reason[..^1]; // without: the line was cut at 2,000 bytes
            else if (reason.EndsWith(" "u8) && reason.TrimEnd((byte)' ') is var text && text.EndsWith(")"u8)) reason = text[..^1];
        }
        happened.Text = reason;
        happened.OtherId = happened.Status == DeliveryStatus.Sent ? NextId(reason) : default;
        return true;
    }

    private static DeliveryStatus StatusOf(ReadOnlySpan<byte> word) => word.Length switch
    {
        4 when word.SequenceEqual("sent"u8) => DeliveryStatus.Sent,
        7 when word.SequenceEqual("bounced"u8) => DeliveryStatus.Bounced,
        8 when word.SequenceEqual("deferred"u8) => DeliveryStatus.Deferred,
        10 when word.SequenceEqual("SOFTBOUNCE"u8) => DeliveryStatus.SoftBounce,
        11 when word.SequenceEqual("deliverable"u8) => DeliveryStatus.Deliverable,
        13 when word.SequenceEqual("undeliverable"u8) => DeliveryStatus.Undeliverable,
        28 when word.SequenceEqual("undeliverable-but-not-cached"u8) => DeliveryStatus.UndeliverableNotCached,
        _ => DeliveryStatus.None,
    };

    /// <summary>amavis handed it back for some of the recipients, and wrote to the sender for the others: <c>… queued as ID, but 1 BOUNCE</c></summary>
    /// <param name="before">What stands before that.</param>
    /// <returns>For how many it wrote; 0 where the reply does not say so.</returns>
    internal static int ReturnedOf(ReadOnlySpan<byte> reply, out ReadOnlySpan<byte> before)
    {
        before = reply;
        if (!reply.EndsWith(" BOUNCE"u8) || reply.LastIndexOf(", but "u8) is not (>= 0 and var but)) return 0;
        var cursor = new Cursor(reply[(but + ", but ".Length)..]);
        if (!cursor.TakeNumber(out long number) || !cursor.Rest.SequenceEqual(" BOUNCE"u8) || number is 0 or > int.MaxValue) return 0;
        before = reply[..but];
        return (int)number;
    }

    /// <summary>The id at the end of <c>250 2.0.0 Ok: queued as ID</c> (also <c>NNN bytes queued as ID</c>), or of local's <c>forwarded as ID</c>.</summary>
    private static QueueId NextId(ReadOnlySpan<byte> reason)
    {
        int space = Near.LastIndexOf(reason, (byte)' ');
        if (space < 9) return default;
        var last = reason[(space + 1)..];
        var before = reason[..space];
        if (!before.EndsWith("queued as"u8) && !before.EndsWith("forwarded as"u8))
            return last.SequenceEqual("BOUNCE"u8) && ReturnedOf(reason, out var named) > 0 ? NextId(named) : default;
        int length = QueueId.Read(last, out var id);
        return length > 0 && (length == last.Length || last[length..].SequenceEqual(")"u8)) ? id : default;
    }
}
