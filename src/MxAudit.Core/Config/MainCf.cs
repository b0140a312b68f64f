using MxAudit.Config.Syntax;

namespace MxAudit.Config;

/// <summary>A main.cf or a saved <c>postconf -n</c>, as written.</summary>
internal sealed class MainCf
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    internal MainCf(string text, string source)
    {
        foreach (var line in LogicalLines.Of(text, source, Remarks))
        {
            var place = new Place(source, line.Line);
            if (IsComplaint(line.Text)) Remarks.Add(new ConfigRemark(ConfigRemarkKind.PostconfComplaint, "postconf", Redaction.OfText(line.Text), place));
            else if (MainCfGrammar.Read(line.Text) is not { } read)
                Remarks.Add(new ConfigRemark(ConfigRemarkKind.MissingEquals, line.Text.Split(' ')[0],
                    $"'{Redaction.OfText(line.Text.Split(' ')[0])}' has no '=' behind it{(PostfixConfig.IsOddBlank(line.Text[0]) ? ", and what it begins with is no blank to Postfix" : "")}: every Postfix program ends with a fatal error.", place));
            else Set(new Setting(read.Name, read.Value, place));
        }
    }

    internal IReadOnlyDictionary<string, Setting> Settings => _settings;
    internal List<ConfigRemark> Remarks { get; } = [];

    /// <summary><c>service/type/parameter = value</c>, the lines of <c>postconf -P</c>.</summary>
    internal List<Setting> Overrides { get; } = [];

    /// <summary>Of the file that the same settings were read from by another way.</summary>
    internal void TakePlacesFrom(MainCf written)
    {
        foreach (var setting in written._settings.Values)
            if (_settings.TryGetValue(setting.Name, out var same) && same.Value == setting.Value) _settings[setting.Name] = setting;
        Remarks.AddRange(written.Remarks);
    }

    private void Set(Setting setting)
    {
        if (setting.Name.Count(c => c == '/') >= 2) { Overrides.Add(setting); return; }
        if (_settings.TryGetValue(setting.Name, out var earlier))
            Remarks.Add(earlier.Value == setting.Value
                ? new ConfigRemark(ConfigRemarkKind.RepeatsEarlier, setting.Name,
                    $"{setting.Name} was set to the same value in line {earlier.Place.Line} already.", setting.Place)
                : new ConfigRemark(ConfigRemarkKind.OverridesEarlier, setting.Name,
                    $"{setting.Name} was set in line {earlier.Place.Line} already: the last one wins.", setting.Place));
        _settings[setting.Name] = setting;
    }

    /// <summary>What postconf says on standard error, where a capture has it too: <c>postconf: warning: …</c>.</summary>
    private static bool IsComplaint(string line) =>
        line.StartsWith("postconf: ", StringComparison.Ordinal) || line.Contains("/postconf: warning: ", StringComparison.Ordinal);
}
