namespace MxAudit.Mail;

/// <summary>
/// What a DNS block list says of its own trouble, and not of the client. smtpd takes any answer of it for a listing, and refuses whoever was asked about.
/// </summary>
internal static class BlockListReply
{
    /// <summary>
    /// The list of <c>… blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/</c>; else empty.
    /// </summary>
    public static ReadOnlySpan<byte> ListInTrouble(ReadOnlySpan<byte> reply)
    {
        int using_ = reply.IndexOf(" blocked using "u8);
        if (using_ < 0) return default;
        var rest = reply[(using_ + " blocked using "u8.Length)..];
        int end = rest.IndexOf("; "u8);
        return end > 0 && IsTrouble(rest[(end + 2)..]) ? rest[..end] : default;
    }

    /// <summary>Of Spamhaus, URIBL, and of lists that were shut down. A listing has words about the client, or the address of a page about it.</summary>
    private static bool IsTrouble(ReadOnlySpan<byte> said) =>
        said.StartsWith("Error: "u8) || said.IndexOf("spamhaus.org/returnc/"u8) >= 0 || SaysEnd(said) || ReasonClassifier.Has(said, "query refused"u8);

    /// <summary>The list was given up, and lists everybody so that nobody asks any more.</summary>
    public static bool SaysEnd(ReadOnlySpan<byte> said) =>
        ReasonClassifier.Has(said, "list shut down"u8) || ReasonClassifier.Has(said, "been shut down"u8) || ReasonClassifier.Has(said, "been discontinued"u8)
        || ReasonClassifier.Has(said, "list is dead"u8) || ReasonClassifier.Has(said, "please stop using"u8);
}
