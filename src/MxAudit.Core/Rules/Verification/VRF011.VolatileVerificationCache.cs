using MxAudit.Config;
using MxAudit.Config.Tables;

namespace MxAudit.Rules.Verification;

public sealed class VolatileVerificationCache : Rule
{
    private static readonly string[] VolatileFolders = ["/tmp/", "/run/", "/var/run/", "/dev/shm/", "/var/lock/"];

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF011",
        Name = "volatile-verification-cache",
        Title = "The verification cache does not survive a restart",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        Why = """
            Which recipients are good is remembered in this cache, and that is what lets known users through while the primary is
            down. When the cache is lost with every restart or reboot, the next outage finds it empty, and every recipient is
            answered 450. All of them are asked again, too. What is kept in memory is gone after "postfix reload" as well.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain, and address_verify_map is empty (as it is by default before
            2.7; later releases have a file by default, and an empty setting turns that off), keeps its entries in
            memory, or is a file in a directory that is emptied when the host starts (/run, /tmp, /dev/shm). A container without a
            volume for data_directory has the same fault, and no configuration shows that.
            """,
        Fix = [new("Keep the cache in Postfix's own data directory. In a container, let that be on a volume.",
            "postconf -e 'address_verify_map = btree:$data_directory/verify_cache' && postfix reload")],
        Fires = new() { Config = Example.Sound + "address_verify_map =" },
        Quiet = new() { Config = Example.Sound + "address_verify_map = proxy:btree:/var/lib/postfix/verify_cache" },
        References = ["https://www.postfix.org/postconf.5.html#address_verify_map", "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#caching"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var doors = Doors.Verifying(evidence);
        var config = evidence.Configuration;
        if (doors.Length == 0 || FaultOf(config.Expanded(Map).Trim()) is not { } fault) yield break;
        yield return Report(Map, $"The verification cache {fault}: after a restart no recipient is known.",
            Seen.Stated(Proof.FromConfig(config, Map), Doors.VerificationIn(config, doors[0])), Confidence.Proven, fixes: [FixFor(config)]);
    }

    private static string? FaultOf(string map)
    {
        map = TableShelf.WithoutWrappers(map);
        if (map.Length == 0) return "has no file and is kept in memory, which a reload empties, too";
        if (map.StartsWith("internal:", StringComparison.Ordinal)) return "is kept in memory";
        return VolatileFolders.FirstOrDefault(folder => map[(map.IndexOf(':') + 1)..].StartsWith(folder, StringComparison.Ordinal)) is { } lost
            ? $"lies in {lost}, which is emptied when the host starts" : null;
    }

    private Fix FixFor(PostfixConfig config) => Manual.Fix[0] with { Command = CommandFor(config) + " && postfix reload" };

    /// <summary>What verification needs beside it when it is switched on; null: its cache has a file that lasts.</summary>
    internal static string? CommandIfVolatile(PostfixConfig config) => IsVolatile(config) ? CommandFor(config) : null;

    internal static bool IsVolatile(PostfixConfig config) => FaultOf(config.Expanded(Map).Trim()) is not null;

    private static string CommandFor(PostfixConfig config) => Lasting(config) is { } value ? Postconf.SetOnly(Map, value) : $"postconf -X {Map}";

    /// <summary>A value that lets something be left after a restart. Null: since 2.7 the default does, unless data_directory itself is the trouble.</summary>
    internal static string? Lasting(PostfixConfig config) =>
        config.Version >= new PostfixVersion(2, 7) && config.IsExplicit(Map) && FaultOf("btree:" + config.Expanded("data_directory")) is null ? null
            : $"{(config.Version >= new PostfixVersion(3, 11) ? "$default_cache_db_type" : "btree")}:/var/lib/postfix/verify_cache";

    private const string Map = "address_verify_map";
}
