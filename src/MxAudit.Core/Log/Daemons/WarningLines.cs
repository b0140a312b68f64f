namespace MxAudit.Log.Daemons;

/// <summary>
/// Lines with a severity: <c>warning: </c>, <c>error: </c>, <c>fatal: </c>, <c>panic: </c> (util/msg_syslog.c). All are understood; some state a fact.
/// </summary>
/// <remarks>
/// A warning may repeat what a stranger sent: <c>non-SMTP command from name[addr]: …</c>, <c>sasl_username=…</c>. It stands behind his address, so a
/// fact is read only where its words begin the line, or follow nothing that has a bracket or a blank in it, or the one word that names a table.
/// </remarks>
internal static class WarningLines
{
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message);
        if (cursor.Skip("warning: "u8) || cursor.Skip("error: "u8)) return ReadWarning(cursor.Rest, ref happened);
        return TryReadFatal(message, ref happened);
    }

    /// <summary>Of <c>fatal: </c> and <c>panic: </c> alone: behind NOQUEUE a <c>warning: </c> is what an access map did.</summary>
    public static bool TryReadFatal(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message);
        return (cursor.Skip("fatal: "u8) || cursor.Skip("panic: "u8)) && ReadFatal(cursor.Rest, ref happened);
    }

    private static bool ReadFatal(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("bad configuration: "u8)) return MessageReader.Remarked(RemarkKind.BadConfiguration, cursor.Rest, ref happened);
        if (IsAboutSpace(text)) return MessageReader.Remarked(RemarkKind.QueueSpace, default, ref happened);
        var table = text.IndexOf(": table lookup problem"u8) >= 0 ? TableInTrouble(text) : default; // before 2.9
        if (!table.IsEmpty) return MessageReader.Remarked(RemarkKind.TableTrouble, table, ref happened);
        return MessageReader.Remarked(happened.Daemon == Daemon.Smtpd ? RemarkKind.SmtpdFatal : RemarkKind.OtherFatal, text, ref happened);
    }

    private static bool ReadWarning(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        int idLength = QueueId.Read(text, out var id);
        if (idLength > 0 && text.Length > idLength + 2 && text[idLength] == ':' && text[idLength + 1] == ' ')
        {
            happened.QueueId = id;
            text = text[(idLength + 2)..];
        }
        if (idLength > 0 && text.StartsWith("queue file size limit exceeded"u8) && !happened.QueueId.IsNone)
        {
            happened.Kind = EventKind.NotTaken; // the client is answered 552
            return true;
        }
        if (text.StartsWith("hostname "u8)) return MessageReader.Understood(ref happened); // by far the most frequent
        switch (happened.Daemon)
        {
            case Daemon.Smtp or Daemon.Lmtp: if (TryReadClient(text, ref happened)) return true; break;
            case Daemon.Cleanup: if (TryReadCleanup(text, ref happened)) return true; break;
            case Daemon.Qmgr: if (TryReadQmgr(text, ref happened)) return true; break;
            case Daemon.Master: if (TryReadMaster(text, ref happened)) return true; break;
            case Daemon.Smtpd: if (TryReadSmtpd(text, ref happened)) return true; break;
            case Daemon.TrivialRewrite: if (TryReadRewrite(text, ref happened)) return true; break;
            case Daemon.Bounce: if (TryReadBounce(text, ref happened)) return true; break;
            case Daemon.Unknown:
                if (TryReadClient(text, ref happened) || TryReadCleanup(text, ref happened) || TryReadQmgr(text, ref happened)
                    || TryReadMaster(text, ref happened)
                    || TryReadSmtpd(text, ref happened) || TryReadRewrite(text, ref happened) || TryReadBounce(text, ref happened)) return true;
                break;
        }
        return ReadAny(text, ref happened);
    }

    /// <summary><c>host H[A]:25 greeted me with my own hostname N</c> and <c>replied to HELO/EHLO with my own hostname</c> (smtp_proto.c).</summary>
    private static bool TryReadClient(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("mailer loop: best MX host for "u8) && cursor.TakeUntil(" is local"u8, out var domain))
            return MessageReader.Remarked(RemarkKind.LoopsBackToMyself, domain, ref happened);
        if (!cursor.Skip("host "u8)) return false;
        int at = cursor.Rest.IndexOf(" greeted me with my own hostname"u8);
        if (at < 0) at = cursor.Rest.IndexOf(" replied to HELO/EHLO with my own hostname"u8);
        return at > 0 && MessageReader.Remarked(RemarkKind.GreetedWithOwnName, cursor.Rest[..at], ref happened);
    }

    private static bool TryReadCleanup(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        if (text.StartsWith("message rejected: hopcount exceeded"u8)) return MessageReader.Remarked(RemarkKind.HopcountExceeded, default, ref happened);
        if (text.StartsWith("verify service update error"u8)) return MessageReader.Remarked(RemarkKind.VerifyServiceTrouble, default, ref happened);
        return text.StartsWith("bounce message failure"u8) && MessageReader.Remarked(RemarkKind.NoticeFailed, default, ref happened);
    }

    private static bool TryReadQmgr(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("connect to transport "u8))
        {
            if (!cursor.TakeUntil(": "u8, out var transport)) transport = cursor.Rest;
            int slash = transport.LastIndexOf((byte)'/');
            return MessageReader.Remarked(RemarkKind.TransportMissing, transport[(slash + 1)..], ref happened);
        }
        if (cursor.Skip("mail for "u8) && cursor.TakeUntil(" is using up "u8, out var domain))
            return MessageReader.Remarked(RemarkKind.ActiveQueueClogged, domain, ref happened);
        return false;
    }

    private static bool TryReadMaster(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        int at = text.IndexOf(": bad command startup"u8);
        return at > 0 && text[0] == '/' && MessageReader.Remarked(RemarkKind.BadCommandStartup, text[..at], ref happened);
    }

    private static bool TryReadSmtpd(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("support for restriction \""u8) && cursor.TakeUntil("\""u8, out var restriction))
            return MessageReader.Remarked(RemarkKind.DeprecatedRestriction, restriction, ref happened);
        if (text.StartsWith("verify service failure"u8)) return MessageReader.Remarked(RemarkKind.VerifyServiceTrouble, default, ref happened);
        int limit = text.IndexOf(" limit exceeded: "u8);
        if (limit < 0 || text[..limit].Contains((byte)'[')) return false;
        cursor.Rest = text[(limit + " limit exceeded: ".Length)..];
        return cursor.TakeUntil(" from "u8, out _)
            && cursor.TakeUntil(" for service "u8, out var client)
            && MessageReader.Remarked(RemarkKind.ClientLimit, client, ref happened);
    }

    /// <summary><c>do not list domain D in BOTH P1 and P2</c> (trivial-rewrite/resolve.c). The domain stands first, so it can not move the rest.</summary>
    private static bool TryReadRewrite(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        return cursor.Skip("do not list domain "u8) && MessageReader.Remarked(RemarkKind.DomainInTwoClasses, cursor.Rest, ref happened);
    }

    private static bool TryReadBounce(ReadOnlySpan<byte> text, scoped ref LogEvent happened) =>
        (text.StartsWith("sender notification failed to "u8)
            || text.StartsWith("postmaster notification failed"u8)
            || text.StartsWith("undeliverable postmaster notification discarded"u8))
        && MessageReader.Remarked(RemarkKind.NoticeFailed, default, ref happened);

    /// <summary>What any daemon may warn of.</summary>
    private static bool ReadAny(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("saving corrupt file \""u8) && cursor.TakeUntil("\""u8, out var file))
            return MessageReader.Remarked(RemarkKind.CorruptQueueFile, file, ref happened);
        // conf/postfix-script
        if (cursor.Skip("damaged message: corrupt/"u8)) return MessageReader.Remarked(RemarkKind.CorruptQueueFile, cursor.Rest, ref happened);
        if ((cursor.Skip("problem talking to server "u8) || cursor.Skip("connect to Milter service "u8) || cursor.Skip("connect to proxy filter "u8))
            && cursor.TakeUntil(": "u8, out var server))
            return MessageReader.Remarked(RemarkKind.ServerSilent, server, ref happened); // util/attr_clnt.c, milter/milter8.c, smtpd/smtpd_proxy.c
        if (cursor.Skip("timeout talking to proxy "u8) || cursor.Skip("lost connection with proxy "u8))
            return MessageReader.Remarked(RemarkKind.ServerSilent, cursor.Rest, ref happened); // smtpd/smtpd_proxy.c
        bool isOfFile = text.StartsWith("/"u8); // /etc/postfix/main.cf, line 42: overriding …
        if (text.StartsWith("unknown smtpd restriction"u8)
            || (isOfFile && (text.IndexOf("overriding earlier entry"u8) >= 0 || text.IndexOf("unused parameter"u8) >= 0))
            || (text.StartsWith("restriction "u8) && text.EndsWith(" is ignored"u8)) || text.StartsWith("SMTP reply code configuration error"u8)
            || text.StartsWith("mynetworks: non-null host address bits in "u8) || text.StartsWith("mynetworks: bad mask "u8)
            || text.StartsWith("mynetworks: bad network value in "u8))
            return MessageReader.Remarked(RemarkKind.ConfigurationWarning, text, ref happened);
        var table = TableInTrouble(text);
        if (!table.IsEmpty) return MessageReader.Remarked(RemarkKind.TableTrouble, table, ref happened);
        if (IsAboutSpace(text)) return MessageReader.Remarked(RemarkKind.QueueSpace, default, ref happened);
        return MessageReader.Understood(ref happened);
    }

    /// <summary>
    /// Since 2.9 <c>hash:/etc/postfix/x is unavailable. open database …</c> and <c>hash:/etc/postfix/x lookup error for "key"</c> (util/dict_surrogate.c,
    /// dict.c); <c>relay_domains: hash:/etc/postfix/x: table lookup problem</c> (match_list.c); a parameter, where cleanup does not take mail for it:
    /// <c>header_checks map lookup problem -- message not accepted</c>; a type: <c>unsupported dictionary type: pcre</c>. Empty: no table,
    /// as of dnsblog's <c>dnsblog_query: lookup error for DNS query …</c>
    /// </summary>
    private static ReadOnlySpan<byte> TableInTrouble(ReadOnlySpan<byte> text)
    {
        int blank = text.IndexOf((byte)' '), colon = text.IndexOf((byte)':');
        if (colon > 0 && colon + 1 < blank && (text[blank..].StartsWith(" is unavailable. "u8) || text[blank..].StartsWith(" lookup error for "u8)))
            return text[..blank];
        if (text.StartsWith("open database "u8)) return UpTo(text, ": "u8);
        var cursor = new Cursor(text);
        if (cursor.Skip("unsupported dictionary type: "u8)) return UpTo(UpTo(cursor.Rest, "."u8), " "u8);
        if (cursor.Skip("table "u8) && cursor.TakeUntil(" lookup error: "u8, out var asked) && !asked.Contains((byte)' ')) return asked; // dict_sockmap.c
        if (text.StartsWith("relay_clientcerts: lookup error for "u8)) return text[.."relay_clientcerts".Length];
        int at = text.IndexOf(" map lookup problem"u8);
        var named = at < 0 ? default : NameIn(text[..at]);
        if (!named.IsEmpty) return named;
        at = text.IndexOf(": table lookup problem"u8);
        return at < 0 ? default : UpTo(NameIn(text[..at]), "("u8); // with the flags of the table behind it before 2.9: (0,lock|fold_fix)
    }

    /// <summary>
    /// <c>header_checks</c>, <c>relay_domains: hash:/etc/postfix/x</c>: the last of one or two words; of more, or with a stranger's address, none.
    /// </summary>
    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)'[')) return default;
        int colon = text.IndexOf(": "u8);
        var name = colon < 0 ? text : text[(colon + 2)..];
        return name.Contains((byte)' ') || (colon >= 0 && text[..colon].Contains((byte)' ')) ? default : name;
    }

    private static bool IsAboutSpace(ReadOnlySpan<byte> text) =>
        text.StartsWith("not enough free space in mail queue"u8)
        || (text.IndexOf("No space left on device"u8) is >= 0 and var at && !text[..at].Contains((byte)'['))
        || text.StartsWith("queue file write error"u8);

    private static ReadOnlySpan<byte> UpTo(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end)
    {
        int at = text.IndexOf(end);
        return at < 0 ? text : text[..at];
    }
}
