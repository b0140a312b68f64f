using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>Why smtpd, a milter or postscreen refused, from the reply (smtpd_check.c, postscreen_smtpd.c).</summary>
internal static class RejectClassifier
{
    public static ReasonClass Of(scoped in LogEvent happened)
    {
        // "<address>: Recipient address rejected: …": what strangers chose stands in front, between angle brackets.
        var text = BehindAddress(happened.Text);
        if (happened.Daemon == Daemon.Postscreen) return OfPostscreen(text, happened.Code);
        if (text.StartsWith("Relay access denied"u8)) return ReasonClass.RelayDenied;
        if (text.StartsWith("User unknown"u8)) return ReasonClass.UserUnknown; // before 2.0
        if (text.EndsWith("rejected: Improper use of SMTP command pipelining"u8) || text.StartsWith("Data command rejected: Multi-recipient bounce"u8))
            return ReasonClass.Protocol;
        if (text.StartsWith("Recipient address rejected: "u8)) return OfRecipient(text["Recipient address rejected: "u8.Length..], happened);
        if (text.StartsWith("Sender address rejected: "u8)) return OfSender(text["Sender address rejected: "u8.Length..]);
        if (text.StartsWith("Helo command rejected: "u8))
            return IsTroubleHere(text["Helo command rejected: "u8.Length..]) ? ReasonClass.Transport : ReasonClass.Helo;
        if (text.StartsWith("Client host rejected: "u8)) return OfClient(text["Client host rejected: "u8.Length..]);
        if (text.StartsWith("Service unavailable; "u8) || text.IndexOf(" blocked using "u8) >= 0) return ReasonClass.Dnsbl;
        if (text.StartsWith("Insufficient system storage"u8) || text.EndsWith("Server local data error"u8) || IsTroubleHere(BehindWhat(text)))
            return ReasonClass.Transport;
        if (text.StartsWith("Message size exceeds"u8) || happened.Dsn.Is(3, 4)) return ReasonClass.Size;
        if (ReasonClassifier.Has(text, "too many hops"u8)) return ReasonClass.TooManyHops;
        if (text.IndexOf("greylist"u8) >= 0 || text.IndexOf("Greylist"u8) >= 0) return ReasonClass.Greylisted;
        if (ReasonClassifier.Has(text, "rate limit"u8)) return ReasonClass.RateLimit; // of a policy service
        if ((happened.Code is >= 400 and < 500 || happened.Dsn.Class == 4) && ReasonClassifier.Has(text, "try again later"u8))
            // the first is a milter that is broken, the other one that greylists
            return text.StartsWith("Service unavailable - try again later"u8) ? ReasonClass.Transport : ReasonClass.Greylisted;
        if (text.IndexOf("access denied"u8) >= 0 || text.IndexOf("Access denied"u8) >= 0) return ReasonClass.Access;
        if (happened is { Stage: Stage.Rcpt, Code: >= 500 } && happened.Dsn.Is(1, 1)) return ReasonClass.UserUnknown; // of a milter that has the list
        if (happened.Stage is Stage.EndOfData or Stage.Data) return ReasonClass.Content;
        return text.IndexOf("too many"u8) >= 0 ? ReasonClass.RateLimit : ReasonClass.Policy;
    }

    /// <summary>A table or a server that this host asks does not answer, or a setting can not be used.</summary>
    private static bool IsTroubleHere(ReadOnlySpan<byte> why) =>
        why.StartsWith("Temporary lookup failure"u8) || why.StartsWith("Server configuration error"u8) || why.StartsWith("Server configuration problem"u8)
        || why.StartsWith("Error: queue file write error"u8) || why.SequenceEqual("Service unavailable"u8); // a filter does not answer

    /// <summary>The reason in <c>Data command rejected: Server configuration error</c>, or the text as it is.</summary>
    private static ReadOnlySpan<byte> BehindWhat(ReadOnlySpan<byte> text)
    {
        int rejected = text.IndexOf(" rejected: "u8);
        return rejected < 0 ? text : text[(rejected + " rejected: "u8.Length)..];
    }

