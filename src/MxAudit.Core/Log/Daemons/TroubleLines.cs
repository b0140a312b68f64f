namespace MxAudit.Log.Daemons;

/// <summary>What the delivery agents say of a message besides the delivery record: another MX host will be tried (smtp_trouble.c), or a detail.</summary>
internal static class TroubleLines
{
    public static bool TryRead(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip("mail for "u8) && cursor.TakeUntil(" loops back to myself"u8, out var domain))
            return MessageReader.Remarked(RemarkKind.LoopsBackToMyself, domain, ref happened);
        if (text.StartsWith("passing <"u8))
        {
            int at = text.LastIndexOf("> to transport="u8);
            return at >= 0 && MessageReader.Remarked(RemarkKind.PassedToTransport, text[(at + "> to transport="u8.Length)..], ref happened);
        }
        if (cursor.TakeUntil(" map lookup problem -- message not accepted"u8, out var table)) // cleanup_masquerade.c, without "warning: "
            return !table.Contains((byte)' ') && MessageReader.Remarked(RemarkKind.TableTrouble, table, ref happened);
        return LineShape.AnyFits(Shapes, text) && MessageReader.Understood(ref happened);
    }

    private static readonly LineShape[][] Shapes = LineShape.All(
        // smtp_trouble.c, smtp_proto.c, smtp_connect.c: this MX host did not take it
        "host * said: *", "host * refused to talk to me: *", "conversation with * timed out while *", "lost connection with * while *", "connect to *[*",
        "Cannot start TLS: *", "TLS is required, but *", "Server certificate not *", "SASL authentication failed; *", "SASL [CACHED] authentication failed; *",
        "Host or domain name not found. Name service error for *", "unable to find primary relay for *", "unable to look up host *",
        "message size * exceeds size limit *", "server unavailable or unable to receive mail", "Domain * does not accept mail (nullMX)", "enabling PIX *",
        "breaking line > *", "unable to dlopen *", "TLSA lookup error for *", "DANE TLSA lookup problem: *",
        // smtpd, since 3.10 with an id
        "lost connection after * from *", "timeout after * from *", "too many errors after * from *", "improper command pipelining after * from *",
        "bare <LF> received after * from *", "abort: TLS from *", "replacing command *", "discarding EHLO keywords: *", "mapping DSN status *",
        "proxy-accept: *", "client TLS *",
        // qmgr, bounce
        "skipped, still being delivered", "status=deferred (* failed)", "no trace file -- not sending a notification",
        "not sending trace/success notification for *");
}
