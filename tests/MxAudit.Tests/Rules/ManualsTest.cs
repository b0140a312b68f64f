using System.Text.RegularExpressions;
using MxAudit.Input;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

public partial class ManualsTest
{
    public static TheoryData<string> Ids => [.. AllRules.InOrder.Select(rule => rule.Manual.Id)];

    private static Rule Rule(string id) => AllRules.Find(id)!;

    [Fact]
    public void Every_rule_is_in_the_list()
    {
        var written = typeof(Rule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Rule)) && !type.IsAbstract);
        Assert.Equal(written.Select(type => type.Name).Order(), AllRules.InOrder.Select(rule => rule.GetType().Name).Order());
    }

    [Fact]
    public void No_two_rules_share_an_id_or_a_name()
    {
        Assert.Distinct(AllRules.InOrder.Select(rule => rule.Manual.Id));
        Assert.Distinct(AllRules.InOrder.Select(rule => rule.Manual.Name));
    }

    [Fact]
    public void The_list_is_in_the_order_of_the_manual()
    {
        string[] families = ["BKS", "LUP", "RLY", "VRF", "QUE", "REL", "HYG", "DNS"];
        var ids = AllRules.InOrder.Select(rule => rule.Manual.Id).ToArray();
        Assert.Equal(ids.OrderBy(id => Array.IndexOf(families, id[..3])).ThenBy(id => id, StringComparer.Ordinal), ids);
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_rule_is_named_like_its_file(string id)
    {
        var rule = Rule(id);
        string className = rule.GetType().Name, family = rule.GetType().Namespace!.Split('.')[^1];
        Assert.Matches(IdShape(), id);
        Assert.Equal(rule.Manual.Name, Words().Replace(className, "-$0").TrimStart('-').ToLowerInvariant());
        Assert.True(File.Exists(Golden.PathOf($"src/MxAudit.Core/Rules/{family}/{id}.{className}.cs")), $"Rules/{family}/{id}.{className}.cs is not there.");
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_manual_is_complete(string id)
    {
        var manual = Rule(id).Manual;
        Assert.All([manual.Title, manual.Why, manual.Detects, .. manual.Fires.Parts.Concat(manual.Quiet.Parts).Select(part => part.Text)],
            text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.NotEmpty(manual.Fires.Parts);
        Assert.NotEmpty(manual.Quiet.Parts);
        Assert.NotEqual(EvidenceKinds.None, manual.Needs);
        Assert.Equal(EvidenceKinds.None, manual.Needs & manual.SurerWith);
        Assert.NotEmpty(manual.Fix);
        Assert.NotEmpty(manual.References);
        Assert.All(manual.References, reference => Assert.StartsWith("https://", reference));
        Assert.False(manual.Title.EndsWith('.'), "A title is no sentence.");
    }

    [Fact]
    public void A_finding_without_a_line_to_show_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new Empty().Examine(new Evidence()).ToArray());

    [Fact]
    public void A_finding_shows_five_lines_at_most_in_the_order_of_the_log()
    {
        var finding = new Talkative().Examine(new Evidence()).Single();
        Assert.Equal([1L, 2, 3, 4, 5], finding.Proofs.Select(proof => proof.Line!.Value.Offset));
    }

    private abstract class Bare : Rule
    {
        public override RuleManual Manual => Rule("BKS001").Manual;
        protected IEnumerable<Finding> With(params IEnumerable<LinePosition> lines) => [Report("example.com", "…", Seen.Lines(0, lines), Confidence.Hint)];
    }

    private sealed class Empty : Bare
    {
        public override IEnumerable<Finding> Examine(Evidence evidence) => With();
    }

    private sealed class Talkative : Bare
    {
        public override IEnumerable<Finding> Examine(Evidence evidence) =>
            With(new long[] { 5, 4, 3, 2, 1, 6, 7 }.Select(offset => new LinePosition(0, offset)));
    }

    [GeneratedRegex("^(BKS|LUP|RLY|VRF|QUE|REL|HYG|DNS)[0-9]{3}$")]
    private static partial Regex IdShape();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Words();
}
