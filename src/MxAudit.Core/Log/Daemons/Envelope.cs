namespace MxAudit.Log.Daemons;

/// <summary>The attributes behind a reply: <c>; from=&lt;…&gt; to=&lt;…&gt; proto=ESMTP helo=&lt;…&gt;</c>, of postscreen with commas.</summary>
/// <remarks>
/// The reply repeats addresses without quotes, so a client can write text that looks like these attributes. What decides: the whole rest of
/// the line must be attributes, each address in the form that Postfix writes; the first place where that holds is the real one. Inside a
/// quoted address no such place can lie, since its quotes are escaped there. helo= holds none of <c> &lt;&gt;()\";@</c> (smtpd.c).
/// </remarks>
internal static class Envelope
{
    /// <summary>Reads the attributes and gives what stands before them.</summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> text, bool needsRecipient, scoped ref LogEvent happened)
    {
        for (int from = 0; ;)
        {
            int semicolon = text[from..].IndexOf((byte)';');
            if (semicolon < 0) break;
            semicolon += from;
            if (TryReadAttributes(text[(semicolon + 1)..], true, needsRecipient, ref happened, out var behind) && behind.IsEmpty) return text[..semicolon];
            from = semicolon + 1;
        }
        return ReadLeniently(text, ref happened);
    }

    /// <summary>Before 3.5 addresses are not quoted: the last place that looks right.</summary>
    private static ReadOnlySpan<byte> ReadLeniently(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        int last = Math.Max(text.LastIndexOf("; from=<"u8), text.LastIndexOf("; to=<"u8));
        if (last >= 0)
        {
            if (TryReadAttributes(text[(last + 1)..], false, false, ref happened, out _)) return text[..last];
        }
        happened.Sender = happened.Recipient = happened.Helo = default;
        int proto = text.LastIndexOf("; proto="u8);
        return proto >= 0 ? text[..proto] : text.TrimEnd((byte)';');
    }

    /// <summary>
    /// Behind a header or body check the content, 200 bytes of a stranger's, comes first: <c>header Subject: … from name[addr]; from=&lt;…&gt; …: text</c>.
    /// </summary>
    /// <remarks>
    /// The last place that fits, outside of another one's addresses. An address that holds the beginning of
    /// attributes was made to mislead: then nothing is taken.
    /// </remarks>
    public static ReadOnlySpan<byte> ReadBehindContent(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        ReadOnlySpan<byte> reply = default, sender = default, recipient = default, helo = default;
        int last = 0;
        for (int from = 0; ;)
        {
            int semicolon = text[from..].IndexOf("; "u8);
            if (semicolon < 0) break;
            semicolon += from;
            from = semicolon + 2;
            happened.Sender = happened.Recipient = happened.Helo = default;
            if (!TryReadAttributes(text[(semicolon + 1)..], true, false, ref happened, out var behind) || !(behind.IsEmpty || behind.StartsWith(": "u8)))
                continue;
            last = semicolon;
            bool misleading = happened.Sender.IndexOf("; from=<"u8) >= 0 || happened.Recipient.IndexOf("; from=<"u8) >= 0;
            sender = misleading ? default : happened.Sender;
            recipient = misleading ? default : happened.Recipient;
            helo = misleading ? default : happened.Helo;
            reply = behind.IsEmpty ? default : behind[2..];
            from = text.Length - behind.Length;
        }
        int before = text[..last].LastIndexOf(" from "u8);
        happened.ClientName = before < 0 ? default : text[(before + 6)..last];
        happened.Sender = sender;
        happened.Recipient = recipient;
        happened.Helo = helo;
        return reply;
    }

    /// <param name="behind">What follows the attributes.</param>
    private static bool TryReadAttributes(ReadOnlySpan<byte> text, bool strict, bool needsRecipient, scoped ref LogEvent happened,
        out ReadOnlySpan<byte> behind)
    {
        var cursor = new Cursor(text);
        happened.Sender = happened.Recipient = happened.Helo = default;
        behind = default;
        bool any = false;
        if (cursor.Skip(" from=<"u8))
        {
            if (!(strict ? cursor.TakeStrictAddress(out happened.Sender) : TakeUnquoted(ref cursor, "> to=<"u8, out happened.Sender))) return false;
            any = true;
            cursor.Skip((byte)',');
        }
        if (cursor.Skip(" to=<"u8))
        {
            if (!(strict ? cursor.TakeStrictAddress(out happened.Recipient) : TakeUnquoted(ref cursor, "> proto="u8, out happened.Recipient))) return false;
            any = true;
            cursor.Skip((byte)',');
        }
        else if (needsRecipient) return false;
        if (cursor.Skip(" proto="u8))
        {
            int end = cursor.Rest.StartsWith("ESMTP "u8) ? "ESMTP".Length : cursor.Rest.IndexOfAny((byte)' ', (byte)',', (byte)':');
            cursor.Rest = end < 0 ? default : cursor.Rest[end..];
            any = true;
            cursor.Skip((byte)',');
        }
        if (cursor.Skip(" helo=<"u8))
        {
            int end = Near.IndexOf(cursor.Rest, (byte)'>');
            if (end < 0 || (strict && cursor.Rest[..end].IndexOfAny(NeverInHelo) >= 0)) return false;
            happened.Helo = cursor.Rest[..end];
            cursor.Rest = cursor.Rest[(end + 1)..];
            any = true;
        }
        behind = cursor.AtEnd ? default : BehindSasl(cursor.Rest);
        return any || !strict;
    }

    /// <summary>
    /// To the end of an address where the next attribute begins there: in quotes nothing begins. Else up to where it does, as in
    /// <c>from=&lt;&lt;&gt;@spam.example&gt; to=&lt;…&gt;</c>; without one, to the end of an address.
    /// </summary>
    private static bool TakeUnquoted(scoped ref Cursor cursor, ReadOnlySpan<byte> next, out ReadOnlySpan<byte> address)
    {
        var quoted = cursor;
        if (quoted.TakeAddress(out address) && quoted.Rest.StartsWith(next[1..]))
        {
            cursor = quoted;
            return true;
        }
        int end = cursor.Rest.IndexOf(next);
        if (end < 0) return cursor.TakeAddress(out address);
        address = cursor.Rest[..end];
        cursor.Rest = cursor.Rest[(end + 1)..];
        return true;
    }

    /// <summary>Since 3.10: <c> sasl_method=M sasl_username=U sasl_sender=S</c>. Words only: a stranger could write more.</summary>
    private static ReadOnlySpan<byte> BehindSasl(ReadOnlySpan<byte> text)
    {
        var cursor = new Cursor(text);
        while (true)
        {
            var before = cursor.Rest;
            if (!cursor.Skip(" sasl_method="u8) && !cursor.Skip(" sasl_username="u8) && !cursor.Skip(" sasl_sender="u8)) return before;
            int end = cursor.Rest.IndexOfAny(NeverInSasl);
            if (end == 0 || (end > 0 && cursor.Rest[end] is not ((byte)' ' or (byte)':'))) return before;
            cursor.Rest = end < 0 ? default : cursor.Rest[end..];
        }
    }

    private static readonly System.Buffers.SearchValues<byte> NeverInSasl = System.Buffers.SearchValues.Create(" <>;:\""u8);
    private static readonly System.Buffers.SearchValues<byte> NeverInHelo = System.Buffers.SearchValues.Create(" <()\\\";@"u8);
}
