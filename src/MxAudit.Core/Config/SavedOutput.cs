using MxAudit.Config.Syntax;
using MxAudit.Input;

namespace MxAudit.Config;

/// <summary>
/// What postconf printed and somebody saved: <c>-n</c>, alone or with what else was asked behind it: <c>-M</c>, <c>-P</c>, <c>-d</c>, in one file. A
/// main.cf is read the same way.
/// </summary>
internal sealed class SavedOutput
{
    /// <param name="file">As somebody named it.</param>
    internal SavedOutput(string text, string file)
    {
        string source = Path.GetFileName(file);
        if (source != ConfigSources.MainCf) text = text.TrimStart(PostfixConfig.ByteOrderMark); // of the editor that saved it: postconf prints none
        var (settings, services) = Apart(text.Split('\n'));
        var main = new MainCf(string.Join('\n', settings), source);
        if (OutputsIn(settings) is { Count: > 1 } outputs)
        {
            var best = outputs.MinBy(output => (output.Count, -output.Count(setting => setting.Value.Contains('$'))))!;
            var others = outputs.Where(output => output != best).ToList();
            if (others.All(other => IsOfTheSame(best, other)))
            {
                RefuseSeveralHosts(outputs, file);
                foreach (var (_, _, line) in others.SelectMany(output => output)) Blank(settings, line);
                main = new MainCf(string.Join('\n', settings), source);
            }
        }
        RefuseWhereNothingIsSaid(main, file);
        var master = new MasterCf(string.Join('\n', services), source);
        bool isWhole = master.Services.Any(service => service.Command is "qmgr" or "nqmgr" or "oqmgr");
        (Main, Master) = (main, isWhole ? master : null);
        Overrides = isWhole ? [] : [.. main.Overrides, .. master.Services.SelectMany(OverridesOf)];
    }

    internal MainCf Main { get; }

    /// <summary>Null where not all services are there.</summary>
    internal MasterCf? Master { get; }

    /// <summary>As <c>postconf -P</c> prints them.</summary>
    internal IReadOnlyList<Setting> Overrides { get; }

    /// <summary>Lines of main.cf and of master.cf, each where it stands.</summary>
    private static (string[] Settings, string[] Services) Apart(string[] lines)
    {
        string[] settings = [.. lines], services = [.. lines];
        bool isService = false;
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].Trimmed() is not ([not '#', ..] and var said)) continue;
            if (!TextGrammar.IsBlank(lines[at][0])) isService = MasterCfGrammar.Read(said) is { } fields && MasterCfGrammar.Types.Contains(fields.Type);
            (isService ? settings : services)[at] = "";
        }
        return (settings, services);
    }

    /// <summary>Fewer settings than any host has.</summary>
    private const int Fewest = 8;

    /// <summary>postconf sorts what it prints, and names nothing twice: where it begins anew, another output begins. Of anything else, none.</summary>
    private static List<List<(string Name, string Value, int Line)>> OutputsIn(string[] settings)
    {
        List<List<(string Name, string Value, int Line)>> outputs = [];
        string before = "";
        foreach (var line in LogicalLines.Of(string.Join('\n', settings), "", []))
        {
            if (MainCfGrammar.Read(line.Text) is not { } read || read.Name.Contains('/')) continue;
            if (outputs.Count == 0 || string.CompareOrdinal(read.Name, before) <= 0) outputs.Add([]);
            outputs[^1].Add((before = read.Name, read.Value, line.Line));
        }
        return outputs.All(output => output.Count >= Fewest) ? outputs : [];
    }

    /// <summary>Outputs of one Postfix have most names in common. Parts of a main.cf that somebody sorted by hand have none.</summary>
    private static bool IsOfTheSame(List<(string Name, string Value, int Line)> best, List<(string Name, string Value, int Line)> other)
    {
        var names = other.Select(setting => setting.Name).ToHashSet();
        return best.Count(setting => names.Contains(setting.Name)) * 2 > best.Count;
    }

    /// <exception cref="InputException">Their outputs of what is set name different hosts; a default is another thing.</exception>
    private static void RefuseSeveralHosts(List<List<(string Name, string Value, int Line)>> outputs, string file)
    {
        string[] hosts = [.. outputs.Where(output => output.Count < MostSet).SelectMany(output => output)
            .Where(setting => setting.Name == "myhostname" && !setting.Value.Contains('$')).Select(setting => setting.Value).Distinct()];
        if (hosts.Length > 1) throw new InputException($"{file}: it has the settings of several hosts ({Redaction.OfText(string.Join(", ", hosts))}). Save those of one.");
    }

    private static void Blank(string[] lines, int number)
    {
        lines[number - 1] = "";
        for (int at = number; at < lines.Length && (lines[at].Length == 0 || TextGrammar.IsBlank(lines[at][0])); at++) lines[at] = "";
    }

    /// <summary>More than anybody sets: an output with all defaults in it.</summary>
    private const int MostSet = 500;

    private static readonly string[] ByDefaultNobody = ["compatibility_level", "mydestination", "relay_domains", "relayhost", "transport_maps", "myorigin",
        "relay_recipient_maps", "smtpd_recipient_restrictions", "smtpd_relay_restrictions", "virtual_alias_maps"];

    private static readonly string[] MadeOfOthers = ["virtual_alias_domains", "virtual_mailbox_domains", "fast_flush_domains", "local_recipient_maps"];

    /// <exception cref="InputException">It is not told what this host is set to.</exception>
    private static void RefuseWhereNothingIsSaid(MainCf main, string file)
    {
        if (main.Settings.Count < MostSet) return;
        var version = PostfixVersion.Read(main.Settings.GetValueOrDefault("mail_version")?.Value ?? "") ?? PostfixVersion.Assumed;
        bool IsDefault(string name) => main.Settings.GetValueOrDefault(name)?.Value is { } value && value == ParameterDefaults.ByName[name].In(version);
        if (ByDefaultNobody.All(IsDefault))
            throw new InputException($"{file}: it has nothing but defaults, as postconf -d prints them. Save the output of postconf -n.");
        if (MadeOfOthers.All(name => main.Settings.GetValueOrDefault(name)?.Value.Contains('$') != true))
            throw new InputException(
                $"{file}: it has values with all macros replaced, as postconf -x prints them: what is set and what is a default can not be told apart. Save the output of postconf -n.");
    }

    private static IEnumerable<Setting> OverridesOf(MasterEntry service) =>
        service.Overrides.Values.Select(setting => setting with { Name = $"{service.Id}/{setting.Name}" });
}
