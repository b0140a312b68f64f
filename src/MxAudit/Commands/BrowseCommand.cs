using System.CommandLine;

namespace MxAudit.Commands;

/// <summary><c>mxaudit browse</c>: opens the screens.</summary>
internal sealed class BrowseCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly ScreenOptions _screen;
    private readonly Option<bool> _follow = new("--follow")
    {
        Description = "Show what is new as the logs grow, through rotation too; default where this host's own log or queue is read",
    };
    private readonly Option<bool> _noFollow = new("--no-follow") { Description = "Audit once; r reads again" };

    public BrowseCommand() : base("browse", "Open the screens; also what mxaudit does without a verb",
    [
        ("mxaudit", "this host: its mail log, queue and configuration"),
        ("mxaudit browse /var/log/mail.log*", "a rotated set"),
        ("mxaudit browse --follow /srv/mx2/mail.log", "a log that grows"),
        ("mxaudit browse --config /srv/mx2/postfix --queue postqueue.json mail.log", "another host, from copies"),
    ])
    {
        Arguments.Add(_logs);
        Options.Add(_follow);
        Options.Add(_noFollow);
        _findings = new FindingOptions(this);
        _screen = new ScreenOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var request = _findings.Read(parsed, _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal));
        bool follows = Follows(parsed, request);
        using var watch = new Watch(request, follows);
        return _screen.Open(parsed, terminal, watch, follows);
    }

    /// <summary>Unless told otherwise: what this host writes now, not evidence of a time that is over.</summary>
    private bool Follows(ParseResult parsed, AuditRequest request)
    {
        bool wanted = parsed.GetValue(_follow), unwanted = parsed.GetValue(_noFollow);
        if (wanted && unwanted) throw new UsageException("--follow and --no-follow can not both be meant.");
        if (wanted && request.Until is not null) throw new UsageException("--follow goes on, and --until ends: they can not both be meant.");
        return wanted || (!unwanted && request.Until is null && (request.DefaultLog != LiveEvidence.No || request.LiveQueue != LiveEvidence.No));
    }
}
