using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit bundle</c>: what one posts when asking for help.</summary>
internal sealed class BundleCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly PseudonymOptions _pseudonyms;
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE.tar.gz", Required = true, Description = "The archive" };

    public BundleCommand() : base("bundle", "Pack findings, evidence and configuration under pseudonyms, to ask for help with",
    [
        ("mxaudit bundle -o audit.tar.gz", "of this host; look through it before you post it"),
        ("mxaudit bundle -o audit.tar.gz --keep-domain example.com --config postconf.txt mail.log", "from saved evidence; one domain keeps its name"),
    ])
    {
        Arguments.Add(_logs);
        Options.Add(_output);
        _findings = new FindingOptions(this);
        _pseudonyms = new PseudonymOptions(this, always: true);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        string output = parsed.GetValue(_output)!;
        if (Path.HasExtension(output)
            && !output.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase)
            && !output.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
            throw new UsageException("-o: the name of a bundle ends in .tar.gz.");
        if (ResultFile.IsStandardOutput(output) && terminal.IsTerminal)
            throw new UsageException("A bundle is not text, and standard output is a terminal: -o FILE.tar.gz.");
        var request = _findings.Read(parsed, _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal));
        using var audit = Auditing.Run(request, terminal);
        var report = new CheckReport(audit) { Since = request.Since, Until = request.Until, Generated = terminal.Clock.GetUtcNow() };
        var bundle = new BundleWriter(report, _pseudonyms.Of(terminal, parsed, audit)!);
        ResultFile.Write(output, terminal, bundle.Write);
        return ExitStatus.Ok;
    }
}
