using System.CommandLine;

namespace MxAudit.Commands;

/// <summary>Help with examples first: who asks wants to do something, not to read about it.</summary>
/// <param name="width">Columns of the terminal; null: lines are as long as they are.</param>
internal sealed class HelpPage(Command command, int? width)
{
    private static readonly (string, string)[] FirstSteps =
    [
        ("mxaudit", "open the screens on this host"),
        ("mxaudit check", "audit this host's mail log"),
        ("mxaudit check --format json /var/log/mail.log", "the same for a script"),
        ("mxaudit export recipients bounces -o tables/", "what became of every recipient, as CSV"),
        ("mxaudit trace 4FQ8pX1Kz2z9vJr", "the whole life of one message"),
        ("mxaudit explain BKS001", "what a rule means and what to do"),
    ];

    private const int WidestLeft = 56;

    public void Write(TextWriter writer)
    {
        writer.Write($"{command.Description}\n\nExamples:\n");
        Columns(writer, command is Verb verb ? verb.Examples : FirstSteps);
        writer.Write($"\nUsage:\n  {Usage()}\n");
        if (command.Arguments.Count > 0)
        {
            writer.Write("\nArguments:\n");
            Columns(writer, [.. command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? ""))]);
        }
        if (command.Subcommands.Count > 0)
        {
            writer.Write("\nVerbs:\n");
            Columns(writer, [.. command.Subcommands.Select(verb => (verb.Name, verb.Description ?? ""))]);
        }
        writer.Write("\nOptions:\n");
        var inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive);
        Columns(writer, [.. command.Options.Concat(inherited).Select(option => (NameOf(option), option.Description ?? ""))]);
        writer.Write($"\nExit status: {(command as Verb)?.Statuses ?? "0 audited and well, 1 warning, 2 critical, 3 no audit was performed"}.\n");
    }

    private string Usage()
    {
        string name = command is not Verb ? "mxaudit [VERB]" : $"mxaudit {command.Name}";
        return string.Join(' ', [name,
            .. command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? argument.HelpName : $"[{argument.HelpName}]"), "[OPTIONS]"]);
    }

    private static string NameOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Order().Append(option.Name));
        return option.HelpName is { Length: > 0 } value ? $"{names} {value}" : names;
    }

    private void Columns(TextWriter writer, IReadOnlyList<(string Left, string Right)> rows)
    {
        int wide = Math.Min(rows.Max(row => row.Left.Length), width is { } columns ? Math.Clamp(columns * 2 / 5, 16, WidestLeft) : WidestLeft);
        foreach (var (left, right) in rows)
        {
            if (left.Length > wide) writer.Write($"  {left}\n  {new string(' ', wide)}  ");
            else writer.Write($"  {left.PadRight(wide)}  ");
            writer.Write($"{string.Join($"\n    {new string(' ', wide)}", Filled(right, width is null ? null : Math.Max(20, width.Value - wide - 4)))}\n");
        }
    }

    /// <summary>In lines of this length, where words are not longer.</summary>
    private static IEnumerable<string> Filled(string text, int? length)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > length)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? $" {word}" : word;
        }
        yield return line;
    }
}
