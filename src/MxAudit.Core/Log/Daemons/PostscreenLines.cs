namespace MxAudit.Log.Daemons;

/// <summary>postscreen's words about clients that it has not handed to smtpd yet. On a host that has it they are a quarter of all lines.</summary>
internal static class PostscreenLines
{
    /// <summary>Known, of no consequence, and so frequent that they must not be looked up in the list of all such lines.</summary>
    public static bool IsFrequent(ReadOnlySpan<byte> message) =>
        !message.IsEmpty && message[0] switch
        {
            (byte)'C' => message.StartsWith("CONNECT from ["u8),
            (byte)'P' => message.StartsWith("PASS OLD ["u8) || message.StartsWith("PASS NEW ["u8),
            (byte)'D' => message.StartsWith("DISCONNECT ["u8),
            _ => false,
        };
}
