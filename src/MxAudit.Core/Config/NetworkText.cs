using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MxAudit.Mail;

namespace MxAudit.Config;

/// <summary>Networks as Postfix writes them: <c>192.0.2.0/24</c>, <c>[2001:db8::]/32</c>, <c>[::ffff:127.0.0.0]/104</c>, a single address.</summary>
internal static class NetworkText
{
    internal static IPNetwork? Read(string text)
    {
        text = text.Trim();
        string length = "";
        int slash = text.LastIndexOf('/');
        if (slash >= 0) (text, length) = (text[..slash], text[(slash + 1)..]);
        if (text.StartsWith('[') && text.EndsWith(']')) text = text[1..^1];
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) text = text[5..];
        if (!IsAddress(text) || !IPAddress.TryParse(text, out var address)) return null;
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128, prefix = bits;
        if (slash >= 0 && (!int.TryParse(length, out prefix) || prefix < 0 || prefix > bits)) return null;
        return Networks.Plain(new IPNetwork(Masked(address, prefix), prefix));
    }

    /// <summary>
    /// Why Postfix can not read what looks like a network, and then answers 451 to every client of its kind that no word before it has
    /// (util/match_ops.c, util/cidr_match.c). Null: it can, or it passes the word over, since a name may look like it.
    /// </summary>
    /// <param name="meant">The network that was meant; empty: who knows.</param>
    internal static string? Fault(string text, out string meant)
    {
        meant = "";
        if (text.AsSpan().IndexOfAny(':', '/') < 0 || !text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.' or '[' or ']' or '/')) return null;
        if (Read(text) is null) return "it is no network";
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        var (address, length) = slash < 0 ? (text, "") : (text[..slash], text[slash..]);
        var written = IPAddress.Parse(address.Trim('[', ']'));
        var right = slash < 0 ? written : Masked(written, int.Parse(length[1..], CultureInfo.InvariantCulture));
        bool isTable = written.AddressFamily == AddressFamily.InterNetworkV6 && !address.StartsWith('[');
        if (right.Equals(written) && !isTable) return null;
        meant = address.Contains(':') ? $"[{right}]{length}" : right + length;
        return isTable
            ? $"without brackets it takes it for a table: {meant} would be a network"
            : $"its address has bits behind the mask: {meant} would be a network";
    }

    /// <summary><c>10.1.2.3/8</c>, which is a network with the address of a host: cidr: tables pass the line over.</summary>
    internal static bool HasBitsBehindMask(string text) =>
        text.LastIndexOf('/') is > 0 and var slash && Read(text) is not null && int.TryParse(text[(slash + 1)..], out int prefix)
        && IPAddress.TryParse(text[..slash].Trim('[', ']'), out var address) && !Masked(address, prefix).Equals(address);

    /// <summary>.NET reads <c>1</c> and <c>10.1</c> as addresses too.</summary>
    private static bool IsAddress(string text) => text.Contains(':') || (text.Count(c => c == '.') == 3 && text.All(c => char.IsAsciiDigit(c) || c == '.'));

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}
