namespace MxAudit.Mail;

/// <summary>Takes <c>name[addr]</c>, <c>name[addr]:port</c> and postscreen's <c>[addr]:port</c> apart.</summary>
public static class ClientText
{
    /// <summary>Between the last pair of brackets; empty where there is none.</summary>
    public static string AddressOf(string client)
    {
        int open = client.LastIndexOf('['), close = open < 0 ? -1 : client.IndexOf(']', open);
        return close < 0 ? "" : client[(open + 1)..close];
    }

    public static string NameOf(string client)
    {
        int open = client.LastIndexOf('[');
        return open < 0 ? client : client[..open];
    }

    /// <summary>What follows the brackets, without the colon; empty where there is none.</summary>
    public static string PortOf(string client)
    {
        int close = client.LastIndexOf("]:", StringComparison.Ordinal);
        return close < 0 ? "" : client[(close + 2)..];
    }
}
