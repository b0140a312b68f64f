using Sprache;
using static MxAudit.Log.Grammar.TemplateGrammar;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>Lines that are known and of no consequence for the model.</summary>
internal static class KnownGrammar
{
    private static readonly Parser<string> BrokenSession = AnyOf(
        "lost connection after %s from %s", "timeout after %s from %s", "too many errors after %s from %s", "improper command pipelining after %s from %s",
        "bare <LF> received after %s from %s", "replacing command %s", "discarding EHLO keywords: %s", "mapping DSN status %s", "proxy-accept: %s");

    private static readonly Parser<string> TroubleWithHost = AnyOf(
        "host %s said: %s", "host %s refused to talk to me: %s", "conversation with %s timed out while %s", "lost connection with %s while %s",
        "connect to %s[%s", "Cannot start TLS: %s", "TLS is required, but %s", "Server certificate not %s", "SASL authentication failed; %s",
        "SASL [CACHED] authentication failed; %s", "Host or domain name not found. Name service error for %s", "unable to find primary relay for %s",
        "unable to look up host %s", "message size %s exceeds size limit %s", "server unavailable or unable to receive mail",
        "Domain %s does not accept mail (nullMX)",
        "enabling PIX %s", "breaking line > %s", "unable to dlopen %s", "abort: TLS from %s", "client TLS %s", "TLSA lookup error for %s",
        "DANE TLSA lookup problem: %s");

    private static readonly Parser<string> Housekeeping = AnyOf("skipped, still being delivered", "status=deferred (%s failed)",
        "no trace file -- not sending a notification", "not sending trace/success notification for %s");

    private static readonly Parser<string> Tls = AnyOf(
        "Host offered STARTTLS: %s", "setting up TLS connection %s", "Anonymous TLS connection %s", "Untrusted TLS connection %s", "Trusted TLS connection %s",
        "Verified TLS connection %s", "TLS connection established %s", "TLS handshake failed for %s", "TLS SNI %s", "SSL_accept%s", "SSL_connect%s",
        "certificate verification failed for %s", "server certificate verification failed for %s", "client certificate verification failed for %s",
        "CA certificate verification failed for %s", "SSL3 alert %s", "cannot load %s", "initializing the %s TLS engine%s", "looking for session %s",
        "looking for plugins in %s", "save session %s", "Verified: subject_CN=%s", "Unverified: subject_CN=%s", "Peer certificate %s", "Peer verification: %s",
        "certificate peer name verification failed for %s", "Server certificate could not be verified", "starting TLS engine", "cert has expired",
        "SMTPS wrappermode (TCP port 465) requires setting %s", "CLIENT wrappermode (port smtps/465) is unimplemented",
        "instead, send to (port submission/587) with STARTTLS",
        "TLSRPT: status=%s, domain=%s", "using DANE RR: %s", "open %s TLS cache %s", "read %s TLS cache entry %s", "write %s TLS cache entry %s",
        "delete %s TLS cache entry %s", "put %s session id=%s [data %s bytes]", "lookup %s session id=%s", "delete %s session id=%s",
        "reloaded session %s from %s cache", "remove session %s from client cache", "close %s TLS cache %s",
        "exiting to reopen external entropy source %s", "postfix/postlog: starting the Postfix mail system", "verify error:num=%s", "fingerprint=%s",
        "subject=%s", "issuer=%s", "SSL_set_fd error %s", "cannot set default OpenSSL %s", "cannot read from entropy device %s",
        "lost connection to EGD server %s", "TLS support is not compiled in -- exiting", "read from %s [%s", "write to %s [%s");

    /// <summary>libsasl logs under the name of the program that it serves; so did a C library.</summary>
    private static readonly Parser<string> Libraries = AnyOf(
        "sql_select option missing", "sql plugin %s", "sql plugin: %s", "unable to open Berkeley db %s", "sql auxprop plugin using %s", "SQL engine %s",
        "auxpropfunc error %s", "canonuserfunc error %s",
        "unable to canonify user and get auxprops", "_sasl_plugin_load failed on %s", "OTP unavailable because %s", "DIGEST-MD5 common mech %s",
        "DIGEST-MD5 server step %s", "DIGEST-MD5 client step %s", "DIGEST-MD5 client mech %s", "GSSAPI Error: %s", "NTLM server step %s", "begin transaction",
        "commit transaction", "gethostbyaddr: %s != %s", "gethostby%s.getanswer: asked for %s");

    private static readonly Parser<string> Postscreen = AnyOf(
        "CONNECT from %s", "CONNECT to %s", "DISCONNECT %s", "PASS OLD %s", "PASS NEW %s", "ALLOWLISTED %s", "DENYLISTED %s", "WHITELISTED %s",
        "BLACKLISTED %s", "ALLOWLIST VETO %s", "WHITELIST VETO %s", "PREGREET %s from %s", "HANGUP after %s from %s",
        "BARE NEWLINE from %s", "NON-SMTP COMMAND from %s", "COMMAND PIPELINING from %s", "COMMAND TIME LIMIT from %s",
        "COMMAND LENGTH LIMIT from %s", "COMMAND COUNT LIMIT from %s", "DATA without %s", "BDAT without %s", "entering STRESS mode %s",
        "leaving STRESS mode %s", "addr %s listed by domain %s as %s");

