using System.Text;
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
            return ReasonClass.Connection;
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
        if (text.StartsWith("cannot update mailbox"u8) || Has(text, "quota exceeded"u8) || Has(text, "over quota"u8) || Has(text, "diskspace quota"u8))
            return ReasonClass.MailboxFull;
        if (text.IndexOf("said: "u8) > 0) return OfReply(text, dsn, ref stage, ref hop);
        return dsn is { Class: 5, Subject: 1, Detail: 1 } ? ReasonClass.UserUnknown : dsn.Is(4, 6) ? ReasonClass.Loop : ReasonClass.Other;
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
            var greeting = rest[" refused to talk to me: "u8.Length..];
            return greeting.StartsWith("4"u8) && SpeaksOfGreylisting(greeting) ? ReasonClass.Greylisted : ReasonClass.HostRejected;
        }
        if (rest.StartsWith(" offered null AUTH"u8)) return ReasonClass.HostRejected;
        int said = rest.StartsWith(" said: "u8) ? 1 : rest.IndexOf("said: "u8);
        if (said < 0) return ReasonClass.Other;
        var reply = rest[(said + 6)..];
        stage = StageOf(reply);
        return OfReplyText(reply, dsn, stage);
    }

    private static ReasonClass OfReplyText(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage)
    {
        // The code of the reply itself: with soft_bounce, Postfix makes 4.1.1 of a 550 5.1.1.
        bool temporary = reply.Length > 0 && reply[0] is (byte)'4' or (byte)'5' ? reply[0] == '4' : dsn.Class == 4;
        if (!temporary && stage == Stage.Rcpt && dsn is { Subject: 1, Detail: 1 }) return ReasonClass.UserUnknown; // by far the most frequent
        if (HasAny(reply, HopWords)) return ReasonClass.TooManyHops;
        if (dsn.Is(4, 6) || Has(reply, "mail loop"u8)) return ReasonClass.Loop;
        if (dsn.Subject == 4 && dsn.Detail == 0 && Has(reply, "hops"u8)) return ReasonClass.TooManyHops;
        if (dsn.Is(3, 4)) return ReasonClass.Size;
        if (dsn.Is(2, 2) || HasAny(reply, FullWords)) return ReasonClass.MailboxFull;
        if (dsn.Is(2, 3) || HasAny(reply, SizeWords)) return ReasonClass.Size;
        if (temporary && IsGreylisting(reply, dsn, stage)) return ReasonClass.Greylisted;
        if (stage is Stage.Mail or Stage.Helo or Stage.Connect) return ReasonClass.HostRejected;
        bool refusesHost = stage == Stage.Rcpt && IsAboutHost(reply) && !IsAboutAddress(reply);
        // an unknown address can be that of this host
        if (refusesHost && ((dsn.Subject == 7 && !HasAny(reply, PlainWords)) || Has(reply, "client host rejected"u8))) return ReasonClass.HostRejected;
        if (temporary ? HasAny(reply, PlainWords) && !IsAboutSender(reply) : IsUserUnknown(reply, dsn)) return ReasonClass.UserUnknown;
        if (stage is Stage.Data or Stage.EndOfData) return OfContent(reply, dsn, temporary);
        // the line was cut before it says in reply to what
        if (stage == Stage.None && !IsAboutHost(reply) && HasAny(reply, ContentWords)) return ReasonClass.Content;
        return refusesHost ? ReasonClass.HostRejected : ReasonClass.Other;
    }

    /// <summary>Behind the data it is the content, but where the reply says what else it is.</summary>
    private static ReasonClass OfContent(ReadOnlySpan<byte> reply, Dsn dsn, bool temporary)
    {
        // RFC 7372: SPF, and no name for the address of this host; too much from it
        bool isRefusalOfHost = dsn.Is(7, 23) || dsn.Is(7, 25) || dsn.Is(7, 28) || Has(reply, "client host rejected"u8) || Has(reply, "ip you're using"u8)
            || Has(reply, "client does not have permissions to send"u8);
        if (isRefusalOfHost) return ReasonClass.HostRejected;
        // the other system, or its filter, has no room, lost patience or is in trouble
        if (temporary && (dsn.Subject is 3 or 4 or 5 || (dsn.Subject == 0 && !HasAny(reply, RefusalWords)))) return ReasonClass.Other;
        return StartsWithCode(reply, 552) && dsn.Subject != 7 && !HasAny(reply, ContentWords) ? ReasonClass.Size : ReasonClass.Content;
    }

    private static bool IsUserUnknown(ReadOnlySpan<byte> reply, Dsn dsn)
    {
        if (IsAboutSender(reply)) return false;
        if (dsn.Subject == 1 && dsn.Detail is 0 or 1 or 6) return true;
        if (dsn.Is(2, 1)) return true;
        if (dsn.Is(4, 1) && Has(reply, "recipient address rejected: access denied"u8)) return true; // Exchange Online, where nobody has the address
        return HasAny(reply, PlainWords) || HasAny(reply, OtherWords);
    }

    private static bool HasAny(ReadOnlySpan<byte> reply, byte[][] texts)
    {
        foreach (byte[] words in texts)
            if (Has(reply, words)) return true;
        return false;
    }

    private static byte[][] Words(params string[] words) => Array.ConvertAll<string, byte[]>(words, Encoding.ASCII.GetBytes);

    /// <summary>Nobody says so of a host.</summary>
    private static readonly byte[][] PlainWords = Words("user unknown", "unknown user", "no such user");

    /// <summary>How Exim, qmail, Exchange, IronPort, Courier and others say that there is nobody of that name, where the code does not.</summary>
    private static readonly byte[][] OtherWords = Words(
        "does not exist", "doesn't exist", "mailbox unavailable", "recipient rejected", "recipient not found", "invalid recipient", "unrouteable address",
        "unroutable address", "no mailbox here by that name", "no such mailbox", "mailbox not found", "unknown mailbox", "invalid mailbox", "no such recipient",
        "unknown recipient", "recipient unknown", "no such address", "unknown address", "address unknown", "user not found", "unknown local", "no such person",
        "no such account", "not a valid mailbox", "not a known user", "account has been disabled", "account is disabled", "account disabled",
        "mailbox is disabled", "mailbox disabled", "recipient cannot be verified", "recipientnotfound", "recipnotfound", "(#5.1.1)", "#5.1.0 address rejected",
        "user not exist", "recipient not exist", "account not exist", "not a valid recipient", "not a valid user", "user not local", "validrcptto",
        "addressee unknown", "unknown or illegal", "user is inactive", "account is inactive", "account inactive", "mailbox is inactive",
        "account not available", "recipient verify failed", "recipient verification failed", "user doesn't have", "user does not have",
        "not listed in domino directory", "not listed in public name", "bad destination mailbox", "no such alias", "by that name",
        "not our customer", "mailbox not available");

    private static readonly byte[][] HopWords = Words("too many hops", "hop count", "hopcount exceeded", "too many \"received\"", "too many received");

    private static readonly byte[][] FullWords = Words(
        "mailbox full", "mailbox is full", "inbox is full", "account is full", "over quota", "overquota", "quota exceeded", "exceeded their quota",
        "exceeded his quota", "exceeded the quota", "allowed quota", "mailbox size limit", "storage allocation", "storage limit");

    private static readonly byte[][] SizeWords = Words("message size", "message too large", "message is too large", "message too big",
        "message file too big", "exceeds size limit");

    private static readonly byte[][] ContentWords = Words("spam", "virus");

    private static readonly byte[][] RefusalWords = Words("spam", "virus", "content", "suspicious", "policy", "blocked", "reject", "refused", "denied");

    private static bool IsGreylisting(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage) =>
        SpeaksOfGreylisting(reply) || Has(reply, "not yet authorized to deliver"u8)
        || ((reply.StartsWith("450"u8) || (dsn.Is(7, 1) && stage is not (Stage.Mail or Stage.Helo or Stage.Connect) && !HasAny(reply, OtherTroubles)))
            && Has(reply, "try again later"u8));

    /// <summary>"451 4.7.1 Service unavailable - try again later" says Postfix of a milter that is broken; others name the reputation of this host.</summary>
    private static readonly byte[][] OtherTroubles = Words("unavailable", "reputation");

    private static bool SpeaksOfGreylisting(ReadOnlySpan<byte> reply) =>
        Has(reply, "greylist"u8) || Has(reply, "graylist"u8) || Has(reply, "grey-list"u8) || Has(reply, "postgrey"u8);

    /// <summary>An access list, a block list or a rule about an address, whoever sends to it: not about the host that connects.</summary>
    private static bool IsAboutAddress(ReadOnlySpan<byte> reply) =>
        Has(reply, "recipient address rejected: access denied"u8) || (IsAboutSender(reply) && !Has(reply, "spf"u8));

    /// <summary>Who is unknown or refused is the sender. Not where the host is refused: what stands behind that is a text of the administrator.</summary>
    private static bool IsAboutSender(ReadOnlySpan<byte> reply) =>
        (Has(reply, "sender address rejected"u8) || Has(reply, "sender address ["u8) || Has(reply, "sender verify"u8)) && !Has(reply, "client host rejected"u8);

    /// <summary>At RCPT, but about the host that connects: whoever it sends to.</summary>
    public static bool IsAboutHost(ReadOnlySpan<byte> reply) =>
        Has(reply, "spf"u8) || Has(reply, "not permitted"u8) || Has(reply, "not allowed"u8) || Has(reply, "not authorized"u8) || Has(reply, "blocked"u8)
        || Has(reply, "blacklist"u8)
        || Has(reply, "blocklist"u8) || Has(reply, "denied"u8) || Has(reply, "relaying"u8) || Has(reply, "client host rejected"u8)
        || Has(reply, "helo command rejected"u8) || Has(reply, "unable to relay"u8) || Has(reply, "rcpthosts"u8) || HasAny(reply, HostWords);

    private static readonly byte[][] HostWords = Words(
        "dnsbl", "is in an rbl", "listed at", "listed on", "is listed in", "reverse dns", "ptr record", "invalid helo", "helo name", "helo should",
        "authentication required", "client does not have permissions to send");

    private static Stage StageOf(ReadOnlySpan<byte> reply)
    {
        if (reply.EndsWith("(in reply to RCPT TO command)"u8)) return Stage.Rcpt; // nearly always
        int at = reply.LastIndexOf("(in reply to "u8);
        if (at < 0) return Stage.None;
        var command = reply[(at + "(in reply to "u8.Length)..];
        if (command.StartsWith("RCPT TO"u8)) return Stage.Rcpt;
        if (command.StartsWith("MAIL FROM"u8)) return Stage.Mail;
        if (command.StartsWith("end of DATA"u8)) return Stage.EndOfData;
        if (command.StartsWith("DATA"u8) || command.StartsWith("BDAT"u8)) return Stage.Data;
        if (command.StartsWith("HELO"u8) || command.StartsWith("EHLO"u8) || command.StartsWith("LHLO"u8)) return Stage.Helo;
        return Stage.None;
    }

    private static bool StartsWithCode(ReadOnlySpan<byte> reply, int code) =>
        reply.Length > 3 && reply[0] == '0' + code / 100 && reply[1] == '0' + code / 10 % 10 && reply[2] == '0' + code % 10;

    private static ReadOnlySpan<byte> UpToBlank(ReadOnlySpan<byte> text)
    {
        int end = Near.IndexOf(text, (byte)' ');
        return end < 0 ? text : text[..end];
    }

    /// <summary>Whether the text holds the words, in any case. The words are lower case.</summary>
    internal static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> words)
    {
        byte lower = words[0], upper = (byte)(lower is >= (byte)'a' and <= (byte)'z' ? lower - 32 : lower);
        while (text.Length >= words.Length)
        {
            int at = text[..^(words.Length - 1)].IndexOfAny(lower, upper);
            if (at < 0) return false;
            text = text[at..];
            int i = 1;
            for (; i < words.Length; i++)
            {
                int b = text[i];
                if (b is >= 'A' and <= 'Z') b += 32;
                if (b != words[i]) break;
            }
            if (i == words.Length) return true;
            text = text[1..];
        }
        return false;
    }
}
