using System.Text;

namespace MxAudit.Mail;

/// <summary>What the servers of the world write behind a code, in lower case.</summary>
internal static class ReplyWords
{
    /// <summary>Nobody says so of a host.</summary>
    public static byte[][] Plain { get; } = Words("user unknown", "unknown user", "no such user");

    /// <summary>There is somebody of that name, who gets no mail any more.</summary>
    public static byte[][] Gone { get; } = Words(
        "account has been disabled", "account is disabled", "account disabled", "mailbox is disabled", "mailbox disabled", "administratively disabled",
        "account closed", "account has been closed", "account has been suspended", "mailbox currently suspended", "mailbox suspended", "deactivated",
        "address rejected: inactive", "user is inactive", "user inactive", "account is inactive", "account inactive", "mailbox is inactive",
        "due to inactivity", "long-time inactivity", "no recipient activity", "not an active address", "inactive email address", "mailbox is frozen",
        "archived recipient", "recipient account is", "user is terminated", "cannot receive email", "email account that you tried to reach is");

    /// <summary>How Exim, qmail, Exchange, IronPort, Courier and others say that there is nobody of that name, where the code does not.</summary>
    public static byte[][] Unknown { get; } = Words(
        "does not exist", "doesn't exist", "mailbox unavailable", "recipient rejected", "recipient not found", "invalid recipient", "unrouteable address",
        "unroutable address", "no mailbox", "no such mailbox", "mailbox not found", "unknown mailbox", "invalid mailbox", "no such recipient",
        "unknown recipient", "recipient unknown", "no such address", "unknown address", "address unknown", "user not found", "unknown local", "no such person",
        "no such account", "not a valid mailbox", "not a known user", "recipient cannot be verified", "recipientnotfound", "recipnotfound", "(#5.1.1)",
        "#5.1.0 address rejected", "user not exist", "recipient not exist", "account not exist", "not a valid recipient", "not a valid user", "user not local",
        "validrcptto", "badrcptto", "bad_recipient", "cuda_nsu", "addressee unknown", "unknown or illegal", "account not available", "account unavailable", "recipient verify failed",
        "recipient verification failed", "user doesn't have", "user does not have", "have no mail", "no mail box", "not listed in domino directory",
        "not listed in public name", "bad destination mailbox", "no such alias", "no such domain", "by that name", "not our customer", "mailbox not available",
        "5.4.1 recipient address rejected: access denied");

    public static byte[][] Hops { get; } = Words("too many hops", " hop count", "hopcount exceeded", "too many \"received\"", "too many received");

    public static byte[][] Loop { get; } = Words("mail loop", "routing loop", "forwarding loop", "message is looping", "message looping");

    public static byte[][] Full { get; } = Words(
        "mailbox full", "mailbox is full", "inbox is full", "account is full", "account full", "over quota", "overquota", "quota exceed", "exceeded quota",
        "quota is over", "out of quota", "quota violation", "exceed mailbox quota", "exceeded their quota", "exceeded his quota", "exceeded the quota",
        "allowed quota", "mailbox size limit", "mailbox limit", "storage allocation", "storage limit", "disk space limit", "storage space",
        "too many messages on the server");

    public static byte[][] Size { get; } = Words("message size", "message too large", "message is too large", "message too big",
        "message file too big", "exceeds size limit", "email size exceeded");

    /// <summary>The other host wants TLS of this one, or has none itself.</summary>
    public static byte[][] Tls { get; } = Words("starttls command first", "tls required", "tls is required", "tls not available", "requires encryption",
        "requires tls", "encryption is required", "encryption required", "encryption needed", "sent over a tls connection", "senders to use tls");

    public static byte[][] Content { get; } = Words("spam", "virus");

    public static byte[][] Refusal { get; } = Words("spam", "virus", "content", "suspicious", "policy", "blocked", "reject", "refused", "denied");

    /// <summary>"451 4.7.1 Service unavailable - try again later" says Postfix of a milter that is broken; others name the reputation of this host.</summary>
    public static byte[][] OtherTroubles { get; } = Words("unavailable", "reputation");

    public static byte[][] Greylisting { get; } = Words("greylist", "graylist", "grey-list", "postgrey");

    /// <summary>An access list, a block list or a rule about an address, whoever sends to it: not about the host that connects.</summary>
    public static byte[][] Sender { get; } = Words("sender address rejected", "sender address [", "sender verify", "sender domain",
        "domain of sender", "invalid dns mx", "envelope blocked", "spamhaus dbl");

    /// <summary>The address that connects, whatever else is said, and whatever the stage.</summary>
    public static byte[][] ThisAddress { get; } = Words(
        "client host", "client does not have permissions to send", "ip you're using", "sending ip", "ip reputation", "bad ip",
        "poor reputation sender", "mta's poor reputation", "spamhaus.org/query/ip/", "spamhaus.org/query/bl?", "block list (s3",
        "exceeded the maximum number of connections", "connection frequency limited", "ip frequency limited", "spam ip", "email reputation service",
        "too many invalid recipients");

    /// <summary>The same in reply to a command; behind the data it may be an address in the text.</summary>
    public static byte[][] AnyAddress { get; } = Words("your ip", "ip address", "dynamic ip");

    /// <summary>The sender's domain did not list this host; what else it may be behind the data, RFC 7372 has codes for.</summary>
    public static byte[][] Spf { get; } = Words("spf check", "spf fail", "failed spf", "sender policy framework");

    /// <summary>At RCPT, but about the host that connects: whoever it sends to.</summary>
    public static byte[][] Host { get; } = Words(
        "spf", "not permitted", "not allowed", "not authorized", "blocked", "blacklist", "blocklist", "black list", "block list", "denied", "relaying",
        "do not relay", "helo command rejected", "unable to relay", "rcpthosts", "dnsbl", "in an rbl", "listed at", "listed on", "is listed in",
        "listed in zen.", "rejected using", "due to listing in", "is listed by", "spamhaus", "sorbs.net", "the ip is in", "reverse dns",
        "reverse lookup", "ptr record", "invalid helo", "helo name", "helo should", "authentication required", "client was not authenticated",
        "too many connections", "too much mail", "access to this mail system", "your access to submit",
        "reject due to ");

    private static byte[][] Words(params string[] words) => Array.ConvertAll<string, byte[]>(words, Encoding.ASCII.GetBytes);
}
