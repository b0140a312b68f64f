using System.Buffers;
using System.Text;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>Why another host did not take the mail, from its code, the command it answered, and its words.</summary>
internal static class ReplyClassifier
{
    /// <summary>Postfix cuts a line at 2,000 bytes.</summary>
    private const int Longest = 2000;

    public static ReasonClass OfGreeting(ReadOnlySpan<byte> greeting) =>
        greeting.StartsWith("4"u8) && HasAny(Words(greeting, stackalloc byte[Longest]), ReplyWords.Greylisting)
            ? ReasonClass.Greylisted
            : ReasonClass.HostRejected;

    public static ReasonClass Of(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage)
    {
        // The code of the reply itself: with soft_bounce, Postfix makes 4.1.1 of a 550 5.1.1.
        bool temporary = reply.Length > 0 && reply[0] is (byte)'4' or (byte)'5' ? reply[0] == '4' : dsn.Class == 4;
        // by far the most frequent; a mailbox that is full can have 5.1.1, but says 552
        if (!temporary && stage == Stage.Rcpt && dsn is { Subject: 1, Detail: 1 } && !reply.StartsWith("552"u8)) return ReasonClass.UserUnknown;
        return OfWords(Words(reply, stackalloc byte[Longest]), dsn, stage, temporary);
    }

    private static ReasonClass OfWords(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage, bool temporary)
    {
        if (HasAny(reply, ReplyWords.Hops) || (dsn.Subject == 4 && Has(reply, " hops"u8))) return ReasonClass.TooManyHops;
        if (dsn.Is(4, 6) || HasAny(reply, ReplyWords.Loop)) return ReasonClass.Loop;
        if (dsn.Is(3, 4)) return ReasonClass.Size;
        if (dsn.Is(2, 2)) return ReasonClass.MailboxFull;
        bool isBehindData = stage is Stage.Data or Stage.EndOfData, speaksOfUser = HasAny(reply, ReplyWords.Plain);
        // what a filter says of a text can have any words
        bool isOfFilter = isBehindData && dsn.Subject == 7 && !speaksOfUser;
        if (dsn.Is(2, 3) || (HasAny(reply, ReplyWords.Size) && !isOfFilter)) return ReasonClass.Size;
        // 4.3.1: the disk of the whole system; nor is the recipient known yet at MAIL
        bool mayBeFull = !isOfFilter && dsn.Subject != 3 && stage != Stage.Mail;
        if (mayBeFull && HasAny(reply, ReplyWords.Full) && !IsQuotaOfSender(reply, dsn)) return ReasonClass.MailboxFull;
        if (!isOfFilter && HasAny(reply, ReplyWords.Tls)) return ReasonClass.Tls;
        bool isAboutSender = IsAboutSender(reply, dsn), isAboutThisAddress = !isAboutSender && !speaksOfUser && IsAboutThisAddress(reply, stage);
        if (temporary && (HasAny(reply, ReplyWords.Greylisting) || (!isAboutThisAddress && IsToComeAgain(reply, dsn, stage)))) return ReasonClass.Greylisted;
        if (stage is Stage.Mail or Stage.Helo or Stage.Connect) return ReasonClass.HostRejected;
        if (isAboutThisAddress && stage != Stage.None) return ReasonClass.HostRejected;
        if (isOfFilter) return OfContent(reply, dsn, temporary);
        bool refusesHost = stage == Stage.Rcpt && HasAny(reply, ReplyWords.Host) && !IsAboutAddress(reply, isAboutSender);
        // an unknown address can be that of this host
        if (refusesHost && dsn.Subject == 7 && !speaksOfUser && !HasAny(reply, ReplyWords.Gone)) return ReasonClass.HostRejected;
        if (!isAboutSender && (temporary ? speaksOfUser : IsUserUnknown(reply, dsn))) return ReasonClass.UserUnknown;
        if (isBehindData) return OfContent(reply, dsn, temporary);
        // the line was cut before it says in reply to what
        if (stage == Stage.None && !HasAny(reply, ReplyWords.Host) && HasAny(reply, ReplyWords.Content)) return ReasonClass.Content;
        return refusesHost ? ReasonClass.HostRejected : ReasonClass.Other;
    }

    /// <summary>"Mailbox not found. Your IP address has been logged." is about the mailbox: a word of refusal is wanted beside the address then.</summary>
    private static bool IsAboutThisAddress(ReadOnlySpan<byte> reply, Stage stage)
    {
        if (HasAny(reply, ReplyWords.ThisAddress)) return true;
        if (stage is Stage.Data or Stage.EndOfData) return Has(reply, "your ip"u8);
        return HasAny(reply, ReplyWords.AnyAddress)
            && (HasAny(reply, ReplyWords.Host) || !(HasAny(reply, ReplyWords.Unknown) || HasAny(reply, ReplyWords.Gone)));
    }

