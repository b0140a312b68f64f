namespace MxAudit.Mail;

public enum MessageClass : byte { Mail, Notice, Probe }

/// <summary>What became of one recipient, so far as the log tells.</summary>
public enum Outcome : byte { Unknown, Delivered, Bounced, Expired, Deferred, Deleted, Discarded, Held, Queued, Filtered }

/// <summary>How one life of a queue id ended.</summary>
public enum EndState : byte { Unknown, Removed, Queued, Held, Deleted, Requeued, Discarded, Canceled, Corrupt }

public enum NoticeFate : byte { Unknown, Delivered, Deferred, Undeliverable }

/// <summary>4.x is unknown, not undeliverable.</summary>
public enum ProbeResult : byte { Unknown, Deliverable, Undeliverable }

public enum Answer : byte { Unknown, No, Yes }

/// <summary>Why a delivery or a reply failed. From <see cref="RelayDenied"/> on: only replies to clients.</summary>
public enum ReasonClass : byte
{
    None, UserUnknown, Content, HostRejected, Loop, TooManyHops, DnsPermanent, DnsTemporary, Connection, Greylisted, Size, MailboxFull,
    Tls, Transport, Other,
    RelayDenied, UnverifiedRecipient, SenderUnknown, RecipientDomain, Helo, Dnsbl, Policy, Access, RateLimit, Protocol,
}

/// <summary>The words of these types as users see them in tables, JSON and messages.</summary>
public static class Wording
{
    /// <summary><c>UserUnknown</c> becomes <c>user-unknown</c>, <c>None</c> becomes empty.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Known<T>.Words.TryGetValue(value, out string? word) ? word : WordOf(value);

    /// <summary>Every word that there is, but the empty one.</summary>
    public static IEnumerable<string> All<T>() where T : struct, Enum => Known<T>.Words.Values.Where(word => word.Length > 0);

    /// <summary>Made once: tables ask for these words a million times.</summary>
    private static class Known<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words = Enum.GetValues<T>().Distinct().ToDictionary(value => value, WordOf);
    }

    private static string WordOf<T>(T value) where T : struct, Enum
    {
        string name = value.ToString();
        if (name == "None") return "";
        var text = new System.Text.StringBuilder(name.Length + 4);
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
