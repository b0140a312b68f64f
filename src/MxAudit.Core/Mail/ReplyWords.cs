using System.Text;

namespace MxAudit.Mail;

/// <summary>What the servers of the world write behind a code, in lower case.</summary>
internal static class ReplyWords
{
    private static readonly WordTree Tree = new();

    static ReplyWords()
    {
        Know(ReplyTopics.Plain, "user unknown", "unknown user", "no such user");
        Know(ReplyTopics.Gone,
            "account has been disabled", "account is disabled", "account disabled", "mailbox is disabled", "mailbox disabled",
            "administratively disabled", "account closed", "account has been closed", "account has been suspended", "mailbox suspended", "deactivated",
            "address rejected: inactive", "user is inactive", "user inactive", "account is inactive", "account inactive", "mailbox is inactive",
            "due to inactivity", "long-time inactivity", "no recipient activity", "not an active address", "inactive email address",
            "mailbox is frozen", "archived recipient", "recipient account is", "user is terminated", "cannot receive email",
            "email account that you tried to reach is", "mail receiving disabled", "account deleted", "recipient address rejected: blocked",
            "inactive user", "user suspended", "account suspended", "account locked", "account is locked", "mailbox locked",
            "mailbox was disabled", "disabled mailbox", "mailbox is currently disabled", "user disabled", "recipient disabled",
            "log in to enable receiving");
        Know(ReplyTopics.Ended,
            "currently suspended", "no longer accepts mail", "no longer valid", "no longer active", "no longer in use", "no longer on");
        Know(ReplyTopics.Unknown,
            "does not exist", "doesn't exist", "mailbox unavailable", "recipient rejected", "recipient not found", "invalid recipient",
            "unrouteable address", "unroutable address", "no mailbox", "mailbox not found", "unknown mailbox", "invalid mailbox", "no such recipient",
            "unknown recipient", "recipient unknown", "no such address", "unknown address", "address unknown", "user not found", "unknown local",
            "no such person", "no such account", "not a valid mailbox", "not a known user", "recipient cannot be verified", "recipientnotfound",
            "recipnotfound", "#5.1.0 address rejected", "user not exist", "recipient not exist", "account not exist", "not a valid recipient",
            "not a valid user", "user not local", "validrcptto", "badrcptto", "bad_recipient", "cuda_nsu", "addressee unknown", "unknown or illegal",
            "account not available", "account unavailable", "recipient verify", "recipient verification failed", "user doesn't have",
            "user does not have", "have no mail", "no mail box", "not listed in domino directory", "not listed in public name",
            "bad destination mailbox", "no such alias", "no such domain", "by that name", "not our customer", "mailbox not available",
            "5.4.1 recipient address rejected: access denied", "account not found", "address not found", "address could not be found", "no such email",
            "no such mail", "mailbox unknown", "user is unknown", "unknown account", "unknown email", "unknown e-mail", "unknown destination",
            "unknown virtual user", "invalid user", "account is unavailable", "mailbox is unavailable", "mailbox invalid", "non-existent user",
            "nonexistent user", "not present in directory", "addresses were unknown", "user not known", "#5.1.1", "550 not found",
            "not a local address",
            "recipient is not local", "invalid-recipient", "badrecipientto", "bad-recipient", "no one at this address", "valid-address-filter",
            "utilisateur inconnu", "destinataire inconnu", "adresse inconnue", "utente sconosciuto", "destinatario sconosciuto", "destin. sconosciuto",
            "non esiste", "no existe", "usuario desconocido", "nie istnieje", "existiert nicht", "recipient addresses rejected : access denied");
        Know(ReplyTopics.Hops,
            "too many hops", " hop count", "hopcount exceeded", "too many \"received\"", "too many received", "exceeded 50 hops",
            "'received:' data headers");
        Know(ReplyTopics.Loop, "mail loop", "routing loop", "forwarding loop", "message is looping", "message looping");
        Know(ReplyTopics.Full,
            "mailbox full", "mailbox is full", "inbox is full", "account is full", "account full", "mailbox size limit", "mailbox limit",
            "storage allocation", "storage limit", "disk space limit", "storage space", "too many messages on the server", "quota", "over quote",
            "full mailbox", "mailbox_full", "mailfolder is full", "storage full", "maximum mailbox size", "mailbox exceed", "mailbox has exceeded",
            "allowed mailbox size", "maximum allowed storage", "allowed message count", "messages on this mailbox", "messages in this mailbox",
            "space has been used up", "space has used up", "not enough diskspace", "not have enough space", "space not enough",
            "than the space available", "destinataire pleine");
        Know(ReplyTopics.Size,
            "message size", "message too large", "message is too large", "message too big", "message file too big", "exceeds size limit",
            "email size exceeded", "message length exceeds", "too much mail data");
        Know(ReplyTopics.Tls,
            "starttls command first", "tls required", "tls is required", "tls not available", "requires encryption", "requires tls",
            "encryption is required", "encryption required", "encryption needed", "sent over a tls connection", "senders to use tls", "tls 1.");
        Know(ReplyTopics.Content, "spam", "virus");
        Know(ReplyTopics.Refusal, "spam", "virus", "content", "suspicious", "policy", "blocked", "reject", "refused", "denied");
        Know(ReplyTopics.OtherTroubles, "unavailable", "reputation");
        Know(ReplyTopics.Greylisting, "greylist", "graylist", "grey-list", "postgrey");
        Know(ReplyTopics.NotYet,
            "not yet authorized to deliver", "internal resources are temporarily unavailable",
            "service is currently unavailable. please come back later");
        Know(ReplyTopics.Later, "try again later", "try later");
        Know(ReplyTopics.Recipient,
            "recipient address rejected: access denied", "recipient addresses rejected : access denied", "resolver.rst.", "not allowed to this address",
            "delivery not allowed", "receiver denied", "allowed to post", "to this mailing list");
        Know(ReplyTopics.Sender,
            "sender address rejected", "sender address [", "sender verify", "sender domain", "sender's domain", "domain of sender", "invalid dns mx",
            "envelope blocked", "spamhaus dbl", "sender rejected", "sender denied", "invalid sender", "sender email address", "sender is in my",
            "sender is spammer", "sender blacklisted", "sender address has been", "email address has been blacklisted", "address that has been blacklisted");
        Know(ReplyTopics.ThisAddress,
            "client host", "client does not have permissions to send", "ip you're using", "sending ip", "ip reputation", "bad ip",
            "poor reputation sender", "mta's poor reputation", "spamhaus.org/query/ip/", "spamhaus.org/query/bl?", "block list (s3",
            "exceeded the maximum number of connections", "connection frequency limited", "ip frequency limited", "spam ip",
            "email reputation service", "too many invalid recipients", "weren't sent", "due to user complaints", "volume or user complaints",
            "will be permanently deferred", "ipv6 sending guidelines", "server busy. please try again later from", "bad helo",
            "too many messages, try");
        Know(ReplyTopics.AnyAddress, "your ip", "ip address", "dynamic ip");
        Know(ReplyTopics.Spf, "spf check", "spf fail", "failed spf", "sender policy framework");
        Know(ReplyTopics.HostName, "reverse dns", "reverse lookup", "reverse ptr", "ptr record", "helo name", "helo hostname");
        Know(ReplyTopics.Host,
            "spf", "not permitted", "not allowed", "not authorized", "blocked", "blacklist", "blocklist", "black list", "block list", "denied",
            "relaying", "do not relay", "helo command rejected", "unable to relay", "rcpthosts", "dnsbl", "in an rbl", "listed at", "listed on",
            "is listed in", "listed in zen.", "rejected using", "due to listing in", "is listed by", "spamhaus", "sorbs.net", "the ip is in",
            "reverse dns", "reverse lookup", "ptr record", "invalid helo", "helo name", "helo hostname", "helo should", "authentication required",
            "client was not authenticated", "too many connections", "too much mail", "access to this mail system", "your access to submit",
            "reject due to ", "find your reverse", "rdns", "no reverse name", "reverse ptr", "requires ptr", "name lookup failed",
            "missing a dns entry", "helo invalid", "sender ip", "your mail server is", "your server requires", "from your host", "from your server",
            "find your hostname", "open relay", "as a relay",
            "configured to relay", "no longer relays", "server requires authentication", "handle mail for", "too many concurrent",
            "too many unknown rcpt", "too many smtp sessions", "connection rate", "connection limit", "trop de connexions", "service refused",
            "email reputation", "currently sending spam", "spamcop.net", "open proxy", " rp:rdn", " rp:trc", " rp:cel", " rp:qrc", " rp:drc");
    }

    private static void Know(ReplyTopics topic, params ReadOnlySpan<string> words)
    {
        foreach (string text in words) Tree.Add(Encoding.ASCII.GetBytes(text), (int)topic);
    }

    /// <param name="reply">In lower case.</param>
    public static ReplyTopics TopicsOf(ReadOnlySpan<byte> reply) => (ReplyTopics)Tree.MarksIn(reply);
}