    private static ReadOnlySpan<byte> BehindAddress(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("<"u8)) return text;
        int plain = Near.EndOfPlainAddress(text[1..]);
        if (plain >= 0 && text[(plain + 2)..].StartsWith(": "u8)) return text[(plain + 4)..];
        int first = text.IndexOf(">: "u8);
        if (first < 0) return text;
        bool ambiguous = text[1..first].IndexOfAny((byte)'"', (byte)'<') >= 0; // an address that was logged without quotes can hold ">: " itself
        return text[((ambiguous ? text.LastIndexOf(">: "u8) : first) + 3)..];
    }

    private static ReasonClass OfRecipient(ReadOnlySpan<byte> text, scoped in LogEvent happened)
    {
        if (text.StartsWith("unverified address"u8) || text.StartsWith("undeliverable address"u8) || text.StartsWith("address verification problem"u8))
            return ReasonClass.UnverifiedRecipient;
        if (text.StartsWith("User unknown"u8)) return ReasonClass.UserUnknown;
        if (IsTroubleHere(text)) return ReasonClass.Transport;
        if (text.StartsWith("Domain not found"u8) || text.StartsWith("Malformed DNS server reply"u8) || text.IndexOf("does not accept mail (nullMX)"u8) >= 0
            || text.IndexOf("as mail exchanger"u8) >= 0 || text.IndexOf("mail exchanger information"u8) >= 0) return ReasonClass.RecipientDomain;
        if (text.StartsWith("need fully-qualified"u8) || text.StartsWith("Multi-recipient bounce"u8)) return ReasonClass.Protocol;
        if (text.StartsWith("Access denied"u8)) return ReasonClass.Access;
        if (text.StartsWith("Relay access denied"u8)) return ReasonClass.RelayDenied; // check_relay_domains, before 3.9
        if (happened.Dsn.Is(2, 2)) return ReasonClass.MailboxFull; // dovecot's quota-status
        if (text.IndexOf("reylist"u8) >= 0) return ReasonClass.Greylisted;
        if (SpeaksOfRate(text)) return ReasonClass.RateLimit;
        if (IsToComeAgain(text, happened)) return ReasonClass.Greylisted;
        return happened.Code >= 500 && (happened.Dsn.Is(1, 1) || (happened.Dsn.Is(1, 2) && text.IndexOf("nknown"u8) >= 0))
            ? ReasonClass.UserUnknown
            : ReasonClass.Policy;
    }

    private static ReasonClass OfSender(ReadOnlySpan<byte> text)
    {
        if (IsTroubleHere(text)) return ReasonClass.Transport;
        if (text.StartsWith("Access denied"u8)) return ReasonClass.Access;
        if (text.StartsWith("need fully-qualified"u8)) return ReasonClass.Protocol;
        return text.StartsWith("Domain not found"u8) || text.StartsWith("Malformed DNS"u8) || text.StartsWith("un"u8) || text.StartsWith("User unknown"u8)
            || text.IndexOf("nullMX"u8) >= 0
            || text.StartsWith("address verification problem"u8) ? ReasonClass.SenderUnknown : ReasonClass.Policy;
    }

    private static ReasonClass OfClient(ReadOnlySpan<byte> text)
    {
        if (IsTroubleHere(text)) return ReasonClass.Transport;
        if (text.StartsWith("Access denied"u8)) return ReasonClass.Access;
        if (text.StartsWith("cannot find your"u8)) return ReasonClass.Helo;
        if (ReasonClassifier.Has(text, "greylist"u8)) return ReasonClass.Greylisted;
        return SpeaksOfRate(text) ? ReasonClass.RateLimit : ReasonClass.Policy;
    }

    /// <summary>And not "corporate limit".</summary>
    private static bool SpeaksOfRate(ReadOnlySpan<byte> text) =>
        text.StartsWith("Rate limit"u8) || text.StartsWith("rate limit"u8) || ReasonClassifier.Has(text, " rate limit"u8);

    /// <summary>iRedAPD: "Intentional policy rejection, please try again later"; policyd: "Policy Rejection- Please try later."</summary>
    private static bool IsToComeAgain(ReadOnlySpan<byte> text, scoped in LogEvent happened) =>
        happened.Code is >= 400 and < 500 && (happened.Dsn.Subject == 7 || happened.Dsn.Is(2, 0))
        && (ReasonClassifier.Has(text, "try again later"u8) || ReasonClassifier.Has(text, "try later"u8))
        && !ReasonClassifier.Has(text, "quota"u8) && !ReasonClassifier.Has(text, "too many"u8) && !ReasonClassifier.Has(text, "lookup"u8)
        && !ReasonClassifier.Has(text, "maintenance"u8);

    private static ReasonClass OfPostscreen(ReadOnlySpan<byte> text, int code)
    {
        if (text.IndexOf("blocked using"u8) >= 0 || text.StartsWith("Service unavailable; client"u8)) return ReasonClass.Dnsbl;
        if (text.StartsWith("too many connections"u8) || text.StartsWith("all s"u8) || text.IndexOf("Too many"u8) >= 0) return ReasonClass.RateLimit;
        if (code == 450 || text.StartsWith("Service currently unavailable"u8)) return ReasonClass.Greylisted; // the after-220 tests: come again
        return ReasonClass.Protocol;
    }
}
