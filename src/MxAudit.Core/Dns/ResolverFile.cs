using System.Net;

namespace MxAudit.Dns;

/// <summary>resolv.conf(5): whom programs of this machine ask. What its network devices tell is less: some have no state, and no servers then.</summary>
internal static class ResolverFile
{
    /// <summary>MAXNS of the C library.</summary>
    private const int Most = 3;

    /// <summary>This machine itself where the file names nobody, as the C library has it.</summary>
    internal static IReadOnlyList<IPAddress> Servers(string file = "/etc/resolv.conf")
    {
        string[] lines;
        try { lines = File.ReadAllLines(file); }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException) { lines = []; }
        var named = lines.Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(words => words is ["nameserver", var server, ..] && IPAddress.TryParse(server, out var address) ? address : null)
            .OfType<IPAddress>().Take(Most).ToArray();
        return named.Length > 0 ? named : [IPAddress.Loopback];
    }
}
