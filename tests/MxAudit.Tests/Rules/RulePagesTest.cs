using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Tests.Rules;

public class RulePagesTest
{
    public static TheoryData<string> Ids => [.. AllRules.InOrder.Select(rule => rule.Manual.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void The_page_of_a_rule_is_its_manual(string id) => Golden.Holds($"docs/rules/{id}.md", RulePage.Of(AllRules.Find(id)!.Manual));

    [Fact]
    public void The_index_lists_every_rule() => Golden.Holds("docs/rules/README.md", RulePage.Index(AllRules.InOrder));

    [Fact]
    public void No_page_is_left_of_a_rule_that_is_gone() =>
        Golden.HoldsNothingBut("docs/rules", AllRules.InOrder.Select(rule => $"{rule.Manual.Id}.md").Append("README.md"));
}
