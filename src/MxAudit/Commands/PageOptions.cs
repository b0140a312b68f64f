using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>How text for people looks: <c>--color</c>, <c>--ascii</c>.</summary>
internal sealed class PageOptions
{
    private readonly Option<string> _colour = new("--color")
    {
        HelpName = "auto|always|never",
        Description = "Colour; auto: on a terminal, unless NO_COLOR is set",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<bool> _ascii = new("--ascii") { Description = "Nothing but ASCII" };

    public PageOptions(Command command)
    {
        _colour.AcceptOnlyFromAmong("auto", "always", "never");
        command.Options.Add(_colour);
        command.Options.Add(_ascii);
    }

    /// <param name="path">Null or <c>-</c>: standard output.</param>
    /// <exception cref="OutputException">The page can not be written.</exception>
    public void Write(string? path, ParseResult parsed, Terminal terminal, Action<Page> write) =>
        ResultFile.WriteText(path, terminal,
            writer => write(new Page(writer, HasColour(parsed, terminal, toFile: !ResultFile.IsStandardOutput(path)), parsed.GetValue(_ascii),
                ResultFile.IsStandardOutput(path) ? terminal.Width : null)));

    private bool HasColour(ParseResult parsed, Terminal terminal, bool toFile) => parsed.GetValue(_colour) switch
    {
        "always" => true,
        "never" => false,
        _ => terminal.IsTerminal && !toFile && string.IsNullOrEmpty(terminal.Environment("NO_COLOR")) && terminal.Environment("TERM") != "dumb",
    };
}
