using System.Net;

namespace MxAudit.Config;

/// <summary>Who this host is.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>myhostname and the names that were passed in, in lower case.</summary>
    public IReadOnlyList<string> OwnNames =>
        [.. new[] { Expanded("myhostname") }.Concat(_parts.Hints.OwnNames).Where(name => name.Length > 0).Select(Plain).Distinct()];

    /// <summary>Addresses of inet_interfaces, proxy_interfaces and those that were passed in. What <c>all</c> stands for is known only to the host.</summary>
    public IReadOnlySet<IPAddress> OwnAddresses => _parts.Hints.OwnAddresses.Concat(List("inet_interfaces")).Concat(List("proxy_interfaces"))
        .Select(text => IPAddress.TryParse(text.Trim('[', ']'), out var address) ? address : null).OfType<IPAddress>().ToHashSet();

    /// <summary>Where the running Postfix logs without syslog. A device, such as the standard output of a container, can not be read again.</summary>
    public string? LogFile => IsRunning && Expanded("maillog_file").Trim() is ['/', ..] file && File.Exists(file)
        && !file.StartsWith("/dev/", StringComparison.Ordinal) ? file : null;

    /// <summary>inet_interfaces is <c>loopback-only</c>, <c>localhost</c> or an address of that kind.</summary>
    public bool ListensToItselfOnly => List("inet_interfaces") is { Count: > 0 } names
        && names.All(name => name is "loopback-only" or "localhost"
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Those that were passed in, and those that inet_interfaces lists.</summary>
    private IEnumerable<string> InterfaceAddresses => _parts.Hints.OwnAddresses.Concat(List("inet_interfaces").Select(word => word.Trim('[', ']')))
        .Where(text => IPAddress.TryParse(text, out var address) && !IPAddress.IsLoopback(address)).Distinct();

    /// <summary>mynetworks, or what mynetworks_style makes of the host: then only loopback and <see cref="InterfaceAddresses"/> are known.</summary>
    public NetworkList TrustedNetworks => TrustedNetworksOf(null);

    /// <summary>As one service sees it.</summary>
    public NetworkList TrustedNetworksOf(MasterEntry? service)
    {
        bool isWritten = IsExplicit("mynetworks", service) || _parts.Defaults.ContainsKey("mynetworks");
        return new NetworkList(this, "mynetworks", service, isWritten || (Expanded("mynetworks_style") == "host" && InterfaceAddresses.Any()));
    }

    /// <summary>What <c>postconf -m</c> told; null when nothing did.</summary>
    public IReadOnlySet<string>? TableTypesAvailable => _parts.TableTypes;

    /// <summary>The type to write in a recommended <c>type:/etc/postfix/name</c>: the one in use here, else the best that is known to be there.</summary>
    public string TableTypeForFixes => field ??= FindTableType();

    private string FindTableType()
    {
        string[] indexed = ["lmdb", "hash", "cdb", "btree", "dbm"];
        bool IsThere(string type) => TableTypesAvailable?.Contains(type) ?? true;
        var used = Settings.SelectMany(setting => indexed.Where(type => setting.Value.Contains($"{type}:/", StringComparison.Ordinal)))
            .GroupBy(type => type).OrderByDescending(group => group.Count()).Select(group => group.Key).FirstOrDefault(IsThere);
        if (used is not null) return used;
        if (TableTypesAvailable is not null) return indexed.FirstOrDefault(IsThere) ?? "texthash";
        return IsExplicit("default_database_type") ? Expanded("default_database_type") : Version >= new PostfixVersion(3, 11) ? "lmdb" : "hash";
    }
}
