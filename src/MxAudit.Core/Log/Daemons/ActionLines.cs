namespace MxAudit.Log.Daemons;

/// <summary>Refusals and other actions of smtpd (log_whatsup()), of access maps and milters, of cleanup's header and body checks, and of postscreen.</summary>
/// <remarks>
/// smtpd: <c>reject: RCPT from name[addr]: 550 5.1.1 text; from=&lt;…&gt; to=&lt;…&gt; proto=ESMTP helo=&lt;…&gt;</c>;
/// postscreen the same with commas; cleanup: <c>reject: header Subject: … from name[addr]; from=&lt;…&gt; to=&lt;…&gt; proto=… helo=&lt;…&gt;: 5.7.1 text</c>.
/// Strangers write parts of all of them; see <see cref="Envelope"/>.
/// </remarks>
internal static class ActionLines
{
    public static bool TryRead(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (text.StartsWith("reject: RCPT from "u8)) return ReadRcpt(text["reject: RCPT from "u8.Length..], ref happened); // nearly always
        int colon = text[..Math.Min(text.Length, 32)].IndexOf(": "u8);
        if (colon < 3) return false;
        var word = text[..colon];
        if (word.StartsWith("milter-"u8)) word = word[(word.StartsWith("milter-header-"u8) ? 14 : 7)..];
        bool proxy = word.SequenceEqual("proxy-reject"u8);
        happened.Action = proxy ? ActionKind.Reject : ActionOf(word);
        if (happened.Action == ActionKind.None) return false;
        var rest = text[(colon + 2)..];
        happened.Flag = happened.Action == ActionKind.RejectWarning;
        happened.Kind = happened.Action is ActionKind.Reject or ActionKind.RejectWarning ? EventKind.Reject : EventKind.Action;
        Clear(ref happened);
        if (proxy) return TryReadProxy(rest, ref happened);
        return IsContentCheck(rest) ? TryReadCleanup(rest, ref happened) : TryReadSmtpd(rest, ref happened);
    }

    /// <summary>What the general way would read too, without looking for the words.</summary>
    private static bool ReadRcpt(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        happened.Action = ActionKind.Reject;
        happened.Flag = false;
        happened.Kind = EventKind.Reject;
        Clear(ref happened);
        return TryReadClient(text, Stage.Rcpt, ref happened);
    }

