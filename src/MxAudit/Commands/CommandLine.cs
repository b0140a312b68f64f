using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MxAudit.Input;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>The program as a function: arguments in, streams and exit status out.</summary>
internal static class CommandLine
{
    private const string NoAudit = "No audit was performed.";

    public static int Run(string[] args, Terminal terminal)
    {
        try
        {
            return RunUnguarded(args, terminal);
        }
        catch (Exception e) when (e is UsageException or InputException)
        {
            return Fail(terminal, e.Message.Contains(NoAudit, StringComparison.Ordinal) ? e.Message : $"{e.Message} {NoAudit}");
        }
        catch (OutputException e)
        {
            return Fail(terminal, e.Message);
        }
        catch (Exception e) // a bug: one line for the person, and the place for whoever mends it
        {
            return Fail(terminal, $"internal error: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    /// <summary>Words about the run, one line each.</summary>
    public static void Say(Terminal terminal, string words)
    {
        try
        {
            new Page(terminal.Error).Line($"mxaudit: {words.Replace('\n', ' ')}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody listens; the exit status still speaks.
        }
    }

    private static int Fail(Terminal terminal, string words)
    {
        Say(terminal, words);
        return ExitStatus.Unknown;
    }

    private static int RunUnguarded(string[] args, Terminal terminal)
    {
        var root = Root();
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ShowHelp or ShowVersion) return Show(parsed, terminal);
        if (parsed.Errors.Count > 0) throw new UsageException($"{parsed.Errors[0].Message.TrimEnd('.')}. Try \"{CommandName(parsed)} --help\".");
        if (parsed.CommandResult.Command is Verb verb) return verb.Run(parsed, terminal);
        Say(terminal, "The screens come in a later version; \"mxaudit check\" audits and prints.");
        new HelpPage(root).Write(terminal.Error);
        return ExitStatus.Unknown;
    }

    /// <summary>All verbs and their options.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand("Audits the log of a Postfix fallback MX: backscatter, mail loops, relay domains, address verification, deferred mail.")
        {
            new CheckCommand(), new ExportCommand(), new TraceCommand(), new UnreadCommand(), new ExplainCommand(), new RulesCommand(), new DoctorCommand(),
        };
        root.Directives.Clear();
        root.Options.Clear();
        root.Options.Add(new HelpOption("--help", "-h") { Action = new ShowHelp(), Recursive = true, Description = "Show examples and options" });
        root.Options.Add(new VersionOption("--version") { Action = new ShowVersion(), Description = "Show the version" });
        root.SetAction(_ => ExitStatus.Unknown);
        return root;
    }

    private static int Show(ParseResult parsed, Terminal terminal)
    {
        ResultFile.Write(null, terminal, stream =>
        {
            using var writer = ResultFile.TextOn(stream);
            if (parsed.Action is ShowVersion) writer.Write($"mxaudit {CheckReport.Version}\n");
            else new HelpPage(parsed.CommandResult.Command).Write(writer);
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

    private sealed class ShowVersion : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => ExitStatus.Ok;
    }
}
