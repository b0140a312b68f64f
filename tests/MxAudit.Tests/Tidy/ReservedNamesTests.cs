using System.Net;
using System.Text.RegularExpressions;

namespace MxAudit.Tests.Tidy;

/// <summary>Samples name nobody: only names and addresses that are reserved for documentation (RFC 2606, 5737, 3849) or private.</summary>
public partial class ReservedNamesTests
{
    private static readonly IPNetwork[] Reserved =
        [.. new[] { "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32", "::1/128" }.Select(IPNetwork.Parse)];

    /// <summary>Where the makers of the software say who they are; IANA keeps example.edu.</summary>
    private static readonly string[] Allowed = ["www.postfix.org", "www.rsyslog.com", "example.edu", "localhost.localdomain"];

    public static TheoryData<string> Samples => [.. SourceTree.TextFiles.Where(file => file.StartsWith("sample-logs/", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_has_only_reserved_addresses(string file)
    {
        string text = File.ReadAllText(Golden.PathOf(file));
        var addresses = V4().Matches(text).Concat(V6().Matches(text)).Select(match => match.Value).Distinct().Select(IPAddress.Parse);
        Assert.DoesNotContain(addresses, address => !Reserved.Any(network => network.Contains(address)));
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_has_only_reserved_names(string file)
    {
        string text = File.ReadAllText(Golden.PathOf(file));
        var names = Name()
            .Matches(text)
            .Select(match => match.Value.ToLowerInvariant())
            .Distinct()
            .Where(name => HasTopLevel(name) && !FileName().IsMatch(name));
        Assert.DoesNotContain(names, name => !Allowed.Contains(name) && !IsReserved(name));
    }

    private static bool IsReserved(string name) =>
        name.Split('.') is var labels
        && (labels[^1] is "example" or "invalid" or "test" or "localhost" || (labels[^2] == "example" && labels[^1] is "com" or "net" or "org"));

    /// <summary>A name as DNS has it, not the name of a file and not a number with dots.</summary>
    private static bool HasTopLevel(string name) =>
        TopLevel().IsMatch(name[(name.LastIndexOf('.') + 1)..]) && !name.All(c => char.IsAsciiHexDigit(c) || c == '.');

    [GeneratedRegex(@"(?<![\w.])\d{1,3}(\.\d{1,3}){3}(?![\w.]*\d)")]
    private static partial Regex V4();

    [GeneratedRegex(@"(?<=\[(IPv6:)?)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(?=\])", RegexOptions.IgnoreCase)]
    private static partial Regex V6();

    [GeneratedRegex(@"(?<![\w.-])[a-z0-9_-]+(\.[a-z0-9_-]+)+(?![\w-])", RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(@"\.(cf|md|py|sh|pl|db)$")]
    private static partial Regex FileName();

    [GeneratedRegex("^(com|net|org|edu|gov|mil|int|info|biz|io|eu|[a-z]{2}|example|invalid|test)$")]
    private static partial Regex TopLevel();
}