    private static ActionKind ActionOf(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("reject"u8)) return ActionKind.Reject;
        if (word.SequenceEqual("reject_warning"u8)) return ActionKind.RejectWarning;
        if (word.SequenceEqual("hold"u8)) return ActionKind.Hold;
        if (word.SequenceEqual("discard"u8)) return ActionKind.Discard;
        if (word.SequenceEqual("redirect"u8)) return ActionKind.Redirect;
        if (word.SequenceEqual("filter"u8)) return ActionKind.Filter;
        if (word.SequenceEqual("warn"u8) || word.SequenceEqual("warning"u8)) return ActionKind.Warn;
        foreach (var other in Others)
            if (word.SequenceEqual(other.Span)) return ActionKind.Other;
        return ActionKind.None;
    }

    private static readonly ReadOnlyMemory<byte>[] Others =
    [
        "permit"u8.ToArray(), "info"u8.ToArray(), "hangup"u8.ToArray(), "delay"u8.ToArray(), "bcc"u8.ToArray(), "prepend"u8.ToArray(),
        "replace"u8.ToArray(), "strip"u8.ToArray(), "pass"u8.ToArray(), "trigger"u8.ToArray(), "quarantine"u8.ToArray(), "replaceheader"u8.ToArray(),
    ];

    private static void Clear(scoped ref LogEvent happened)
    {
        happened.ClientName = happened.Sender = happened.Recipient = happened.Helo = default;
        happened.Code = 0;
        happened.Dsn = default;
        happened.Stage = Stage.None;
    }

    private static bool IsContentCheck(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("header "u8) || rest.StartsWith("body "u8) || rest.StartsWith("content "u8) || rest.StartsWith("mime-error "u8);

    /// <summary><c>RCPT from name[addr]: 550 5.1.1 text; attributes</c></summary>
    private static bool TryReadSmtpd(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (!cursor.TakeUntil(" from "u8, out var where)) return false;
        var stage = StageOf(where);
        return stage != Stage.None && TryReadClient(cursor.Rest, stage, ref happened);
    }

    private static bool TryReadClient(ReadOnlySpan<byte> text, Stage stage, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        happened.Stage = stage;
        if (!cursor.TakeUntil(": "u8, out happened.ClientName)) return false;
        var reply = Envelope.Read(cursor.Rest, stage == Stage.Rcpt, ref happened);
        ReadCodes(reply, ref happened);
        return true;
    }

    /// <summary>A before-queue filter refused: <c>proxy-reject: END-OF-MESSAGE: 554 5.7.0 text; attributes</c>, without the client.</summary>
    private static bool TryReadProxy(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (!cursor.TakeUntil(": "u8, out var where)) return false;
        happened.Stage = StageOf(where);
        ReadCodes(Envelope.Read(cursor.Rest, false, ref happened), ref happened);
        return happened.Stage != Stage.None;
    }

    /// <summary>A header or body check's: the content comes first.</summary>
    private static bool TryReadCleanup(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        happened.Stage = Stage.EndOfData;
        var reply = Envelope.ReadBehindContent(text, ref happened);
        ReadCodes(reply, ref happened);
        if (text.StartsWith("mime-error "u8)) happened.Text = ErrorIn(text["mime-error "u8.Length..]); // nothing stands behind the envelope
        return true;
    }

    /// <summary>
    /// <c>improper use of 8-bit data in message header: Subject: …</c>: what is wrong stands before the text that it is about (cleanup_message.c).
    /// </summary>
    private static ReadOnlySpan<byte> ErrorIn(ReadOnlySpan<byte> text) => text.IndexOf(": "u8) is >= 0 and var end ? text[..end] : default;

    /// <summary><c>550 5.1.1 text</c>, either code may be missing.</summary>
    private static void ReadCodes(ReadOnlySpan<byte> reply, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(reply);
        if (reply.Length >= 4 && reply[0] is >= (byte)'2' and <= (byte)'5' && (uint)(reply[1] - '0') <= 9 && (uint)(reply[2] - '0') <= 9 && reply[3] == ' ')
        {
            happened.Code = (reply[0] - '0') * 100 + (reply[1] - '0') * 10 + reply[2] - '0';
            cursor.Rest = reply[4..];
        }
        if (cursor.TakeDsn(out happened.Dsn)) cursor.Skip((byte)' ');
        happened.Text = cursor.Rest;
    }

    private static Stage StageOf(ReadOnlySpan<byte> where)
    {
        if (where.SequenceEqual("RCPT"u8) || where.SequenceEqual("VRFY"u8)) return Stage.Rcpt; // VRFY asks what RCPT would be answered
        if (where.SequenceEqual("MAIL"u8)) return Stage.Mail;
        if (where.SequenceEqual("END-OF-MESSAGE"u8)) return Stage.EndOfData;
        if (where.SequenceEqual("DATA"u8) || where.SequenceEqual("BDAT"u8) || where.SequenceEqual("DATA content"u8) || where.SequenceEqual("BDAT content"u8))
            return Stage.Data;
        if (where.SequenceEqual("HELO"u8) || where.SequenceEqual("EHLO"u8)) return Stage.Helo;
        // CONNECT, STARTTLS, AUTH, ETRN, UNKNOWN
        if (where.Length is > 0 and < 24 && where.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0) return Stage.Connect;
        return where.SequenceEqual("connect"u8) || where.SequenceEqual("after CONNECT"u8) ? Stage.Connect : Stage.None;
    }
}
