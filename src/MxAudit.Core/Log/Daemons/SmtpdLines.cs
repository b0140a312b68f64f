namespace MxAudit.Log.Daemons;

/// <summary>smtpd: sessions and <c>client=</c> (src/smtpd/smtpd.c). Its refusals and other actions are in <see cref="ActionLines"/>.</summary>
internal static class SmtpdLines
{
    /// <summary><c>connect from name[addr]</c>; <c>disconnect from name[addr] ehlo=1 mail=1 …</c></summary>
    public static bool ReadSession(ReadOnlySpan<byte> text, EventKind kind, scoped ref LogEvent happened)
    {
        happened.ClientName = text;
        happened.Kind = kind;
        return true;
    }

    /// <summary>
    /// <c>lost connection after DATA (N bytes) from name[addr]</c>: only where the message has begun and its end has not come are there bytes.
    /// </summary>
    public static bool TryReadUnfinished(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (!cursor.Skip("lost connection after "u8) && !cursor.Skip("timeout after "u8)) return false;
        if (!cursor.Skip("DATA ("u8) && !cursor.Skip("BDAT ("u8)) return false;
        if (!cursor.TakeNumber(out _) || !cursor.Skip(" bytes) from "u8)) return false;
        happened.Kind = EventKind.NotTaken;
        return true;
    }

    /// <summary>
    /// <c>proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as ID; from=&lt;…&gt; to=&lt;…&gt; …</c>: what the filter said stands before what the
    /// client wrote.
    /// </summary>
    public static bool TryReadProxyAccept(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (!cursor.Skip("proxy-accept: END-OF-MESSAGE: "u8)) return false;
        var reply = cursor.Rest.IndexOf("; from=<"u8) is >= 0 and var end ? cursor.Rest[..end] : cursor.Rest;
        happened.Kind = EventKind.ProxyAccept;
        happened.OtherId = default;
        if (reply.LastIndexOf("queued as "u8) is >= 0 and var at) QueueId.Read(reply[(at + "queued as ".Length)..], out happened.OtherId);
        return true;
    }

    /// <summary><c>client=name[addr][:port][, sasl_method=M][, sasl_username=U][, sasl_sender=S][, orig_queue_id=Q][, orig_client=name[addr]]</c></summary>
    public static bool ReadClient(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        happened.Kind = happened.QueueId.IsNone ? EventKind.ClientOfNone : EventKind.Client; // NOQUEUE: a before-queue filter gets it
        happened.ClientName = cursor.TakeValue();
        happened.SaslUser = default;
        happened.OriginalClient = default;
        happened.OtherId = default;
        while (!cursor.AtEnd)
        {
            if (cursor.Skip("sasl_username="u8)) happened.SaslUser = cursor.TakeValue();
            else if (cursor.Skip("orig_queue_id="u8))
            {
                var id = cursor.TakeValue();
                if (QueueId.TryParse(id, out var original)) happened.OtherId = original;
            }
            else if (cursor.Skip("orig_client="u8)) happened.OriginalClient = cursor.TakeValue();
            else cursor.TakeValue();
        }
        return true;
    }
}
