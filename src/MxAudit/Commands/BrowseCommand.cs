using System.CommandLine;

namespace MxAudit.Commands;

/// <summary><c>mxaudit browse</c>: opens the screens.</summary>
internal sealed class BrowseCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly ScreenOptions _screen;

    public BrowseCommand() : base("browse", "Open the screens; also what mxaudit does without a verb",
    [
        ("mxaudit", "this host: its mail log, queue and configuration"),
        ("mxaudit browse /var/log/mail.log*", "a rotated set"),
        ("mxaudit browse --config /srv/mx2/postfix --queue postqueue.json mail.log", "another host, from copies"),
    ])
    {
        Arguments.Add(_logs);
        _screen = new ScreenOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var request = _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal);
        return _screen.Open(parsed, terminal, () => Audit.Run(request), reloads: !request.Logs.Contains("-"));
    }
}
