using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MxAudit.Config;

/// <summary>A next hop as smtp(8) and lmtp(8) read it: util/host_port.c, smtp/smtp_connect.c, util/valid_hostname.c.</summary>
internal static class NextHopText
{
    /// <summary>
    /// In Postfix's words why the delivery agent ends with <c>fatal: … in server description</c> instead of delivering; null when it can read
    /// the text. Of several next hops the first fault.
    /// </summary>
    internal static string? FaultOf(string nextHop, bool isLmtp) =>
        nextHop.Contains('$') || nextHop.StartsWith("unix:", StringComparison.Ordinal) ? null
            : nextHop.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(one => FaultOfOne(isLmtp && one.StartsWith("inet:", StringComparison.Ordinal) ? one["inet:".Length..] : one))
                .FirstOrDefault(fault => fault is not null);

    private static string? FaultOfOne(string text)
    {
        string host, port;
        if (text.StartsWith('['))
        {
            int close = text.IndexOf(']');
            if (close < 0) return "missing \"]\"";
            (host, port) = (text[1..close], text[(close + 1)..]);
            if (port.Length > 0 && port[0] != ':') return "garbage after \"]\"";
            port = port.TrimStart(':');
            if (host.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) host = host["IPv6:".Length..];
        }
        else (host, port) = text.LastIndexOf(':') is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, "");
        if (host.Length == 0 && !text.StartsWith('[')) return "missing host information";
        if (!IsHostName(host) && !IsAddress(host)) return "valid hostname or network address required";
        if (port.Length == 0) return null;
        // /etc/services is not at hand
        if (!char.IsAsciiDigit(port[0])) return port.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? null : "unknown service";
        if (!port.All(char.IsAsciiDigit)) return "garbage after numerical service";
        return int.TryParse(port, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535 ? null : "bad network port";
    }

    /// <summary>Labels of letters, digits, <c>-</c> and <c>_</c>, with no dot at the end, and not digits only.</summary>
    private static bool IsHostName(string text) =>
        text.Split('.')
            .All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
                && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' || letter > '\x7f'))
        && !text.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 ? text.Contains(':') : text.Split('.').Length == 4);
}
