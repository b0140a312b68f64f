using System.CommandLine;
using System.CommandLine.Parsing;
using MxAudit.Input;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>The program as a function: arguments in, streams and exit status out.</summary>
internal static class CommandLine
{
    private const string NoAudit = "No audit was performed.";

    public static int Run(string[] args, Terminal terminal)
    {
        string[] words = args; // with the settings, once they are read
        try
        {
            return RunUnguarded(ref words, terminal);
        }
        catch (Exception e) when (e is UsageException or InputException)
        {
            return Fail(terminal, words, e.Message.Contains(NoAudit, StringComparison.Ordinal) ? e.Message : $"{e.Message} {NoAudit}");
        }
        catch (OutputException e)
        {
            return Fail(terminal, words, e.Message);
        }
        catch (Exception e) // a bug: one line for the person, and the place for whoever mends it
        {
            return Fail(terminal, words, $"internal error: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    /// <summary>Words about the run, one line each.</summary>
    public static void Say(Terminal terminal, string words)
    {
        try
        {
            new Page(terminal.Error).Line($"mxaudit: {terminal.Words.Of(words).Replace('\n', ' ')}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody listens; the exit status still speaks.
        }
    }

    private static int Fail(Terminal terminal, string[] args, string words)
    {
        Say(terminal, words);
        if (CheckOutput.IsForNagios(args)) SayUnknown(terminal, terminal.Words.Of(words));
        return ExitStatus.Unknown;
    }

    /// <summary>A plug-in of Nagios answers on standard output, whatever happened.</summary>
    private static void SayUnknown(Terminal terminal, string words)
    {
        try
        {
            ResultFile.WriteText(null, terminal, writer => CheckNagiosWriter.WriteUnknown(writer, words));
        }
        catch (OutputException)
        {
            // Standard output is what can not be written; the exit status still speaks.
        }
    }

    private static int RunUnguarded(ref string[] words, Terminal terminal)
    {
        words = WithVerb(words);
        var root = Root(words.FirstOrDefault());
        var parsed = Parse(root, words);
        if (parsed.Action is ShowHelp or ShowVersion) return Show(parsed, terminal);
        if (parsed.Errors.Count > 0) throw new UsageException(Complaint(parsed));
        if (parsed.Action is ShowSettings) return Dump(parsed.CommandResult.Command as Verb ?? new CheckCommand(), parsed, terminal);
        var verb = (Verb)parsed.CommandResult.Command;
        var settings = Settings.Of(verb, terminal);
        words = settings.Before(words, parsed);
        foreach (var setting in settings.Used(parsed))
            if (Parse(root, [verb.Name, .. setting.Words]).Errors.FirstOrDefault(error => error.SymbolResult is OptionResult) is { } wrong)
                throw new UsageException($"{setting.Source}: {Sentence(wrong)}");
        parsed = Parse(root, words);
        if (parsed.Errors.Count > 0) throw new UsageException(Complaint(parsed));
        verb.Pseudonyms?.Begin(terminal, parsed);
        try
        {
            return verb.Run(parsed, terminal);
        }
        catch (UsageException e) when (settings.SourceOf(e.Message) is { } source)
        {
            throw new UsageException($"{source}: {e.Message}");
        }
    }

    private static ParseResult Parse(Command root, string[] words) => root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string Complaint(ParseResult parsed) => $"{Sentence(parsed.Errors[0])} Try \"{CommandName(parsed)} --help\".";

    /// <summary>The library names the word and not the option, and lists what it may be on lines of their own.</summary>
    private static string Sentence(ParseError error)
    {
        string[] parts = error.Message.Split("Must be one of:");
        string option = error.SymbolResult is OptionResult result ? result.Option.Name
            : error.SymbolResult is { Parent: OptionResult parent } ? parent.Option.Name
            : "";
        if (parts.Length < 2 && option.Length > 0 && error.Message.Contains("single argument", StringComparison.Ordinal))
            return $"{option} is given more than once, and may be once.";
        if (parts.Length < 2) return $"{error.Message.TrimEnd('.')}.";
        string word = parts[0].Split('\'') is [_, var quoted, ..] ? quoted : parts[0].Trim();
        string words = string.Join(", ", parts[1].Split('\'', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return $"{$"{option} {word}".TrimStart()}: expected is one of {words}.";
    }

    private static int Dump(Verb verb, ParseResult parsed, Terminal terminal)
    {
        var settings = Settings.Of(verb, terminal);
        ResultFile.WriteText(null, terminal, writer => SettingsPage.Write(writer, verb, settings, parsed, terminal));
        return ExitStatus.Ok;
    }

    /// <summary>Without a verb: the screens. A file that has the name of a verb is written <c>./check</c>.</summary>
    /// <exception cref="UsageException">The first word is neither.</exception>
    private static string[] WithVerb(string[] args)
    {
        if (args is ["-h" or "--help" or "--version" or "--dump-config", ..] || (args.Length > 0 && Verbs.Any(verb => verb.Name == args[0]))) return args;
        if (args.Length > 0 && LooksLikeAVerb(args[0]))
            throw new UsageException(
                $"{args[0]} is no verb, and there is no such file{NearNames.To(args[0], Verbs.Select(verb => verb.Name))}. Try \"mxaudit --help\".");
        return ["browse", .. args];
    }

    private static bool LooksLikeAVerb(string word) => word.Length > 0 && word.All(char.IsAsciiLetterLower) && word != "journal" && !Path.Exists(word);

    private static readonly (string Name, Func<Verb> Make)[] Verbs =
    [
        ("browse", () => new BrowseCommand()),
        ("demo", () => new DemoCommand()),
        ("check", () => new CheckCommand()),
        ("advise", () => new AdviseCommand()),
        ("report", () => new ReportCommand()),
        ("export", () => new ExportCommand()),
        ("trace", () => new TraceCommand()),
        ("bundle", () => new BundleCommand()),
        ("unread", () => new UnreadCommand()),
        ("doctor", () => new DoctorCommand()),
        ("explain", () => new ExplainCommand()),
        ("rules", () => new RulesCommand()),
        ("completion", () => new CompletionCommand()),
    ];

    /// <summary>The verbs and their options.</summary>
    /// <param name="verb">Only this one, as a run needs it: the options of all take a million instructions. Another word: all of them.</param>
    internal static Command Root(string? verb = null)
    {
        var root = new Command("mxaudit",
            "Audits the log of a Postfix fallback MX: backscatter, mail loops, relay domains, address verification, deferred mail.");
        int only = Array.FindIndex(Verbs, one => one.Name == verb);
        foreach (var (_, make) in only < 0 ? Verbs : Verbs[only..(only + 1)]) root.Subcommands.Add(make());
        // Not HelpOption and VersionOption: those look up their descriptions among the library's resources first.
        root.Options.Add(new Option<bool>("--help", "-h")
        {
            Action = new ShowHelp(),
            Recursive = true,
            Arity = ArgumentArity.Zero,
            Description = "Show examples and options",
        });
        root.Options.Add(new Option<bool>("--version") { Action = new ShowVersion(), Arity = ArgumentArity.Zero, Description = "Show the version" });
        root.Options.Add(new Option<bool>("--dump-config")
        {
            Action = new ShowSettings(),
            Recursive = true,
            Description = "Show what the options of a verb are set to, and where",
        });
        root.SetAction(_ => ExitStatus.Unknown);
        return root;
    }

    private static int Show(ParseResult parsed, Terminal terminal)
    {
        ResultFile.WriteText(null, terminal, writer =>
        {
            if (parsed.Action is ShowVersion) writer.Write($"mxaudit {CheckReport.Version}\n");
            else new HelpPage(parsed.CommandResult.Command, terminal.Width).Write(writer);
        });
        return ExitStatus.Ok;
    }

    private static string CommandName(ParseResult parsed) => parsed.CommandResult.Command is Verb verb ? $"mxaudit {verb.Name}" : "mxaudit";

    /// <summary>Marks that the option was given; <see cref="Show"/> does it.</summary>
    private sealed class ShowHelp : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;
        public override int Invoke(ParseResult parseResult) => ExitStatus.Ok;
    }

    private sealed class ShowSettings : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;
        public override int Invoke(ParseResult parseResult) => ExitStatus.Ok;
    }

    private sealed class ShowVersion : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => ExitStatus.Ok;
    }
}
