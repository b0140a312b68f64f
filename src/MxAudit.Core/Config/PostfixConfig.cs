using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>
/// A configuration as Postfix would understand it: what is set, what holds otherwise, and what follows for a domain, a recipient, a client.
/// Three-valued where a table can not be read: unknown is never absent.
/// </summary>
public sealed partial class PostfixConfig
{
    private readonly ConfigParts _parts;
    private readonly TableShelf _shelf;
    private readonly List<ConfigRemark> _noticed = [];
    private readonly Dictionary<(string? Service, string Name), string> _expanded = [];

    internal PostfixConfig(ConfigParts parts)
    {
        _parts = parts;
        _shelf = new TableShelf(parts.Files, () => List("alias_maps").Concat(List("alias_database")));
        var services = parts.Master is null ? StockServices.Of(parts.Overrides) : [.. parts.Master.Services];
        Services = parts.Main.Settings.ContainsKey("master_service_disable") ? [.. services.Where(service => !IsDisabled(service))] : services;
        VersionAssumed = VersionFound() is null;
        Version = VersionFound() ?? PostfixVersion.Assumed;
    }

    /// <summary>A configuration that is at hand as text: of a test, of a rule's example.</summary>
    /// <param name="tables">By base name, such as <c>transport</c>.</param>
    public static PostfixConfig OfText(string mainCf, string? masterCf = null, IReadOnlyDictionary<string, string>? tables = null, ConfigHints? hints = null) =>
        new(new ConfigParts
        {
            Source = "main.cf",
            Main = new MainCf(mainCf, "main.cf"),
            Master = masterCf is null ? null : new MasterCf(masterCf, "master.cf"),
            Files = new ConfigTexts(tables ?? new Dictionary<string, string>()),
            Hints = hints ?? new ConfigHints(),
        });

    /// <summary>What was read: a directory, a file, <c>postconf</c>.</summary>
    public string Source => _parts.Source;

    /// <summary>Where one would look for what no line sets: of a directory, its main.cf.</summary>
    public string SourceOfDefaults => _parts.MainFile ?? _parts.Source;

    /// <summary>Where an editor finds a file that a <see cref="Place"/> names: <c>main.cf</c> is short for that of the directory.</summary>
    public string PathOf(string source) =>
        _parts.Folder is { } folder and not "." && Path.Combine(folder, source) is var path && File.Exists(path) ? path : source;

    public PostfixVersion Version { get; }

    /// <summary>Nothing told the release; defaults are those of a recent one.</summary>
    public bool VersionAssumed { get; }

    /// <summary>Every explicit setting of main.cf, the last one of each name.</summary>
    public IEnumerable<Setting> Settings => _parts.Main.Settings.Values;

    /// <summary>Of master.cf, but for what master_service_disable turns off; without one, the services of the stock file.</summary>
    public IReadOnlyList<MasterEntry> Services { get; }

    /// <summary>
    /// match_service.c: <c>inet</c>, <c>smtp/inet</c>, <c>!smtp/inet</c>, and <c>smtp.inet</c> as once; the first that fits decides. A new instance has
    /// <c>inet</c> there.
    /// </summary>
    private bool IsDisabled(MasterEntry service)
    {
        string? fits = List("master_service_disable").FirstOrDefault(word => word.TrimStart('!') is var named
            && (IsSame(named, service.Type) || IsSame(named, service.Id) || IsSame(named, $"{service.Name}.{service.Type}")));
        return fits is not null && (fits.Length - fits.TrimStart('!').Length) % 2 == 0;

        static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
    }

    public bool MasterIsKnown => _parts.Master is not null;

    /// <summary>What was noticed so far; asking for more values may add to it.</summary>
    public IReadOnlyList<ConfigRemark> Remarks =>
        [.. _parts.Main.Remarks, .. _parts.Master?.Remarks ?? [], .. _parts.Remarks, .. _noticed, .. _shelf.Opened.SelectMany(table => table.Remarks)];

    /// <summary>As it is written, or the default expression; empty for a name that nobody knows.</summary>
    public string Value(string name, MasterEntry? service = null) => SettingOf(name, service)?.Value ?? DefaultOf(name) ?? "";

    /// <summary>With all macros replaced; empty, and a remark, where that is impossible.</summary>
    public string Expanded(string name) => ExpandedFor(null, name);

    /// <summary>Nothing is left of it when macros are replaced.</summary>
    public bool IsEmpty(string name, MasterEntry? service = null) => ExpandedFor(service, name).Trimmed().Length == 0;

    /// <summary>As a service sees it: with its <c>-o</c> settings, also where other values refer to them.</summary>
    public string ExpandedFor(MasterEntry? service, string name)
    {
        if (_expanded.TryGetValue((service?.Id, name), out string? known)) return known;
        return _expanded[(service?.Id, name)] = Expand(Value(name, service), name, service);
    }

    public bool IsExplicit(string name, MasterEntry? service = null) => SettingOf(name, service) is not null;

    /// <summary>Where it is set; null for a default.</summary>
    public Place? PlaceOf(string name, MasterEntry? service = null) => SettingOf(name, service)?.Place;

    /// <summary><c>name = value</c> or <c>name is empty</c>, as evidence; secrets are not in it.</summary>
    public string Shown(string name, MasterEntry? service = null) =>
        Redaction.OfValue(name, Value(name, service)) is { Length: > 0 } value ? $"{name} = {value}" : $"{name} is empty";

    internal bool IsRunning => _parts.Files.IsRunning;

