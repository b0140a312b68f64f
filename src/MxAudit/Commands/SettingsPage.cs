using System.CommandLine;

namespace MxAudit.Commands;

/// <summary><c>--dump-config</c>: what every option of a verb is set to, and where; itself a file of settings.</summary>
internal static class SettingsPage
{
    public static void Write(TextWriter writer, Command verb, Settings settings, ParseResult parsed, Terminal terminal)
    {
        writer.Write($"# The settings of mxaudit {verb.Name}. Read, the stronger last:\n");
        foreach (string file in Settings.FilesOf(terminal)) writer.Write($"#   {Text(file)}{(File.Exists(file) ? "" : " (not there)")}\n");
        writer.Write("#   variables MXAUDIT_…, then the command line\n\n");
        foreach (var option in verb.Options.Where(Settings.IsSettable).Where(option => option.Name != "--threshold"))
        {
            var set = settings.Used(parsed).LastOrDefault(setting => setting.Option == option);
            string[] given = parsed.GetResult(option) is { Implicit: false } result
                ? [.. result.Tokens.Select(token => token.Value).DefaultIfEmpty("true")] : [];
            if (set is not null) writer.Write($"{option.Name[2..]} = {ValueOf(option, set.Values)}  # {Text(set.Source)}\n");
            else if (given.Length > 0) writer.Write($"{option.Name[2..]} = {ValueOf(option, given)}  # the command line\n");
            else writer.Write($"# {option.Name[2..]} =\n");
        }
        WriteLimits(writer, verb, settings, parsed);
    }

    private static void WriteLimits(TextWriter writer, Command verb, Settings settings, ParseResult parsed)
    {
        if (verb.Options.FirstOrDefault(option => option.Name == "--threshold") is not { } option) return;
        writer.Write("\n[threshold]\n");
        var given = parsed.GetResult(option) is { Implicit: false } result ? result.Tokens.Select(token => (token.Value, "the command line")) : [];
        var limits = settings.Effective
            .Where(setting => setting.Option == option)
            .SelectMany(setting => setting.Values.Select(value => (Value: value, setting.Source)))
            .Concat(given);
        foreach (var (limit, source) in limits.GroupBy(limit => limit.Value.Split('=')[0], StringComparer.OrdinalIgnoreCase).Select(rule => rule.Last()))
            writer.Write($"{limit.Split('=')[0]} = {Quoted(limit[(limit.IndexOf('=') + 1)..])}  # {Text(source)}\n");
    }

    private static string ValueOf(Option option, IReadOnlyList<string> values) =>
        option.ValueType == typeof(bool) ? values[0]
            : option.Arity.MaximumNumberOfValues > 1 ? $"[{string.Join(", ", values.Select(Quoted))}]"
            : Quoted(values[0]);

    private static string Quoted(string value) => $"\"{string.Concat(value.Select(Escaped))}\"";

    private static string Escaped(char c) => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString();

    private static string Text(string text) => Writers.Page.Plain(text);
}
