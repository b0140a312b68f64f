using MxAudit.Config.Syntax;

namespace MxAudit.Config;

/// <summary>A master.cf or a saved <c>postconf -M</c>, as written. The same service again replaces the earlier entry.</summary>
internal sealed class MasterCf
{
    private readonly Dictionary<string, MasterEntry> _services = new(StringComparer.Ordinal);

    internal MasterCf(string text, string source)
    {
        foreach (var line in LogicalLines.Of(text, source, Remarks)) Add(line, new Place(source, line.Line));
        LookForCommentedServices(text, source);
    }

    internal IReadOnlyCollection<MasterEntry> Services => _services.Values;
    internal List<ConfigRemark> Remarks { get; } = [];

    private void Add(LogicalLine line, Place place)
    {
        if (MasterCfGrammar.Read(line.Text) is not { } fields || !MasterCfGrammar.Types.Contains(fields.Type))
        {
            Remarks.Add(new ConfigRemark(ConfigRemarkKind.BadService, line.Text.Split(' ', '\t')[0],
                "This is not a service with its eight fields: master does not start.", place));
            return;
        }
        var overrides = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach (var (name, value) in MasterCfGrammar.Overrides(fields.Arguments)) overrides[name] = new Setting(name, value, place);
        var service = new MasterEntry(fields.Name, fields.Type, fields.Command, overrides, place);
        if (_services.TryGetValue(service.Id, out var earlier))
            Remarks.Add(new ConfigRemark(ConfigRemarkKind.OverridesEarlier, service.Id,
                $"The service {service.Id} is in line {earlier.Place.Line} already: the last one wins.", place));
        _services[service.Id] = service;
    }

    /// <summary>
    /// In the stock file the options of commented services are comments too. Taking the sign from an option alone gives it to the active service above.
    /// </summary>
    private void LookForCommentedServices(string text, string source)
    {
        string? commented = null, active = null;
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0) continue;
            if (line[0] == '#') commented = MasterCfGrammar.ReadCommented(line) ?? commented;
            else if (!TextGrammar.IsBlank(line[0])) (active, commented) = (line.Split(' ', '\t')[0], null);
            else if (commented is not null && active is not null && line.TrimStart().StartsWith("-o", StringComparison.Ordinal))
            {
                Remarks.Add(new ConfigRemark(ConfigRemarkKind.OptionsOfCommentedService, active,
                    $"This option looks like one of the commented service {commented}, and belongs to {active}: comments in between do not count.",
                    new Place(source, number)));
                commented = null;
            }
        }
    }
}
