using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MxAudit.Tables;

/// <summary>
/// Other names for addresses, hosts and networks, wherever they stand in a text: the same name has the same pseudonym as long as the key is the same, and
/// a name within a domain stays within its pseudonym. What looks like a host and is none is replaced too: too much is better than too little.
/// </summary>
/// <param name="kept">Domains that stay as they are, with all below them.</param>
/// <param name="ownHosts">Names without a dot that would not be known for names: <c>mx2</c>.</param>
public sealed partial class Pseudonyms(ReadOnlySpan<byte> key, IEnumerable<string> kept, IEnumerable<string> ownHosts)
{
    private readonly KeyedHash _hash = new(key);
    private readonly string[] _kept = [.. kept.Select(domain => domain.TrimStart('.').ToLowerInvariant())];
    private readonly Regex? _ownHosts = RegexOf([.. ownHosts.Where(host => host.Length > 0 && !host.Contains('.') && !Words.Contains(host)).Distinct()]);

    private const string UserAttribute = "sasl_username=";

    /// <summary>Local parts that everybody has, and that tell what a message is.</summary>
    private static readonly HashSet<string> Roles = new(StringComparer.OrdinalIgnoreCase) { "postmaster", "mailer-daemon", "double-bounce", "abuse", "root" };

    /// <summary>Hosts are called so, and it tells nobody which; they are words of reports and of the log, too.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "localhost",
        "mail",
        "smtp",
        "relay",
        "mx",
        "mta",
        "postfix",
        "backup",
        "queue",
        "log",
        "dns",
        "config",
        "host",
        "local",
    };

    /// <summary>They end like a host and are none, or they are where the manuals lie.</summary>
    private static readonly HashSet<string> NoHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        "main.cf",
        "master.cf",
        "dynamicmaps.cf",
        "mxaudit.check",
        "localhost.localdomain",
        "www.postfix.org",
        "www.rfc-editor.org",
    };

    /// <summary>Endings of files that are no top-level domains.</summary>
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        "log", "json", "ndjson", "txt", "html", "csv", "gz", "xz", "zst", "bz2", "conf", "db", "lmdb", "cdb", "pcre",
        "regexp", "lock", "sock", "pem", "service",
    };

    /// <summary>One line, or any text.</summary>
    public string InText(string text)
    {
        text = Names().Replace(text, match =>
            match.Groups["address"] is { Success: true } ? $"{LocalPart(match.Groups["local"].Value)}@{InDomain(match.Groups["domain"].Value)}"
            : match.Groups["quoted"] is { Success: true }
                ? $"{match.Groups["open"].Value}{Name('u', match.Groups["inner"].Value)}{match.Groups["close"].Value}@{InDomain(match.Groups["quotedDomain"].Value)}"
            : match.Groups["alone"] is { Success: true } ? Word(match.Value)
            : match.Groups["ip"] is { Success: true } ? Address(match.Value)
            : Host(match.Value));
        return _ownHosts?.Replace(text, match => Name('h', match.Value)) ?? text;
    }

    /// <summary>A text that is a name as a whole: a column of names, where a word needs no dot to be one.</summary>
    public string OfName(string name) => InText(name) is var told && told != name ? told : Word(name);

    private string Word(string name) => IsKnownToAll(name) ? name : IsIp(name) ? Address(name) : name.Contains('.') ? Host(name) : Name('n', name);

    private static bool IsKnownToAll(string name) => name.Length == 0 || name is "<>" or "localhost" or "unknown" || Roles.Contains(name);

    private static bool IsIp(string name) => IPAddress.TryParse(name, out _) && (name.Contains(':') || name.All(c => char.IsAsciiDigit(c) || c == '.'));

    /// <summary><c>sasl_username=alice</c>: the first part is the log's word, not the stranger's.</summary>
    private string LocalPart(string local)
    {
        if (local.StartsWith(UserAttribute, StringComparison.Ordinal)) return UserAttribute + LocalPart(local[UserAttribute.Length..]);
        return Roles.Contains(local) ? local : Name('u', local);
    }

    private string InDomain(string domain)
    {
        if (domain.StartsWith('[')) return InText(domain);
        return domain.Contains('.') ? Host(domain) : domain is "localhost" ? domain : Name('h', domain);
    }

    /// <summary>The last two labels are taken for the domain; each label before them has a name of its own.</summary>
    private string Host(string host)
    {
        string plain = host.TrimEnd('.');
        if (IsKept(plain) || NoHosts.Contains(plain)) return host;
        string[] labels = plain.Split('.');
        if (Endings.Contains(labels[^1])) return
            $"{(labels.Length > 2 && labels[^2].Any(char.IsLetter) ? Host(plain[..plain.LastIndexOf('.')]) : plain[..plain.LastIndexOf('.')])}.{labels[^1]}";
        string domain = string.Join('.', labels[^Math.Min(2, labels.Length)..]);
        var told = new List<string>();
        for (int i = 0; i < labels.Length - 2; i++) told.Add(Name('h', string.Join('.', labels[i..])));
        return $"{string.Join('.', [.. told, Name('d', domain), "example"])}{host[plain.Length..]}";
    }

    private bool IsKept(string host) =>
        _kept.Any(domain => host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));

    /// <summary>IPv4 in 240.0.0.0/4 and IPv6 in 2001:db8::/32, where nobody is. Neighbours in a /24 or /64 stay neighbours.</summary>
    private string Address(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return text;
        if (address.IsIPv4MappedToIPv6) return $"::ffff:{Address(address.MapToIPv4().ToString())}";
        byte[] bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            ulong network = _hash.Of(bytes.AsSpan(0, 3)), host = _hash.Of(bytes);
            return $"{240 + (network & 15)}.{(network >> 8) & 255}.{(network >> 16) & 255}.{host & 255}";
        }
        ulong prefix = _hash.Of(bytes.AsSpan(0, 8)), rest = _hash.Of(bytes);
        return $"2001:db8:{prefix & 0xffff:x}:{(prefix >> 16) & 0xffff:x}:{rest & 0xffff:x}:{(rest >> 16) & 0xffff:x}:{(rest >> 32) & 0xffff:x}:{rest >> 48:x}";
    }

    private string Name(char kind, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{_hash.Of(name.ToLowerInvariant()) & 0xff_ffff_ffff:x10}");

    private static Regex? RegexOf(string[] names) => names.Length == 0 ? null
        : new Regex($@"(?<![\w.@-])(?:{string.Join('|', names.Select(Regex.Escape))})(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>
    /// Addresses first, since a host is part of them; a table's <c>@example.com</c> is a host; names that only their place tells (<c>helo=&lt;…&gt;</c>,
    /// <c>desk7[192.0.2.7]</c>); networks; hosts.
    /// </summary>
    [GeneratedRegex("""
        (?<quoted>(?<open>\\?"|&quot;)(?<inner>[^"<>]{1,256}?)(?<close>\\?"|&quot;)@(?<quotedDomain>\[[^\]\s]{1,80}\]|[\p{L}\p{N}._-]+))
        |(?<address>(?<local>(?!'@)[^\s<>()\[\],;:"\\@]{1,256})@(?<domain>\[[^\]\s]{1,80}\]|[\p{L}\p{N}._-]+))
        |(?<alone>(?<=\b(?:helo|from|to|orig_to)=(?:<|&lt;))[^<>&@]{1,256}(?=>|&gt;)|(?<=\bsasl_username=)[^\s,@]{1,256}|(?<![\w.@-])[\w-]{1,63}(?=\[(?:\d{1,3}\.){3}\d{1,3}\]|\[[0-9a-f]{0,4}:[0-9a-f:.]{1,40}\])|(?<=\bheader\ [\w-]{1,40}:\ )[^@]{1,512}?(?=\ from\ \S+\[|;\ from=<))
        |(?<ip>(?:(?<=IPv6:)|(?<![\w:.]))(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:])|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d))
        |(?<host>(?<![\p{L}\p{N}_-])(?<![^\s<>()\[\],;:"\\@']@)(?<![\p{L}\p{N}_-]\.)(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?\.)+\p{L}[\p{L}\p{N}-]*[\p{L}\p{N}](?![\p{L}\p{N}_-]))
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Names();
}
