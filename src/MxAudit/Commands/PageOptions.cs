using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>How text for people looks: <c>--color</c>, <c>--ascii</c>.</summary>
internal sealed class PageOptions
{
    private readonly Option<string> _colour = new("--color") { HelpName = "auto|always|never", Description = "Colour; auto: on a terminal, unless NO_COLOR is set", DefaultValueFactory = _ => "auto" };
    private readonly Option<bool> _ascii = new("--ascii") { Description = "Nothing but ASCII" };

    public PageOptions(Command command)
    {
        _colour.AcceptOnlyFromAmong("auto", "always", "never");
        command.Options.Add(_colour);
        command.Options.Add(_ascii);
    }

    /// <param name="toFile">The page goes to a file, not to the terminal.</param>
    public Page PageOn(TextWriter writer, ParseResult parsed, Terminal terminal, bool toFile = false)
    {
        bool colour = parsed.GetValue(_colour) switch
        {
            "always" => true,
            "never" => false,
            _ => terminal.IsTerminal && !toFile && string.IsNullOrEmpty(terminal.Environment("NO_COLOR")) && terminal.Environment("TERM") != "dumb",
        };
        return new Page(writer, colour, parsed.GetValue(_ascii));
    }
}
