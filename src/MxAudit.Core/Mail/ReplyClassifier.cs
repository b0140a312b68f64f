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
        greeting.StartsWith("4"u8) && (ReplyWords.TopicsOf(Words(greeting, stackalloc byte[Longest])) & ReplyTopics.Greylisting) != 0
            ? ReasonClass.Greylisted
            : ReasonClass.HostRejected;

    public static ReasonClass Of(ReadOnlySpan<byte> reply, Dsn dsn, Stage stage)
    {
        // The code of the reply itself: with soft_bounce, Postfix makes 4.1.1 of a 550 5.1.1.
        bool temporary = reply.Length > 0 && reply[0] is (byte)'4' or (byte)'5' ? reply[0] == '4' : dsn.Class == 4;
        // by far the most frequent; a mailbox that is full can have 5.1.1, but says 552
        if (!temporary && stage == Stage.Rcpt && dsn is { Subject: 1, Detail: 1 } && !reply.StartsWith("552"u8)) return ReasonClass.UserUnknown;
        return Of(new Reply(Words(reply, stackalloc byte[Longest]), dsn, stage, temporary));
    }

    /// <param name="words">In lower case, without addresses.</param>
    private readonly ref struct Reply(ReadOnlySpan<byte> words, Dsn dsn, Stage stage, bool temporary)
    {
        private readonly ReadOnlySpan<byte> _words = words;
        private readonly ReplyTopics _topics = ReplyWords.TopicsOf(words);
        public readonly Dsn Dsn = dsn;
        public readonly Stage Stage = stage;
        public readonly bool Temporary = temporary;

        /// <summary>What a filter says of a text can have any words.</summary>
        public bool IsOfFilter => IsBehindData && Dsn.Subject == 7 && !SpeaksOf(ReplyTopics.Plain);

        public bool IsBehindData => Stage is Stage.Data or Stage.EndOfData;

        public bool IsBeforeRecipient => Stage is Stage.Mail or Stage.Helo or Stage.Connect;

        /// <returns>Whether it speaks of one of them.</returns>
        public bool SpeaksOf(ReplyTopics topics) => (_topics & topics) != 0;

        public bool Begins(ReadOnlySpan<byte> code) => _words.StartsWith(code);

        public bool Has(ReadOnlySpan<byte> words) => _words.IndexOf(words) >= 0;
    }

    private static ReasonClass Of(in Reply reply)
    {
        var (dsn, stage) = (reply.Dsn, reply.Stage);
        if (reply.SpeaksOf(ReplyTopics.Hops) || (dsn.Subject == 4 && reply.Has(" hops"u8))) return ReasonClass.TooManyHops;
        if (dsn.Is(4, 6) || reply.SpeaksOf(ReplyTopics.Loop)) return ReasonClass.Loop;
        if (dsn.Is(3, 4)) return ReasonClass.Size;
        if (dsn.Is(2, 2)) return ReasonClass.MailboxFull;
        bool isOfFilter = reply.IsOfFilter;
        if (dsn.Is(2, 3) || (reply.SpeaksOf(ReplyTopics.Size) && !isOfFilter)) return ReasonClass.Size;
        // 4.3.1: the disk of the whole system; nor is the recipient known yet at MAIL
        bool mayBeFull = !isOfFilter && dsn.Subject != 3 && stage != Stage.Mail;
        if (mayBeFull && reply.SpeaksOf(ReplyTopics.Full) && !IsQuotaOfSender(reply)) return ReasonClass.MailboxFull;
        if (!isOfFilter && reply.SpeaksOf(ReplyTopics.Tls)) return ReasonClass.Tls;
        bool speaksOfUser = reply.SpeaksOf(ReplyTopics.Plain), isAboutSender = IsAboutSender(reply);
        bool isAboutThisAddress = !isAboutSender && !speaksOfUser && IsAboutThisAddress(reply);
        if (reply.Temporary && (reply.SpeaksOf(ReplyTopics.Greylisting) || (!isAboutThisAddress && IsToComeAgain(reply)))) return ReasonClass.Greylisted;
        if (reply.IsBeforeRecipient) return ReasonClass.HostRejected;
        if (isAboutThisAddress && stage != Stage.None) return ReasonClass.HostRejected;
        if (isOfFilter) return OfContent(reply);
        bool refusesHost = stage == Stage.Rcpt && reply.SpeaksOf(ReplyTopics.Host) && !IsAboutAddress(reply, isAboutSender);
        // an unknown address can be that of this host
        if (refusesHost && (dsn.Subject == 7 || reply.SpeaksOf(ReplyTopics.HostName)) && !reply.SpeaksOf(ReplyTopics.Plain | ReplyTopics.Gone))
            return ReasonClass.HostRejected;
        if (!isAboutSender && (reply.Temporary ? speaksOfUser : IsUserUnknown(reply))) return ReasonClass.UserUnknown;
        if (reply.IsBehindData) return OfContent(reply);
        // the line was cut before it says in reply to what
        if (stage == Stage.None && !reply.SpeaksOf(ReplyTopics.Host) && reply.SpeaksOf(ReplyTopics.Content)) return ReasonClass.Content;
        return refusesHost ? ReasonClass.HostRejected : ReasonClass.Other;
    }

    /// <summary>"Mailbox not found. Your IP address has been logged." is about the mailbox: a word of refusal is wanted beside the address then.</summary>
    private static bool IsAboutThisAddress(in Reply reply)
    {
        if (reply.SpeaksOf(ReplyTopics.ThisAddress)) return true;
        if (reply.IsBehindData) return reply.Has("your ip"u8);
        return reply.SpeaksOf(ReplyTopics.AnyAddress) && (reply.SpeaksOf(ReplyTopics.Host) || !reply.SpeaksOf(ReplyTopics.Unknown | ReplyTopics.Gone));
    }

    /// <summary>Behind the data it is the content, but where the reply says what else it is.</summary>
    private static ReasonClass OfContent(in Reply reply)
    {
        var dsn = reply.Dsn;
        // RFC 7372: SPF, and no name for the address of this host; too much from it
        if (dsn.Is(7, 23) || dsn.Is(7, 25) || dsn.Is(7, 28) || (reply.SpeaksOf(ReplyTopics.Spf) && !dsn.Is(7, 26))) return ReasonClass.HostRejected;
        // the other system, or its filter, has no room, lost patience or is in trouble
        if (reply.Temporary && (dsn.Subject is 3 or 4 or 5 || (dsn.Subject == 0 && !reply.SpeaksOf(ReplyTopics.Refusal)))) return ReasonClass.Other;
        return reply.Begins("552"u8) && dsn.Subject != 7 && !reply.SpeaksOf(ReplyTopics.Content) ? ReasonClass.Size : ReasonClass.Content;
    }

    private static bool IsUserUnknown(in Reply reply)
    {
        var dsn = reply.Dsn;
        if (dsn.Subject == 1 && dsn.Detail is 0 or 1 or 6) return true;
        if (dsn.Is(2, 1)) return !reply.Has("receiving mail"u8); // Google: at a rate that prevents additional messages
        if (dsn.Is(4, 1) && reply.SpeaksOf(ReplyTopics.Recipient)) return true; // Exchange Online, where nobody has the address
        // GMX: "mailbox unavailable", and then why not
        return reply.SpeaksOf(ReplyTopics.Plain)
            || (reply.SpeaksOf(ReplyTopics.Unknown | ReplyTopics.Gone) && !reply.Has("reject due to "u8))
            || (reply.SpeaksOf(ReplyTopics.Ended) && !reply.IsBehindData && !reply.Has("your "u8)); // what is yours is the sender's
    }

    /// <summary>A relayhost, or a policy service, counts what one sends.</summary>
    private static bool IsQuotaOfSender(in Reply reply) =>
        reply.Dsn.Is(4, 5) || reply.Has("throttling"u8) || reply.Has("sending quota"u8) || (reply.Dsn.Subject == 7 && reply.Has("policy"u8));

    private static bool IsToComeAgain(in Reply reply) =>
        reply.SpeaksOf(ReplyTopics.NotYet)
        || (reply.SpeaksOf(ReplyTopics.Later)
            && (reply.Begins("450"u8) || (reply.Dsn.Is(7, 1) && !reply.IsBeforeRecipient && !reply.SpeaksOf(ReplyTopics.OtherTroubles))));

    private static bool IsAboutAddress(in Reply reply, bool isAboutSender) =>
        reply.SpeaksOf(ReplyTopics.Recipient) || (isAboutSender && !reply.Has("spf"u8));

    /// <summary>Who is unknown or refused is the sender. Not where the host is refused: what stands behind that is a text of the administrator.</summary>
    private static bool IsAboutSender(in Reply reply) =>
        (reply.Dsn.Is(1, 7) || reply.Dsn.Is(1, 8) || reply.SpeaksOf(ReplyTopics.Sender)) && !reply.Has("client host rejected"u8);

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
        for (int from = LengthOfCode; from < into.Length && into[from..].IndexOf((byte)'@') is >= 0 and var at;) from = LeaveOut(ref into, from + at);
        return into;
    }

    private const int LengthOfCode = 4;

    private static readonly SearchValues<byte> AroundAddresses = SearchValues.Create(" <>()[]\"',;:"u8);

    /// <summary>
    /// <c>&lt;joe.doe@example.com&gt;</c>, <c>"joe doe"@example.com</c>, <c>joe@example.com</c>, with its brackets and one of the blanks around it: what is
    /// said of it is one phrase then, as in <c>mailbox joe@example.com unavailable</c>.
    /// </summary>
    /// <returns>Where it stood.</returns>
    private static int LeaveOut(ref Span<byte> reply, int at)
    {
        var before = reply[LengthOfCode..at];
        int open = before.LastIndexOf((byte)'<');
        int start = open >= 0 && before[open..].IndexOf((byte)'>') < 0 ? open + 1
            : before.EndsWith("\""u8) ? Math.Max(0, before[..^1].LastIndexOf((byte)'"'))
            : before.LastIndexOfAny(AroundAddresses) + 1;
        int length = reply[at..].IndexOfAny(AroundAddresses);
        int first = LengthOfCode + start, end = length < 0 ? reply.Length : at + length;
        if (first > LengthOfCode && end < reply.Length && reply[first - 1] == '<' && reply[end] == '>') (first, end) = (first - 1, end + 1);
        if (end < reply.Length && reply[first - 1] == ' ' && reply[end] == ' ') end++;
        reply[end..].CopyTo(reply[first..]);
        reply = reply[..(reply.Length - (end - first))];
        return first;
    }
}
