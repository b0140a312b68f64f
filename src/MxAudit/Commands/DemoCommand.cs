using System.CommandLine;

namespace MxAudit.Commands;

/// <summary><c>mxaudit demo</c>: the screens on a recorded host, on a machine that has no mail.</summary>
internal sealed class DemoCommand : Verb
{
    private readonly ScreenOptions _screen;

    public DemoCommand()
        : base("demo", "Open the screens on a bundled sample, on a machine with no mail server", [("mxaudit demo", "a fallback MX that sends backscatter")]) =>
        _screen = new ScreenOptions(this);

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        using var sample = new Sample();
        using var watch = new Watch(sample.Request);
        return _screen.Open(parsed, terminal, watch);
    }
}
