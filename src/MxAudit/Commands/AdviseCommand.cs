using System.CommandLine;
using MxAudit.Advice;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit advise</c>: the recommended configuration for this host, as commands in their order, and the checklist.</summary>
internal sealed class AdviseCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly PageOptions _page;
    private readonly PseudonymOptions _pseudonyms;
    private readonly Option<string> _format = new("--format") { HelpName = "text|json", Description = "Default: text", DefaultValueFactory = _ => "text" };
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Instead of standard output; appears whole or not at all",
    };

    public AdviseCommand() : base("advise", "Say what to change on this host, in which order, and where the recipe for a fallback MX is wrong",
    [
        ("mxaudit advise", "this host: its log, queue and configuration"),
        ("mxaudit advise --config /etc/postfix /var/log/mail.log", "a directory with main.cf, and a log"),
        ("mxaudit advise --format json -o advice.json mail.log", "for a script; from a log alone much is not known"),
    ])
    {
        _format.AcceptOnlyFromAmong("text", "json");
        Arguments.Add(_logs);
        foreach (var option in new Option[] { _format, _output }) Options.Add(option);
        _findings = new FindingOptions(this);
        _page = new PageOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        using var audit = Auditing.Run(_findings.Read(parsed, _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal)), terminal);
        var advice = HostAdvice.Of(audit.Evidence, audit.Findings);
        terminal = _pseudonyms.Veil(terminal, parsed, audit);
        string? output = parsed.GetValue(_output);
        if (parsed.GetValue(_format) == "json")
            ResultFile.Write(output, terminal, stream => AdviceJsonWriter.Write(stream, advice, terminal.Clock.GetUtcNow()));
        else _page.Write(output, parsed, terminal, page => AdviceTextWriter.Write(page, advice));
        return ExitStatus.Ok;
    }
}
