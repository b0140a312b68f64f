namespace MxAudit.Config;

/// <summary>Parts of mail addresses, as lookups want them.</summary>
internal static class Addresses
{
    /// <summary><c>user@domain</c> of <c>user+extension@domain</c>; null when there is no extension.</summary>
    internal static string? WithoutExtension(string address, string delimiters)
    {
        int at = address.LastIndexOf('@');
        if (at < 0 || delimiters.Length == 0) return null;
        int extension = address.AsSpan(0, at).IndexOfAny(delimiters);
        return extension <= 0 ? null : address[..extension] + address[at..];
    }

    internal static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].TrimEnd('.').ToLowerInvariant();

    /// <summary>resolve.c RESOLVE_FLAG_ROUTED: such addresses are not relayed, so that a backup MX is no way around the primary.</summary>
    internal static bool IsRouted(string address)
    {
        int at = address.LastIndexOf('@');
        return at > 0 && address.AsSpan(0, at).IndexOfAny("@!%") >= 0;
    }
}
