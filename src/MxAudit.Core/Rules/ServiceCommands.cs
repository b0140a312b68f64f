using System.Text.RegularExpressions;
using MxAudit.Config;

namespace MxAudit.Rules;

/// <summary>Commands for a host with settings of its own in master.cf: what main.cf says of them has no effect on that service.</summary>
internal static partial class ServiceCommands
{
    public static Fix ForServices(this Fix fix, PostfixConfig? config) =>
        config is null || fix.Command.Contains('#') ? fix : fix with { Command = Everywhere(fix.Command, config) };

    private static string Everywhere(string command, PostfixConfig config) => Removal().Replace(Change().Replace(command, change =>
    {
        var names = change.Groups["name"].Captures;
        var values = change.Groups["value"].Captures;
        string[] special =
        [
            .. from at in Enumerable.Range(0, names.Count)
               let name = names[at].Value
               let value = Postconf.Unspaced(values[at].Value)
               where !value.Any(char.IsWhiteSpace)
               from service in ServicesWith(config, command, name)
               where Postconf.Unspaced(config.Value(name, service)) != value
               select ShellWord.Quoted($"{service.Id}/{name}={value}"),
        ];
        return special.Length == 0 ? change.Value : $"{change.Value} && postconf -P {string.Join(' ', special)}";
    }), removal =>
    {
        string[] names = [.. removal.Groups["name"].Captures.Select(name => name.Value)];
        string[] special = [.. from name in names from service in ServicesWith(config, command, name) select ShellWord.Quoted($"{service.Id}/{name}")];
        return special.Length == 0 ? removal.Value
            : string.Join(" && ", [.. names.Any(name => config.IsExplicit(name)) ? new[] { removal.Value } : [], $"postconf -PX {string.Join(' ', special)}"]);
    });

    /// <summary>
    /// Those for the world, and for what delivery reads all. Who may relay or is trusted each rule says for the service that it is about, and a list
    /// of users that a service has is left to it.
    /// </summary>
    private static IEnumerable<MasterEntry> ServicesWith(PostfixConfig config, string command, string name) =>
        name.EndsWith("_restrictions", StringComparison.Ordinal) || name == "mynetworks" ? []
            : (name == "soft_bounce" || name.StartsWith("smtp_", StringComparison.Ordinal) ? config.Services : config.PublicSmtpdServices)
                .Where(service => service.Overrides.ContainsKey(name) && (!IsListOfUsers(name) || config.IsEmpty(name, service))
                    && !command.Contains($"{service.Id}/{name}", StringComparison.Ordinal));

    private static bool IsListOfUsers(string name) => name.EndsWith("_recipient_maps", StringComparison.Ordinal) || name == "virtual_mailbox_maps";

    [GeneratedRegex(@"(?<![\w./-])postconf -e(?: '(?<name>[a-z0-9_]+) =(?<value>[^']*)')+", RegexOptions.CultureInvariant)]
    private static partial Regex Change();

    [GeneratedRegex(@"(?<![\w./-])postconf -X(?: (?<name>[a-z0-9_]+))+", RegexOptions.CultureInvariant)]
    private static partial Regex Removal();
}
