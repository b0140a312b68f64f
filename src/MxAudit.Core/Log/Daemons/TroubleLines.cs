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
        foreach (var beginning in Beginnings)
            if (text.StartsWith(beginning.Span)) return MessageReader.Understood(ref happened);
        return false;
    }

    private static readonly ReadOnlyMemory<byte>[] Beginnings = Make(
        "host ", "conversation with ", "lost connection ", "timeout ", "too many errors ", "connect to ", "enabling PIX ", "Cannot start TLS", "TLS is required",
        "Server certificate not ", "SASL authentication ", "Host or domain name not found", "unable to ", "unable to look up ", "non-", "breaking up ", "skipped, still being delivered",
        "status=deferred (bounce failed)", "abort: TLS from ", "client TLS ", "replacing command ", "discarding EHLO keywords", "mapping DSN status ", "milter ", "no ",
        "not sending trace/success notification", "size limit ", "message size ", "Domain ", "DNSSEC ", "server unavailable ", "certificate ", "mail transport unavailable",
        "command time limit exceeded", "dnssec ", "bad ", "address ", "protocol error", "network biopair", "daemon panic", "server dropped connection", "read timeout", "write timeout",
        "improper command pipelining", "BDAT ", "queue file ", "uncached ", "sender address ");

    private static ReadOnlyMemory<byte>[] Make(params string[] texts) => [.. texts.Select(text => new ReadOnlyMemory<byte>(System.Text.Encoding.ASCII.GetBytes(text)))];
}
