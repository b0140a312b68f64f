using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit unread</c>: the lines that were not understood.</summary>
internal sealed class UnreadCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly PageOptions _page;
    private readonly PseudonymOptions _pseudonyms;

    public UnreadCommand() : base("unread", "Show lines that were not understood, grouped by shape, with one example each",
    [
        ("mxaudit unread /var/log/mail.log", "what this version can not read in a log"),
        ("mxaudit export unread -o - mail.log", "the same as a table"),
    ])
    {
        Arguments.Add(_logs);
        _page = new PageOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        using var audit = Auditing.Run(_evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal).WithoutRules(), terminal, strangeLogs: true);
        terminal = _pseudonyms.Veil(terminal, parsed, audit);
        _page.Write(null, parsed, terminal, page => UnreadWriter.Write(page, audit));
        return ExitStatus.Ok;
    }
}
