using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>Why a delivery did not succeed, from the text in parentheses.</summary>
/// <param name="hop">The host that was tried, where the text names it: <c>mx1.example.com[192.0.2.10]:25</c>.</param>
internal readonly ref struct DeliveryReason(ReasonClass reasonClass, Stage stage, ReadOnlySpan<byte> hop, bool suspended)
{
    public readonly ReasonClass Class = reasonClass;
    public readonly Stage Stage = stage;
    public readonly ReadOnlySpan<byte> Hop = hop;

    /// <summary>qmgr did not try, since the destination was marked dead; the class is that of the text behind the prefix, which can be stale.</summary>
    public readonly bool Suspended = suspended;
}

/// <summary>Tells the reason class of failed deliveries from the templates of smtp(8), qmgr(8) and local(8).</summary>
internal static class ReasonClassifier
{
    public static DeliveryReason Of(ReadOnlySpan<byte> text, Dsn dsn)
    {
        bool suspended = text.StartsWith("delivery temporarily suspended: "u8);
        if (suspended) text = text["delivery temporarily suspended: "u8.Length..];
        else if (text.StartsWith("delivery via "u8)) text = BehindRelay(text);
        Stage stage = Stage.None;
        ReadOnlySpan<byte> hop = default;
        var reasonClass = Classify(text, dsn, ref stage, ref hop);
        return new DeliveryReason(reasonClass, stage, hop, suspended);
    }

    /// <summary>Of <c>sendmail -bv</c>, before 2.3: <c>delivery via mx1.example.com[192.0.2.10]: host …</c></summary>
    private static ReadOnlySpan<byte> BehindRelay(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf(": "u8);
        return end < 0 ? text : text[(end + 2)..];
    }

    private static ReasonClass Classify(ReadOnlySpan<byte> text, Dsn dsn, ref Stage stage, scoped ref ReadOnlySpan<byte> hop)
    {
        if (text.StartsWith("connect to "u8))
        {
            var rest = text["connect to "u8.Length..];
            int end = rest.IndexOf(": "u8);
            hop = end < 0 ? rest : rest[..end];
            if (end < 0 || !rest[(end + 2)..].StartsWith("server refused to talk to me: "u8)) return ReasonClass.Connection;
            stage = Stage.Connect; // before 2.3
            return ReplyClassifier.OfGreeting(rest[(end + 2 + "server refused to talk to me: "u8.Length)..]);
        }
        if (text.StartsWith("host "u8)) return OfReply(text["host "u8.Length..], dsn, ref stage, ref hop);
        if (text.StartsWith("lost connection with "u8)) { hop = UpToBlank(text["lost connection with "u8.Length..]); return ReasonClass.Connection; }
        if (text.StartsWith("conversation with "u8)) { hop = UpToBlank(text["conversation with "u8.Length..]); return ReasonClass.Connection; }
        if (text.StartsWith("Host or domain name not found"u8) || text.StartsWith("Name service error for "u8) || text.StartsWith("Name server loop for "u8)
            || text.StartsWith("Error looking up name="u8))
            return text.EndsWith("try again"u8) || dsn.Class == 4 ? ReasonClass.DnsTemporary : ReasonClass.DnsPermanent;
        if (text.StartsWith("mail for "u8) && text.EndsWith("loops back to myself"u8)) return ReasonClass.Loop;
        if (text.StartsWith("mail forwarding loop for "u8) || text.StartsWith("alias database loop for "u8)) return ReasonClass.Loop;
        if (text.StartsWith("too many hops"u8)) return ReasonClass.TooManyHops;
        if (text.StartsWith("unknown user"u8) || text.StartsWith("User unknown "u8) || text.StartsWith("user unknown"u8)) return ReasonClass.UserUnknown;
        if (text.StartsWith("unable to find primary relay"u8) || text.StartsWith("unable to look up host"u8))
            return dsn.Class == 5 ? ReasonClass.DnsPermanent : ReasonClass.DnsTemporary;
        if (text.StartsWith("Domain "u8) && text.IndexOf("does not accept mail"u8) > 0) return ReasonClass.DnsPermanent;
        if (text.StartsWith("message size "u8)) return ReasonClass.Size;
        if (IsAboutTls(text)) { hop = HostWithoutTls(text); return ReasonClass.Tls; }
        if (text.StartsWith("SASL authentication"u8)) return ReasonClass.HostRejected;
        if (text.StartsWith("mail transport unavailable"u8) || text.StartsWith("unknown mail transport error"u8)
            || text.StartsWith("transport is unavailable"u8) || text.StartsWith("deferred transport"u8)
            || text.StartsWith("server unavailable or unable"u8) || text.StartsWith("address resolver failure"u8)) return ReasonClass.Transport;
        // "cannot update mailbox M for user U. …" may as well be a lock, or a directory that is not there
        if ((dsn.Is(2, 2) && text.IndexOf("said: "u8) < 0) || Has(text, "file too large"u8) || Has(text, "over quota"u8) || Has(text, "diskspace quota"u8)
            || (Has(text, "quota exceeded"u8) && !Has(text, "timeout quota exceeded"u8))) // of time, says maildrop
            return ReasonClass.MailboxFull;
        if (text.IndexOf("said: "u8) > 0) return OfReply(text, dsn, ref stage, ref hop);
        if (text.StartsWith("service unavailable. Command output: "u8) && IsAboutContent(text["service unavailable. Command output: "u8.Length..]))
            return ReasonClass.Content;
        return dsn is { Class: 5, Subject: 1, Detail: 1 } ? ReasonClass.UserUnknown : dsn.Is(4, 6) ? ReasonClass.Loop : ReasonClass.Other;
    }

