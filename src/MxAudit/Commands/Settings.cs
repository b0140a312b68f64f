using System.CommandLine;
using System.Globalization;

namespace MxAudit.Commands;

/// <summary>A value that an option has without the command line: from a file, or from an environment variable.</summary>
/// <param name="Source">File and line, or the variable.</param>
internal sealed record Setting(Option Option, IReadOnlyList<string> Values, string Source)
{
    public IEnumerable<string> Words => Values.Select(value => $"{Option.Name}={value}");
}

/// <summary>
/// What options are set to besides the command line. From weak to strong: <c>/etc/mxaudit/config.toml</c>, the user's
/// <c>mxaudit/config.toml</c>, <c>MXAUDIT_…</c> variables. The strongest wins; limits of different rules are joined.
/// </summary>
internal sealed record Settings(IReadOnlyList<Setting> Effective)
{
    /// <summary>The table with limits by rule id.</summary>
    private const string Limits = "threshold";

    /// <param name="verb">Its options are set; settings for other verbs are only checked for being options at all.</param>
    /// <exception cref="UsageException">A file that can not be read, or names what is no option: with its line.</exception>
    public static Settings Of(Command verb, Terminal terminal)
    {
        var found = FilesOf(terminal).SelectMany(file => InFile(file, verb)).Concat(InEnvironment(verb, terminal)).ToArray();
        if (found.FirstOrDefault(setting => setting.Option.ValueType == typeof(bool) && setting.Values is not ["true" or "false"]) is { } neither)
            throw new UsageException($"{neither.Source}: {neither.Option.Name[2..]} is true or false.");
        return new Settings([.. verb.Options.Where(IsSettable).SelectMany(option => Strongest([.. found.Where(setting => setting.Option == option)]))]);
    }

    /// <summary>Options that answer a question of the moment have no lasting value.</summary>
    public static bool IsSettable(Option option) => option.Name is not ("--help" or "--version" or "--dump-config");

    /// <summary><c>MXAUDIT_FAIL_ON</c> of <c>--fail-on</c>.</summary>
    public static string VariableOf(Option option) => $"MXAUDIT_{option.Name[2..].Replace('-', '_').ToUpperInvariant()}";

    /// <summary>The command line with the settings behind its verb: what it says itself wins.</summary>
    public string[] Before(string[] args, ParseResult parsed)
    {
        int verb = Array.IndexOf(args, parsed.CommandResult.Command.Name) + 1;
        return [.. args[..verb], .. Used(parsed).SelectMany(setting => setting.Words), .. args[verb..]];
    }

    /// <summary>Those that the command line leaves standing.</summary>
    public IEnumerable<Setting> Used(ParseResult parsed) =>
        Effective.Where(setting => setting.Option.Name == "--" + Limits || parsed.GetResult(setting.Option) is not { Implicit: false });

    /// <summary>Where a complaint about <c>--option value</c> comes from; null: from the command line.</summary>
    public string? SourceOf(string complaint) =>
        Effective.FirstOrDefault(setting =>
            setting.Values.Any(value => complaint.StartsWith($"{setting.Option.Name} {value}", StringComparison.Ordinal)))?.Source;

    public static IEnumerable<string> FilesOf(Terminal terminal)
    {
        if (terminal.SystemSettings.Length > 0) yield return terminal.SystemSettings;
        string? home = terminal.Environment("XDG_CONFIG_HOME") is { Length: > 0 } named ? named
            : terminal.Environment("HOME") is { Length: > 0 } own ? Path.Combine(own, ".config") : null;
        if (home is not null && Path.IsPathRooted(home)) yield return Path.Combine(home, "mxaudit", "config.toml");
    }

    private static Setting[] Strongest(Setting[] found) =>
        found.Length == 0 ? [] : found[0].Option.Name == "--" + Limits ? found : [found[^1]];

    private static IEnumerable<Setting> InFile(string file, Command verb)
    {
        if (!File.Exists(file)) yield break;
        var verbs = CommandLine.Root().Subcommands;
        foreach (var table in TomlText.Read(InputFile.Read("Settings", file), file))
        {
            var commands = verbs.Where(command => table.Name is "" or Limits || command.Name == table.Name).ToArray();
            if (commands.Length == 0)
                throw TomlText.Wrong(file, table.Line, $"there is no verb \"{table.Name}\"; tables are [{Limits}] and verbs such as [check]");
            foreach (var entry in table.Entries)
            {
                string name = table.Name == Limits ? Limits : entry.Key;
                if (!commands.Any(command => OptionOf(command, name) is not null))
                    throw TomlText.Wrong(file, entry.Line, $"there is no option \"{name}\"{(table.Name.Length > 0 ? $" of {table.Name}" : "")}");
                if (commands.All(command => command.Name != verb.Name) || OptionOf(verb, name) is not { } option) continue;
                if (!TakesSeveral(option) && entry.Values.Count != 1) throw TomlText.Wrong(file, entry.Line, $"{name} has one value");
                yield return new Setting(option, table.Name == Limits ? [.. entry.Values.Select(value => $"{entry.Key}={value}")] : entry.Values,
                    string.Create(CultureInfo.InvariantCulture, $"{file}:{entry.Line}"));
            }
        }
    }

    /// <summary>Several values of a variable are parted by commas or blanks.</summary>
    private static IEnumerable<Setting> InEnvironment(Command verb, Terminal terminal)
    {
        foreach (var option in verb.Options.Where(IsSettable))
        {
            if (terminal.Environment(VariableOf(option)) is not { Length: > 0 } value) continue;
            string flag = option.ValueType != typeof(bool) ? value : value switch { "1" => "true", "0" => "false", _ => value };
            yield return new Setting(option,
                TakesSeveral(option) ? value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [flag], VariableOf(option));
        }
    }

    private static Option? OptionOf(Command verb, string name) => verb.Options.FirstOrDefault(option => option.Name == "--" + name && IsSettable(option));

    private static bool TakesSeveral(Option option) => option.Arity.MaximumNumberOfValues > 1;
}