    /// <summary>The directory of an instance that has no name; null where programs find it by themselves.</summary>
    internal string? NamelessFolder => _parts.MainFile is not null && RunningFolder is { } folder && !ConfigFolder.IsUsual(folder)
        && IsEmpty("multi_instance_name") ? folder : null;

    /// <summary>The directory that the running Postfix reads, whatever a main.cf that was copied there says of config_directory.</summary>
    internal string? RunningFolder => IsRunning && _parts.Folder is { } folder ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : null;

    internal ConfigFiles Files => _parts.Files;

    internal void Notice(ConfigRemark remark)
    {
        if (!_noticed.Contains(remark)) _noticed.Add(remark);
    }

    private bool HasReader(string name) => ParameterNames.IsKnown(name) || List("smtpd_restriction_classes").Contains(name);

    /// <summary>The same of a parameter that a service may have set for itself: what is wrong in main.cf is no fault of the service.</summary>
    private void NoticeAt(MasterEntry? service, string name, ConfigRemark remark)
    {
        var own = service?.Overrides.ContainsKey(name) == true ? service : null;
        Notice(remark with { Service = own, IsOfInnerService = IsInner(own) });
    }

    private Setting? SettingOf(string name, MasterEntry? service)
    {
        if (service is not null && service.Overrides.TryGetValue(name, out var special)) return special;
        return _parts.Main.Settings.GetValueOrDefault(name);
    }

    /// <summary>
    /// Postfix takes these as they are and expands them, if at all, for each reply or delivery: what stands there
    /// is no macro of the configuration (CONFIG_RAW_TABLE).
    /// </summary>
    private static readonly HashSet<string> Raw =
    [
        "default_rbl_reply", "command_execution_directory", "forward_path", "luser_relay", "mailbox_command", "postscreen_expansion_filter",
        "postscreen_reject_footer", "smtpd_expansion_filter", "smtpd_reject_footer",
    ];

    private string Expand(string value, string name, MasterEntry? service)
    {
        if (!value.Contains('$') || Raw.Contains(name)) return value;
        var expansion = new MacroExpansion(inner => ValueIn(inner, service));
        try { return expansion.Expand(value); }
        catch (MacroException failure)
        {
            string faulty = expansion.StoppedIn ?? name;
            if (IsExplicit(name, service)) // else what its default refers to is complained of
                NoticeAt(service, faulty, new ConfigRemark(ConfigRemarkKind.BadMacro, name,
                    $"{name} can not be expanded: {(faulty == name ? "" : $"in {faulty}, ")}{failure.Message}.{(LoneDollar().IsMatch(Value(faulty, service)) ? " A '$' that begins no macro is written '$$'." : "")}",
                    PlaceOf(faulty, service)) { ToCorrect = faulty });
            return "";
        }
    }

    private string ValueIn(string name, MasterEntry? service) => name switch
    {
        "service_name" when service is not null => service.Name,
        "process_name" when service is not null => service.Command,
        _ => Value(name, service),
    };

    private PostfixVersion? VersionFound() =>
        _parts.Hints.Version ?? (_parts.Main.Settings.GetValueOrDefault("mail_version") is { } said ? PostfixVersion.Read(said.Value) : VersionInPaths());

    /// <summary>Red Hat's main.cf says <c>readme_directory = /usr/share/doc/postfix-2.10.1/README_FILES</c>. One that has levels was upgraded since.</summary>
    private PostfixVersion? VersionInPaths()
    {
        if (_parts.Main.Settings.ContainsKey("compatibility_level")) return null;
        foreach (string name in new[] { "readme_directory", "sample_directory", "html_directory" })
            if (_parts.Main.Settings.GetValueOrDefault(name)?.Value.Split("/postfix-") is [_, var behind, ..]
                && PostfixVersion.Read(behind.Split('/')[0]) is { } version)
                return version;
        return null;
    }

    /// <summary>The same, where the log told which release runs and nothing else did.</summary>
    internal PostfixConfig OfRelease(PostfixVersion? told) =>
        told is null || !VersionAssumed ? this : new(_parts with { Hints = _parts.Hints with { Version = told } });
}

/// <summary>What the user or other evidence tells about the host.</summary>
public sealed record ConfigHints
{
    public PostfixVersion? Version { get; init; }
    public IReadOnlyList<string> OwnNames { get; init; } = [];
    public IReadOnlyList<string> OwnAddresses { get; init; } = [];
}

/// <summary>What a configuration is made of.</summary>
internal sealed record ConfigParts
{
    internal required string Source { get; init; }
    internal required MainCf Main { get; init; }

    /// <summary>The file of these settings, where the source has several; else null.</summary>
    internal string? MainFile { get; init; }

    /// <summary>Where its files are, as somebody named it; null where there are none.</summary>
    internal string? Folder { get; init; }
    internal MasterCf? Master { get; init; }
    internal required ConfigFiles Files { get; init; }
    internal ConfigHints Hints { get; init; } = new();

    /// <summary><c>postconf -d</c> of the running Postfix: it knows its own defaults best.</summary>
    internal IReadOnlyDictionary<string, Setting> Defaults { get; init; } = new Dictionary<string, Setting>();

    /// <summary><c>service/type/parameter</c>, from <c>postconf -P</c>, where there is no master.cf.</summary>
    internal IReadOnlyList<Setting> Overrides { get; init; } = [];

    /// <summary><c>postconf -m</c>; null: not known.</summary>
    internal IReadOnlySet<string>? TableTypes { get; init; }
    internal IReadOnlyList<ConfigRemark> Remarks { get; init; } = [];
}
