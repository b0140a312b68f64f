using System.CommandLine;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit explain</c>: the manual of a rule.</summary>
internal sealed class ExplainCommand : Verb
{
    private readonly Argument<string?> _rule = new("RULE")
    {
        HelpName = "RULE",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Id or name of a rule, or a family of them: VRF; without it: the list",
    };
    private readonly PageOptions _page;

    public ExplainCommand() : base("explain", "Print the manual of a rule",
    [
        ("mxaudit explain BKS001", "what it means, how it is detected, what to do"),
        ("mxaudit explain notice-to-stranger", "the same by name"),
        ("mxaudit explain VRF", "the list of one family"),
        ("mxaudit explain", "the list of rules"),
    ])
    {
        _rule.CompletionSources.Add(RuleChoice.Words);
        Arguments.Add(_rule);
        _page = new PageOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        string? word = parsed.GetValue(_rule);
        RuleManual[] listed = [.. AllRules.InOrder.Where(one => word is null || RuleChoice.IsFamily(one, word)).Select(one => one.Manual)];
        var rule = listed.Length > 0 ? null
            : AllRules.Find(word!) ?? AllRules.InOrder.FirstOrDefault(one => one.Manual.Name == word)
            ?? throw new UsageException($"There is {RuleChoice.NoRule(word!)}.");
        _page.Write(null, parsed, terminal, page =>
        {
            if (rule is null) ExplainWriter.WriteList(page, listed);
            else ExplainWriter.Write(page, rule.Manual);
        });
        return ExitStatus.Ok;
    }
}