    /// <summary>Behind the data it is the content, but where the reply says what else it is.</summary>
    private static ReasonClass OfContent(ReadOnlySpan<byte> reply, Dsn dsn, bool temporary)
    {
        // RFC 7372: SPF, and no name for the address of this host; too much from it
        if (dsn.Is(7, 23) || dsn.Is(7, 25) || dsn.Is(7, 28) || (HasAny(reply, ReplyWords.Spf) && !dsn.Is(7, 26))) return ReasonClass.HostRejected;
        // the other system, or its filter, has no room, lost patience or is in trouble
        if (temporary && (dsn.Subject is 3 or 4 or 5 || (dsn.Subject == 0 && !HasAny(reply, ReplyWords.Refusal)))) return ReasonClass.Other;
        return reply.StartsWith("552"u8) && dsn.Subject != 7 && !HasAny(reply, ReplyWords.Content) ? ReasonClass.Size : ReasonClass.Content;
    }

    private static bool IsUserUnknown(ReadOnlySpan<byte> reply, Dsn dsn)
    {
        if (dsn.Subject == 1 && dsn.Detail is 0 or 1 or 6) return true;
        if (dsn.Is(2, 1)) return !Has(reply, "receiving mail"u8); // Google: at a rate that prevents additional messages
        if (dsn.Is(4, 1) && Has(reply, "recipient address rejected: access denied"u8)) return true; // Exchange Online, where nobody has the address
        // GMX: "mailbox unavailable", and then why not
        return HasAny(reply, ReplyWords.Plain)
            || ((HasAny(reply, ReplyWords.Unknown) || HasAny(reply, ReplyWords.Gone)) && !Has(reply, "reject due to "u8));
    }

    /// <summary>A relayhost, or a policy service, counts what one sends.</summary>
    private static bool IsQuotaOfSender(ReadOnlySpan<byte> reply, Dsn dsn) =>
        dsn.Is(4, 5) || Has(reply, "throttling"u8) || Has(reply, "sending quota"u8) || (dsn.Subject == 7 && Has(reply, "policy"u8));

    private static bool IsToComeAgain(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage) =>
        Has(reply, "not yet authorized to deliver"u8) || Has(reply, "internal resources are temporarily unavailable"u8)
        || ((reply.StartsWith("450"u8)
                || (dsn.Is(7, 1) && stage is not (Stage.Mail or Stage.Helo or Stage.Connect) && !HasAny(reply, ReplyWords.OtherTroubles)))
            && (Has(reply, "try again later"u8) || Has(reply, "try later"u8)));

    private static bool IsAboutAddress(ReadOnlySpan<byte> reply, bool isAboutSender) =>
        Has(reply, "recipient address rejected: access denied"u8) || Has(reply, "resolver.rst."u8) || (isAboutSender && !Has(reply, "spf"u8));

    /// <summary>Who is unknown or refused is the sender. Not where the host is refused: what stands behind that is a text of the administrator.</summary>
    private static bool IsAboutSender(ReadOnlySpan<byte> reply, Dsn dsn) =>
        (dsn.Is(1, 7) || dsn.Is(1, 8) || HasAny(reply, ReplyWords.Sender)) && !Has(reply, "client host rejected"u8);

    private static bool HasAny(ReadOnlySpan<byte> reply, byte[][] texts)
    {
        foreach (byte[] words in texts)
            if (Has(reply, words)) return true;
        return false;
    }

    private static bool Has(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> words) => reply.IndexOf(words) >= 0;

    /// <summary>In lower case, and without the addresses: strangers choose those, and any word can stand in one.</summary>
    private static ReadOnlySpan<byte> Words(ReadOnlySpan<byte> text, Span<byte> into)
    {
        if (text.Length > into.Length) text = text[..into.Length];
        for (int read = 0; read < text.Length;)
        {
            if (Ascii.ToLower(text[read..], into[read..], out int written) == OperationStatus.Done) break;
            read += written;
            into[read] = text[read++]; // not ASCII
        }
        into = into[..text.Length];
        for (int from = LengthOfCode; from < into.Length && into[from..].IndexOf((byte)'@') is >= 0 and var at; from += at + 1) Blank(into, from + at);
        return into;
    }

    private const int LengthOfCode = 4;

    private static readonly SearchValues<byte> AroundAddresses = SearchValues.Create(" <>()[]\"',;:"u8);

    /// <summary><c>&lt;joe.doe@example.com&gt;</c>, <c>"joe doe"@example.com</c>, <c>joe@example.com</c></summary>
    private static void Blank(Span<byte> reply, int at)
    {
        var before = reply[LengthOfCode..at];
        int open = before.LastIndexOf((byte)'<');
        int start = open >= 0 && before[open..].IndexOf((byte)'>') < 0 ? open + 1
            : before.EndsWith("\""u8) ? before[..^1].LastIndexOf((byte)'"') + 1
            : before.LastIndexOfAny(AroundAddresses) + 1;
        int length = reply[at..].IndexOfAny(AroundAddresses);
        reply[(LengthOfCode + start)..(length < 0 ? reply.Length : at + length)].Fill((byte)' ');
    }
}
