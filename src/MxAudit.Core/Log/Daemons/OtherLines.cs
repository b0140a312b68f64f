namespace MxAudit.Log.Daemons;

/// <summary>Lines without a queue id that are no warnings: master, postscreen, anvil, verify, TLS, the scripts. Most are known and of no consequence.</summary>
internal static class OtherLines
{
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message);
        switch (message[0])
        {
            case (byte)'u' when cursor.Skip("using backwards-compatible default setting "u8)
                || cursor.Skip("using using backwards-compatible default setting "u8): // 3.11, of smtp_tlsrpt_skip_reused_handshakes
                return ReadCompatibility(cursor.Rest, ref happened);
            case (byte)'c' when cursor.Skip("cache "u8):
                return cursor.TakeUntil(" "u8, out var map)
                    && cursor.Rest.IndexOf("cleanup: retained="u8) >= 0
                    && MessageReader.Remarked(RemarkKind.VerifyCacheCleanup, map, ref happened);
            case (byte)'a' when cursor.Skip("addr "u8):
                return ReadListed(cursor.Rest, ref happened);
            case (byte)'D' when cursor.Skip("DNSBL rank "u8):
                return ReadRank(cursor.Rest, ref happened);
            case (byte)'d' when cursor.Skip("daemon started -- "u8):
                return MessageReader.Remarked(RemarkKind.MasterStarted, Version(cursor.Rest), ref happened);
            // 1.x
            case (byte)'d' when message.SequenceEqual("daemon started"u8): return MessageReader.Remarked(RemarkKind.MasterStarted, default, ref happened);
            // before 2.5
            case (byte)'r' when cursor.Skip("reload configuration"u8): return MessageReader.Remarked(RemarkKind.MasterReloaded, default, ref happened);
            case (byte)'r' when cursor.Skip("reload -- "u8): return MessageReader.Remarked(RemarkKind.MasterReloaded, Version(cursor.Rest), ref happened);
            case (byte)'l' or (byte)'t' when SmtpdLines.TryReadUnfinished(message, ref happened): return true;
            case (byte)'t' when cursor.Skip("terminating on signal "u8): return MessageReader.Remarked(RemarkKind.MasterStopped, default, ref happened);
            case (byte)'/' when happened.Daemon is Daemon.Master or Daemon.Unknown
                && cursor.TakeUntil(": using backwards-compatible default setting "u8, out _):
                return ReadCompatibility(cursor.Rest, ref happened); // /etc/postfix/master.cf: line 11: using … setting chroot=y
            case (byte)'p' when SmtpdLines.TryReadProxyAccept(message, ref happened): return true;
            case (byte)'r' or (byte)'p' when IsReject(message): return ActionLines.TryRead(message, ref happened);
        }
        if (happened.Daemon is Daemon.Postsuper or Daemon.Unknown && PostsuperLines.TryReadTotal(message, ref happened)) return true;
        return (LineShape.AnyFits(Shapes, message) || IsAboutPeer(message) || IsDebug(message) || IsTableAccess(message))
            && MessageReader.Understood(ref happened);
    }

    /// <summary>dnsblog: <c>addr 203.0.113.44 listed by domain bl.example as 127.0.0.2</c>. Lists speak of their own trouble as 127.255.255.N.</summary>
    private static bool ReadListed(ReadOnlySpan<byte> rest, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(rest);
        if (!cursor.TakeUntil(" listed by domain "u8, out var client) || !cursor.TakeUntil(" as "u8, out var list)) return false;
        if (!cursor.Rest.StartsWith("127.255.255."u8)) return MessageReader.Understood(ref happened);
        happened.ClientName = client;
        return MessageReader.Remarked(RemarkKind.BlockListError, list, ref happened);
    }

    /// <summary>postscreen: <c>DNSBL rank 3 for [203.0.113.44]:4711</c></summary>
    private static bool ReadRank(ReadOnlySpan<byte> rest, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(rest);
        if (!cursor.TakeNumber(out long rank) || !cursor.Skip(" for "u8)) return false;
        happened.ClientName = cursor.Rest;
        return MessageReader.Remarked(RemarkKind.BlockListRank, default, ref happened, rank);
    }

    /// <summary>
    /// The other end of a connection stands first: <c>mx1.example.com[192.0.2.10]:25: re-using session …</c>; of postscreen
    /// without a name, once without the colon before the port.
    /// </summary>
    private static bool IsAboutPeer(ReadOnlySpan<byte> message)
    {
        int close = message.IndexOf((byte)']');
        if (close < 0 || message[..close].IndexOf((byte)' ') >= 0 || message[..close].IndexOf((byte)'[') < 0) return false;
        var cursor = new Cursor(message[(close + 1)..]);
        return cursor.TakeUntil(": "u8, out var port) && port.Length <= 6 && port.IndexOfAnyExceptInRange((byte)'0', (byte)':') < 0
            && LineShape.AnyFits(AboutPeer, cursor.Rest);
    }

    /// <summary>Before 2.1 without NOQUEUE; the before-queue filter's and one of postscreen's still are.</summary>
    private static bool IsReject(ReadOnlySpan<byte> message) =>
        message.StartsWith("reject: "u8) || message.StartsWith("reject_warning: "u8) || message.StartsWith("proxy-reject: "u8);

    /// <summary>The setting is named up to a blank or an equals sign; with quotes, as <c>"smtpd_relay_restrictions = (empty)"</c>, in between.</summary>
    private static bool ReadCompatibility(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (!text.IsEmpty && text[0] == '"') text = text[1..];
        int end = text.IndexOfAny((byte)' ', (byte)'=', (byte)'"');
        return MessageReader.Remarked(RemarkKind.BackwardsCompatibleDefault, end < 0 ? text : text[..end], ref happened);
    }

    private static ReadOnlySpan<byte> Version(ReadOnlySpan<byte> text)
    {
        var cursor = new Cursor(text);
        return cursor.Skip("version "u8) && cursor.TakeUntil(","u8, out var version) ? version : text;
    }

    /// <summary>
    /// What <c>smtpd -v</c> writes begins with the name of a function or a parameter: <c>smtpd_check_addr: …</c>, <c>dict_open(…</c>,
    /// <c>unverified_sender_tempfail_action = …</c>
    /// </summary>
    private static bool IsDebug(ReadOnlySpan<byte> message)
    {
        int i = 0;
        bool underscore = false;
        for (; i < message.Length && i < 64; i++)
        {
            byte b = message[i];
            if (b == '_' && i > 0) underscore = true;
            else if ((uint)(b - 'a') > 25 && (uint)(b - '0') > 9) break;
        }
        var rest = message[i..];
        return underscore && (rest.StartsWith(": "u8) || rest.StartsWith("("u8) || rest.StartsWith("["u8) || rest.StartsWith(" = "u8));
    }

    /// <summary>
    /// A table behind <c>debug:</c>, since 3.11 (util/dict_debug.c): <c>hash:/etc/postfix/x lookup: "key" = "value"</c>. The name may be long,
    /// as of <c>inline:{ key=value }</c>.
    /// </summary>
    private static bool IsTableAccess(ReadOnlySpan<byte> message)
    {
        int colon = message.IndexOf((byte)':');
        if (colon <= 0 || colon + 1 == message.Length || message[colon + 1] == ' ' || message[..colon].IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0)
            return false;
        var rest = message[(colon + 1)..];
        return rest.IndexOf(" lookup: \""u8) > 0 || rest.IndexOf(" update: \""u8) > 0 || rest.IndexOf(" delete: \""u8) > 0
            || rest.IndexOf(" sequence: "u8) > 0;
    }

    /// <summary>TLS with a log level of 2, and commands and replies that a filter changed.</summary>
    private static readonly LineShape[][] AboutPeer = LineShape.All(
        "re-using session with untrusted *", "replacing command *", "replacing server reply *", "discarding EHLO keywords: *", "subject_CN=*", "depth=*",
        "Issuing session ticket*", "Decrypting session ticket*", "save session *", "looking up session *", "reloaded session *", "remove session *",
        "Reusing old session*", "TLS cipher list *", "SNI hostname: *",
        "Trusted: subject_CN=*", "matched peername: *", "Matched *", "certificate verification depth=*", "raw public key *");

    private static readonly LineShape[][] Shapes = LineShape.All(
        // sessions of smtpd, before 3.10 without a queue id
        "lost connection after * from *", "timeout after * from *", "too many errors after * from *", "improper command pipelining after * from *",
        "bare <LF> received after * from *", "proxy-accept: *", "replacing command *", "discarding EHLO keywords: *",
        "mapping DSN status *", "client=*[*], helo=*",
        // smtp, of single addresses; TLS
        "connect to *[*", "host * offers SMTPUTF8 support, but not 8BITMIME", "ignoring DNS RR: *", "skipping SRV lookup for *: *",
        "Host offered STARTTLS: *", "setting up TLS connection *",
        "Anonymous TLS connection *", "Untrusted TLS connection *", "Trusted TLS connection *", "Verified TLS connection *", "TLS connection established *",
        "TLS handshake failed for *", "TLS SNI *", "SSL_accept*", "SSL_connect*", "certificate verification failed for *",
        "server certificate verification failed for *", "client certificate verification failed for *", "CA certificate verification failed for *",
        "SSL3 alert *", "cannot load *", "initializing the * TLS engine*", "looking for session *", "looking for plugins in *", "save session *",
        "Verified: subject_CN=*", "Unverified: subject_CN=*", "Peer certificate *", "Peer verification: *", "unable to dlopen *",
        "certificate peer name verification failed for *", "Server certificate could not be verified", "starting TLS engine", "cert has expired",
        "SMTPS wrappermode (TCP port 465) requires setting *", "CLIENT wrappermode (port smtps/465) is unimplemented",
        "instead, send to (port submission/587) with STARTTLS", "TLSRPT: status=*, domain=*", "using DANE RR: *", "open * TLS cache *",
        "read * TLS cache entry *", "write * TLS cache entry *", "delete * TLS cache entry *", "put * session id=* [data * bytes]", "lookup * session id=*",
        "delete * session id=*", "reloaded session * from * cache", "remove session * from client cache", "close * TLS cache *",
        "exiting to reopen external entropy source *", "postfix/postlog: starting the Postfix mail system",
        "verify error:num=*", "fingerprint=*", "subject=*", "issuer=*", "SSL_set_fd error *", "cannot set default OpenSSL *",
        "cannot read from entropy device *", "lost connection to EGD server *", "TLS support is not compiled in -- exiting", "read from * [*", "write to * [*",
        // libsasl, which logs under the name of the program that it serves
        "sql_select option missing", "sql plugin *", "sql plugin: *", "unable to open Berkeley db *", "sql auxprop plugin using *", "SQL engine *",
        "auxpropfunc error *", "canonuserfunc error *",
        "unable to canonify user and get auxprops", "_sasl_plugin_load failed on *", "OTP unavailable because *", "DIGEST-MD5 common mech *",
        "DIGEST-MD5 server step *", "DIGEST-MD5 client step *", "DIGEST-MD5 client mech *", "GSSAPI Error: *", "NTLM server step *", "begin transaction",
        "commit transaction", "gethostbyaddr: * != *", "gethostby*.getanswer: asked for *",
        // postscreen, dnsblog, tlsproxy
        "CONNECT from *", "CONNECT to *", "DISCONNECT *", "PASS OLD *", "PASS NEW *", "ALLOWLISTED *", "DENYLISTED *", "WHITELISTED *", "BLACKLISTED *",
        "ALLOWLIST VETO *", "WHITELIST VETO *", "PREGREET * from *", "HANGUP after * from *", "BARE NEWLINE from *",
        "NON-SMTP COMMAND from *", "COMMAND PIPELINING from *", "COMMAND TIME LIMIT from *", "COMMAND LENGTH LIMIT from *", "COMMAND COUNT LIMIT from *",
        "DATA without *", "BDAT without *", "entering STRESS mode *", "leaving STRESS mode *",
        // anvil, scache, every daemon, the scripts
        "statistics: *", "table * has changed -- restarting", "table has changed -- exiting", "lookup table has changed -- exiting",
        "table * has changed - finishing in the background", "close database *", "database *: using size limit *", "database *: pausing after MDB_READERS_FULL",
        "starting the Postfix mail system", "stopping the Postfix mail system", "refreshing the Postfix mail system", "aborting the Postfix mail system",
        "flushing the Postfix *", "waiting for the Postfix mail system to terminate", "the Postfix mail system is *", "See http* for details",
        "Postfix is * backwards-compatible default settings", "To disable backwards compatibility *", "redirecting * to *",
        "successfully executed '*' as uid *", "skipping address family *", "ignoring status update from child *", "/*/post*: warning: *",
        // smtpd -v and its kin
        ">>> *", "<<< *", "< *[*", "> *[*", "send attr *", "input attribute *", "private/* attribute: *", "public/* attribute: *", "myflock(*", "fsspace: *",
        "process generation: *", "connection established", "connection closed", "connect to subsystem *", "report * to all milters",
        "inspect content by all milters", "abort all milters", "disconnect event to all milters", "free all milters", "query milter states for other event",
        "event: SMFIC_*; macros: *", "reply: SMFIR_*", "skipping event * for milter *", "skipping reply for event * from milter *", "send * milters",
        "receive * milters", "idle timeout -- exiting", "master disconnect -- exiting",
        "before input_transp_cleanup: *", "after input_transp_cleanup: *", "trying... *", "mynetworks ~? *", "relay_domains ~? *", "rewrite stream disconnect",
        "proxymap stream disconnect",
        "server features: 0x*", "Using * PIPELINING, *", "global TLS level: *", "effective TLS level: *", "begin * address list", "end * address list",
        "pref * host *", "lookup * type * flags *");
}