    /// <summary>
    /// A filter behind pipe(8), as FILTER_README has it: <c>service unavailable. Command output: Message content rejected</c>. One that fails names its
    /// programs and its files, and those are called after spam and viruses too.
    /// </summary>
    private static bool IsAboutContent(ReadOnlySpan<byte> output) =>
        Says(output, "content rejected"u8) || Says(output, "is spam"u8) || Says(output, "as spam"u8) || Says(output, "spam detected"u8)
        || Says(output, "spam rejected"u8) || Says(output, "a virus"u8) || Says(output, "virus found"u8) || Says(output, "virus detected"u8);

    /// <summary>These words, and the last is not the beginning of another: <c>is spamd running?</c></summary>
    private static bool Says(ReadOnlySpan<byte> text, ReadOnlySpan<byte> words)
    {
        while (IndexOf(text, words) is >= 0 and var at)
        {
            text = text[(at + words.Length)..];
            if (text.IsEmpty || !char.IsAsciiLetterOrDigit((char)text[0])) return true;
        }
        return false;
    }

    /// <summary><c>TLS is required, but was not offered by host H[A]</c>, <c>TLS is required, but host H[A] refused to start TLS: …</c></summary>
    private static ReadOnlySpan<byte> HostWithoutTls(ReadOnlySpan<byte> text) =>
        text.StartsWith("TLS is required, but "u8) && text.IndexOf("host "u8) is >= 0 and var at ? UpToBlank(text[(at + 5)..]) : default;

    private static bool IsAboutTls(ReadOnlySpan<byte> text) =>
        text.StartsWith("TLS"u8) || text.StartsWith("Cannot start TLS"u8)
        || text.StartsWith("Server certificate not"u8) || text.IndexOf(" TLS"u8) > 0; // TLSA too

    /// <summary><c>H[A] said: 550 5.1.1 … (in reply to RCPT TO command)</c> or <c>H[A] refused to talk to me: …</c></summary>
    private static ReasonClass OfReply(ReadOnlySpan<byte> text, Dsn dsn, ref Stage stage, scoped ref ReadOnlySpan<byte> hop)
    {
        hop = UpToBlank(text);
        var rest = text[hop.Length..];
        if (rest.StartsWith(" refused to talk to me: "u8))
        {
            stage = Stage.Connect;
            return ReplyClassifier.OfGreeting(rest[" refused to talk to me: "u8.Length..]);
        }
        if (rest.StartsWith(" offered null AUTH"u8)) return ReasonClass.HostRejected;
        int said = rest.StartsWith(" said: "u8) ? 1 : rest.IndexOf("said: "u8);
        if (said < 0) return ReasonClass.Other;
        var reply = rest[(said + 6)..];
        stage = TakeStage(ref reply);
        return ReplyClassifier.Of(reply, dsn, stage);
    }

    /// <summary>What Postfix writes behind the reply.</summary>
    private static Stage TakeStage(ref ReadOnlySpan<byte> reply)
    {
        var usual = "(in reply to RCPT TO command)"u8;
        bool isUsual = reply.EndsWith(usual);
        int at = isUsual ? reply.Length - usual.Length : reply.LastIndexOf("(in reply to "u8);
        if (at < 0) return Stage.None;
        var command = reply[(at + "(in reply to "u8.Length)..];
        reply = reply[..at];
        if (isUsual) return Stage.Rcpt; // nearly always
        if (command.StartsWith("RCPT TO"u8)) return Stage.Rcpt;
        if (command.StartsWith("MAIL FROM"u8)) return Stage.Mail;
        if (command.StartsWith("end of DATA"u8)) return Stage.EndOfData;
        if (command.StartsWith("DATA"u8) || command.StartsWith("BDAT"u8)) return Stage.Data;
        if (command.StartsWith("HELO"u8) || command.StartsWith("EHLO"u8) || command.StartsWith("LHLO"u8)) return Stage.Helo;
        return Stage.None;
    }

    private static ReadOnlySpan<byte> UpToBlank(ReadOnlySpan<byte> text)
    {
        int end = Near.IndexOf(text, (byte)' ');
        return end < 0 ? text : text[..end];
    }

    /// <summary>Whether the text holds the words, in any case. The words are lower case.</summary>
    internal static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> words) => IndexOf(text, words) >= 0;

    private static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> words)
    {
        int before = text.Length;
        byte lower = words[0], upper = (byte)(lower is >= (byte)'a' and <= (byte)'z' ? lower - 32 : lower);
        while (text.Length >= words.Length)
        {
            int at = text[..^(words.Length - 1)].IndexOfAny(lower, upper);
            if (at < 0) return -1;
            text = text[at..];
            int i = 1;
            for (; i < words.Length; i++)
            {
                int b = text[i];
                if (b is >= 'A' and <= 'Z') b += 32;
                if (b != words[i]) break;
            }
            if (i == words.Length) return before - text.Length;
            text = text[1..];
        }
        return -1;
    }
}
