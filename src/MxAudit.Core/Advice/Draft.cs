using MxAudit.Config;
using MxAudit.Config.Syntax;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>The configuration as it will be after the steps so far. A change makes its command; what would change nothing makes none.</summary>
/// <param name="kept">Settings that stay as they are.</param>
internal sealed class Draft(PostfixConfig config, IReadOnlySet<string> kept)
{
    private readonly Dictionary<(string Service, string Name), string?> _changed = [];

    internal const string Reload = "postfix reload";

    /// <summary>Where new tables go.</summary>
    internal string Folder => InstanceCommands.FolderOf(config);

    /// <summary>As it will be written, macros and all.</summary>
    internal string Value(string name, MasterEntry? service = null)
    {
        if (service is not null && service.Overrides.ContainsKey(name))
            return _changed.TryGetValue((service.Id, name), out string? special) ? special ?? Value(name) : config.Value(name, service);
        return _changed.TryGetValue(("", name), out string? value) ? value ?? "" : config.Value(name);
    }

    internal IReadOnlyList<string> Words(string name, MasterEntry? service = null) => WordGrammar.Read(Value(name, service));

    /// <summary>Changes settings of main.cf. A value of null takes the setting out.</summary>
    /// <returns>The command; empty when nothing changes.</returns>
    internal string Change(params (string Name, string? Value)[] settings) => Command([.. settings.Select(setting => ("", setting.Name, setting.Value))]);

    /// <summary>Changes settings as the world's smtpd services see them: in main.cf, and in master.cf where a service has its own.</summary>
    internal string ChangeForSmtpd(params (string Name, Func<MasterEntry?, string?> Edit)[] settings)
    {
        var changes = new List<(string, string, string?)>();
        foreach (var (name, edit) in settings)
        {
            var special = config.PublicSmtpdServices.Where(service => service.Overrides.ContainsKey(name)).ToArray();
            if (special.Length < config.PublicSmtpdServices.Count || special.Length == 0) changes.Add(("", name, edit(null)));
            changes.AddRange(special.Select(service => (service.Id, name, edit(service))));
        }
        return Command(changes);
    }

    /// <summary>Gives one service of master.cf a value of its own.</summary>
    internal string ForService(MasterEntry service, string name, string value) => Command([(service.Id, name, value)]);

    /// <summary>Takes settings out wherever they are written for smtpd.</summary>
    internal string Remove(params IReadOnlyList<string> names) => Command(
    [
        .. names.Where(name => config.IsExplicit(name)).Select(name => ("", name, (string?)null)),
        .. from service in config.SmtpdServices from name in names where service.Overrides.ContainsKey(name) select (service.Id, name, (string?)null),
    ]);

    private string Command(IReadOnlyList<(string Service, string Name, string? Value)> changes)
    {
        var parts = new List<string>();
        var real = changes.Where(IsChange).ToArray();
        foreach (var (service, name, value) in real) _changed[(service, name)] = value;
        if (real.Where(change => change is { Service: "", Value: null }).Select(change => change.Name).ToArray() is { Length: > 0 } removed)
            parts.Add($"postconf -X {string.Join(' ', removed)}");
        if (real.Where(change => change is { Service: "", Value: not null })
            .Select(change => ShellWord.Of($"{change.Name} = {change.Value}".TrimEnd()))
            .ToArray() is { Length: > 0 } set)
            parts.Add($"postconf -e {string.Join(' ', set)}");
        if (real.Where(change => change.Service.Length > 0 && change.Value is null)
            .Select(change => ShellWord.Of($"{change.Service}/{change.Name}"))
            .ToArray() is { Length: > 0 } less)
            parts.Add($"postconf -PX {string.Join(' ', less)}");
        if (real.Where(change => change.Service.Length > 0 && change.Value is not null)
            .Select(change => ShellWord.Of($"{change.Service}/{change.Name}={Postconf.Unspaced(change.Value!)}"))
            .ToArray() is { Length: > 0 } special)
            parts.Add($"postconf -P {string.Join(' ', special)}");
        return parts.Count == 0 ? "" : string.Join(" && ", parts.Append(Reload));
    }

    /// <summary>False too for a value that can not be said: a secret, or for master.cf a word with blanks.</summary>
    private bool IsChange((string Service, string Name, string? Value) change)
    {
        if (kept.Contains(change.Name)) return false;
        var service = config.Services.FirstOrDefault(one => one.Id == change.Service);
        if (change.Value is null)
            return _changed.TryGetValue((change.Service, change.Name), out string? now) ? now is not null : config.IsExplicit(change.Name, service);
        if (Redaction.OfValue(change.Name, change.Value) != change.Value || (service is not null && Postconf.Unspaced(change.Value).Any(char.IsWhiteSpace)))
            return false;
        return !Plain(change.Value).Equals(Plain(Value(change.Name, service)), StringComparison.Ordinal);
    }

    /// <summary>Commas and blanks count the same.</summary>
    private static string Plain(string value) => string.Join(' ', value.Split([' ', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
