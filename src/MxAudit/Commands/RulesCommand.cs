using System.CommandLine;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit rules</c>: the list of rules.</summary>
internal sealed class RulesCommand : Verb
{
    private readonly PageOptions _page;

    public RulesCommand() : base("rules", "List the rules",
    [
        ("mxaudit rules", "id, usual severity, title, name, evidence"),
        ("mxaudit rules | grep BKS", "one family"),
    ]) => _page = new PageOptions(this);

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        _page.Write(null, parsed, terminal, page => ExplainWriter.WriteList(page, AllRules.InOrder.Select(rule => rule.Manual)));
        return ExitStatus.Ok;
    }
}
