namespace MxAudit.Mail;

/// <summary>What a reply speaks of: often of several things, or of none.</summary>
[Flags]
internal enum ReplyTopics
{
    None = 0,

    /// <summary>Nobody says so of a host.</summary>
    Plain = 1 << 0,

    /// <summary>There is somebody of that name, who gets no mail any more.</summary>
    Gone = 1 << 1,

    /// <summary>How Exim, qmail, Exchange, IronPort, Courier and others say that there is nobody of that name, where the code does not.</summary>
    Unknown = 1 << 2,

    Hops = 1 << 3,

    Loop = 1 << 4,

    Full = 1 << 5,

    Size = 1 << 6,

    /// <summary>The other host wants TLS of this one, or has none itself.</summary>
    Tls = 1 << 7,

    Content = 1 << 8,

    Refusal = 1 << 9,

    /// <summary>"451 4.7.1 Service unavailable - try again later" says Postfix of a milter that is broken; others name the reputation of this host.</summary>
    OtherTroubles = 1 << 10,

    Greylisting = 1 << 11,

    /// <summary>This host is one that they do not know yet.</summary>
    NotYet = 1 << 12,

    /// <summary>Why is not said.</summary>
    Later = 1 << 13,

    /// <summary>An access list, a block list or a rule about an address, whoever sends to it: not about the host that connects.</summary>
    Sender = 1 << 14,

    /// <summary>The address that connects, whatever else is said, and whatever the stage.</summary>
    ThisAddress = 1 << 15,

    /// <summary>The same in reply to a command; behind the data it may be an address in the text.</summary>
    AnyAddress = 1 << 16,

    /// <summary>The sender's domain did not list this host; what else it may be behind the data, RFC 7372 has codes for.</summary>
    Spf = 1 << 17,

    /// <summary>At RCPT, but about the host that connects: whoever it sends to.</summary>
    Host = 1 << 18,

    /// <summary>Who is refused is the one it is for, a list that is closed or a user who wants no mail: not the host that connects.</summary>
    Recipient = 1 << 19,

    /// <summary>As is said of somebody who gets no mail any more, but of a list, a certificate or this host too.</summary>
    Ended = 1 << 20,

    /// <summary>What "does not exist" in DNS is the name of the host that connects.</summary>
    HostName = 1 << 21,
}