    private static readonly Parser<string> Everyday = AnyOf(
        "statistics: %s", "table %s has changed -- restarting", "table has changed -- exiting", "lookup table has changed -- exiting",
        "table %s has changed - finishing in the background", "close database %s", "database %s: using size limit %s",
        "database %s: pausing after MDB_READERS_FULL", "host %s offers SMTPUTF8 support, but not 8BITMIME", "ignoring DNS RR: %s",
        "skipping SRV lookup for %s: %s",
        "starting the Postfix mail system", "stopping the Postfix mail system", "refreshing the Postfix mail system", "aborting the Postfix mail system",
        "flushing the Postfix %s", "waiting for the Postfix mail system to terminate", "the Postfix mail system is %s", "See http%s for details",
        "Postfix is %s backwards-compatible default settings",
        "To disable backwards compatibility %s", "redirecting %s to %s", "successfully executed '%s' as uid %s", "skipping address family %s",
        "ignoring status update from child %s", "/%s/post%s: warning: %s", "client=%s[%s], helo=%s", "connect to %s[%s", "unable to dlopen %s");

    /// <summary>
    /// <c>"%s: re-using session with untrusted certificate, …"</c> with <c>name[addr]:port</c>, of postscreen
    /// <c>[addr]:port</c>, once <c>[addr]port</c>; TLS with a log level of 2.
    /// </summary>
    private static readonly Parser<string> AboutPeer =
        from peer in Until("]").Where(name => name.Contains('[', StringComparison.Ordinal) && !name.Contains(' ', StringComparison.Ordinal))
        from port in Until(": ")
        where port.Length <= 6 && port.All(c => char.IsAsciiDigit(c) || c == ':')
        from what in AnyOf(
            "re-using session with untrusted %s", "replacing command %s", "replacing server reply %s", "discarding EHLO keywords: %s", "subject_CN=%s",
            "depth=%s", "Issuing session ticket%s", "Decrypting session ticket%s", "save session %s", "looking up session %s", "reloaded session %s",
            "remove session %s", "Reusing old session%s", "TLS cipher list %s", "SNI hostname: %s",
            "Trusted: subject_CN=%s", "matched peername: %s", "Matched %s", "certificate verification depth=%s", "raw public key %s")
        select what;

    private static readonly string[] Accesses = [" lookup: \"", " update: \"", " delete: \"", " sequence: "];

    /// <summary>
    /// A table behind <c>debug:</c>, since 3.11 (util/dict_debug.c): <c>"%s:%s lookup: \"%s\" = \"%s\""</c>, <c>"%s:%s update: …"</c>,
    /// <c>"%s:%s delete: …"</c>, <c>"%s:%s sequence: …"</c>
    /// </summary>
    private static readonly Parser<string> TableAccess = Rest.Where(text =>
        text.IndexOf(':') is > 0 and var colon
        && text[..colon].All(char.IsAsciiLetterLower)
        && text.Length > colon + 1
        && text[colon + 1] != ' '
        && Accesses.Any(word => text.IndexOf(word, colon + 2, StringComparison.Ordinal) > 0));

    private static readonly Parser<string> FunctionName =
        from name in Parse.Char(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_', "the name of a function").AtLeastOnce().Text()
        where name.LastIndexOf('_') > 0 && name[0] != '_' && name.Length <= 64
        from end in Lit(": ").Or(Lit("(")).Or(Lit("[")).Or(Lit(" = ")).Then(_ => Rest)
        select name;

    /// <summary>smtpd -v.</summary>
    private static readonly Parser<string> Debug = FunctionName.Or(AnyOf(
        ">>> %s", "<<< %s", "< %s[%s", "> %s[%s", "send attr %s", "input attribute %s", "private/%s attribute: %s", "public/%s attribute: %s", "myflock(%s",
        "fsspace: %s", "process generation: %s", "connection established", "connection closed", "connect to subsystem %s", "report %s to all milters",
        "inspect content by all milters", "abort all milters", "disconnect event to all milters", "free all milters", "query milter states for other event",
        "event: SMFIC_%s; macros: %s", "reply: SMFIR_%s", "skipping event %s for milter %s", "skipping reply for event %s from milter %s",
        "send %s milters", "receive %s milters", "idle timeout -- exiting",
        "master disconnect -- exiting", "before input_transp_cleanup: %s", "after input_transp_cleanup: %s", "trying... %s", "mynetworks ~? %s",
        "relay_domains ~? %s", "rewrite stream disconnect", "proxymap stream disconnect",
        "server features: 0x%s", "Using %s PIPELINING, %s", "global TLS level: %s", "effective TLS level: %s", "begin %s address list", "end %s address list",
        "pref %s host %s", "lookup %s type %s flags %s"));

    internal static readonly Parser<Said> AboutMessage = BrokenSession.Or(TroubleWithHost)
        .Or(Housekeeping)
        .Select(_ => Said.Known)
        .Named("a line that is known about messages");

    internal static readonly Parser<Said> WithoutId = BrokenSession.Or(Tls).Or(Libraries).Or(Postscreen).Or(Everyday).Or(AboutPeer).Or(Debug).Or(TableAccess)
        .Select(_ => Said.Known).Named("a line that is known");
}
