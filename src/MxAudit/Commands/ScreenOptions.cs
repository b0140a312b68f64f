using System.CommandLine;
using System.Runtime.CompilerServices;
using MxAudit.Screens;

namespace MxAudit.Commands;

/// <summary>How the screens look: <c>--color</c>, <c>--ascii</c>, <c>--no-mouse</c>; and the way to them.</summary>
internal sealed class ScreenOptions
{
    private readonly Option<string> _colour = new("--color")
    {
        HelpName = "auto|always|never",
        Description = "Colour; auto: unless NO_COLOR is set",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<bool> _ascii = new("--ascii")
    {
        Description = "Nothing but ASCII; default where the locale is not UTF-8, and on the console of Linux; --ascii=false: all signs",
    };
    private readonly Option<bool> _noMouse = new("--no-mouse") { Description = "Leave the mouse to the terminal, so that it selects text" };

    public ScreenOptions(Command command)
    {
        _colour.AcceptOnlyFromAmong("auto", "always", "never");
        foreach (var option in new Option[] { _colour, _ascii, _noMouse }) command.Options.Add(option);
    }

    /// <exception cref="UsageException">There is no terminal that could show them.</exception>
    public int Open(ParseResult parsed, Terminal terminal, Watch watch, bool follows = false)
    {
        if (!terminal.IsTerminal) throw new UsageException("The screens need a terminal, and standard output is none; \"mxaudit check\" prints instead.");
        if (TerminalKind.WhyNone(terminal.Environment) is { } why)
            throw new UsageException($"The screens need a terminal, and {why}; \"mxaudit check\" prints instead.");
        var show = new Show(watch, !parsed.GetValue(_noMouse), TerminalKind.ColoursOf(terminal.Environment, parsed.GetValue(_colour)!));
        return Show(show,
            new Shell { Follows = follows, Ascii = IsAscii(parsed, terminal), Save = (path, write) => ResultFile.Write(path, terminal, write) }, terminal);
    }

    private bool IsAscii(ParseResult parsed, Terminal terminal) =>
        parsed.GetResult(_ascii) is { Implicit: false } ? parsed.GetValue(_ascii) : TerminalKind.IsAscii(terminal.Environment);

    /// <summary>Not to be inlined: only here is the library of the screens loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Show(Show show, Shell shell, Terminal terminal)
    {
        string here = Environment.CurrentDirectory;
        Environment.CurrentDirectory = "/"; // the library looks for ./.tui/config.json when it is first touched: where nobody puts one
        Host.Touch();
        Environment.CurrentDirectory = here;
        var (result, error) = Host.Run(show, shell);
        if (error is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        if (result is null) return ExitStatus.Unknown;
        foreach (string note in result.Notes) CommandLine.Say(terminal, note);
        return ExitStatus.Ok;
    }
}
