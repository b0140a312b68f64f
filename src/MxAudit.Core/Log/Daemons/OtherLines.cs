using System.Text;

namespace MxAudit.Log.Daemons;

/// <summary>Lines without a queue id that are no warnings: master, postscreen, anvil, verify, TLS, the scripts. Most are known and of no consequence.</summary>
internal static class OtherLines
{
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message);
        if (cursor.Skip("using backwards-compatible default setting "u8)) return ReadCompatibility(cursor.Rest, ref happened);
        if (cursor.Skip("cache "u8)) return cursor.TakeUntil(" "u8, out var map) && cursor.Rest.IndexOf(" cleanup: retained="u8) >= 0 && MessageReader.Remarked(RemarkKind.VerifyCacheCleanup, map, ref happened);
        if (cursor.Skip("daemon started -- "u8)) return MessageReader.Remarked(RemarkKind.MasterStarted, Version(cursor.Rest), ref happened);
        if (cursor.Skip("reload -- "u8)) return MessageReader.Remarked(RemarkKind.MasterReloaded, Version(cursor.Rest), ref happened);
        if (cursor.Skip("terminating on signal "u8)) return MessageReader.Remarked(RemarkKind.MasterStopped, default, ref happened);
        if (message.StartsWith("reject: connect from "u8)) return ActionLines.TryRead(message, ref happened);
        if (PostsuperLines.TryReadTotal(message, ref happened)) return true;
        foreach (var beginning in happened.Daemon == Daemon.Script ? ScriptBeginnings : Beginnings)
            if (message.StartsWith(beginning.Span)) return MessageReader.Understood(ref happened);
        return message.IndexOf(" TLS connection "u8) is > 0 and < 40 || message.StartsWith("TLS "u8) || happened.Daemon is Daemon.Script
            ? MessageReader.Understood(ref happened) : IsStatement(message) && MessageReader.Understood(ref happened);
    }

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

    private static bool IsStatement(ReadOnlySpan<byte> message) =>
        message.IndexOf(" has changed -- restarting"u8) > 0 || message.StartsWith("table "u8);

    private static readonly ReadOnlyMemory<byte>[] Beginnings = Make(
        // sessions of smtpd, before 3.10 without a queue id
        "lost connection after ", "timeout after ", "too many errors after ", "improper command pipelining after ", "lost connection ", "proxy-accept: ", "proxy-reject: ", "replacing command ",
        "setting up TLS connection ", "SSL_", "client certificate ", "certificate ", "verify error", "discarding EHLO keywords", "mapping DSN status ", "milter-reject: ", "milter ", "too many recipients ",
        // smtp, of single addresses
        "connect to ", "host ", "conversation with ", "Server certificate ", "Host offered STARTTLS", "enabling PIX ", "SASL ", "initializing the ", "looking for session ", "save session ", "< ", "> ",
        // postscreen, dnsblog, tlsproxy
        "CONNECT ", "DISCONNECT ", "PASS ", "ALLOWLISTED ", "DENYLISTED ", "WHITELISTED ", "BLACKLISTED ", "ALLOWLIST VETO ", "WHITELIST VETO ", "PREGREET ", "DNSBL rank ", "HANGUP ", "BARE NEWLINE ",
        "NON-SMTP COMMAND ", "COMMAND ", "DATA without ", "BDAT without ", "entering STRESS mode ", "leaving STRESS mode ", "addr ", "cache ", "UNFINISHED ",
        // others
        "statistics: ", "master ", "process ", "dict_", "retrying ", "using ", "warn_", "open ", "closed", "close ", "PID ", "name_mask", "auto_clnt", "rewrite_clnt", "resolve_clnt", "match_", "send attr ",
        "unix_", "private/", "public/", "input attribute ", "watchdog", "xsasl", "auth ", "generic_checks", "smtpd_", "check_", "reject_", "permit_", "maps_find", "mail_addr_", "ctable_", ">>> ", "<<< ", "been_here", "event_", "connection ", "vstream", "deliver_", "been ");

    private static readonly ReadOnlyMemory<byte>[] ScriptBeginnings = Make("starting the ", "stopping the ", "refreshing the ", "the Postfix mail system ", "waiting for ", "flushing ", "aborting ");

    private static ReadOnlyMemory<byte>[] Make(params string[] texts) => [.. texts.Select(text => new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes(text)))];
}
