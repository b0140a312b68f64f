namespace MxAudit.Log;

/// <summary>
/// MailScanner takes mail from the hold queue and puts it back into the incoming queue under another id, behind Postfix's back. Only its own line says so:
/// <c>MailScanner[500]: Requeue: 1A2B3C4D5E.A1B2C to 1A2B3C4D6F</c>.
/// </summary>
internal static class PutBackLines
{
    public static bool IsWriter(ReadOnlySpan<byte> name) => name.SequenceEqual("MailScanner"u8);

    /// <returns>Always false: the line is not of Postfix; the event tells of the two ids all the same.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ReadOnlySpan<byte> host, Origins origins, scoped ref LogEvent happened)
    {
        var cursor = new Cursor(message);
        if (!cursor.Skip("Requeue: "u8) || !cursor.TakeUntil("."u8, out var old) || !cursor.TakeUntil(" to "u8, out _)) return false;
        if (!QueueId.TryParse(old, out var oldId) || !QueueId.TryParse(cursor.Rest, out var newId)) return false;
        (happened.Kind, happened.QueueId, happened.OtherId) = (EventKind.PutBack, newId, oldId);
        happened.Origin = origins.NumberOfHost(host);
        return false;
    }
}
