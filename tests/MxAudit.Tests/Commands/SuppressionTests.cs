using System.Text;
using MxAudit.Commands;
using MxAudit.Rules;
using MxAudit.Tests.Writers;

namespace MxAudit.Tests.Commands;

public class SuppressionTests
{
    private const string Whole = "[[suppress]]\nrule = \"bks001\"\nsubject = \"example.com\"\nreason = \"known\"\nexpires = 2026-11-22\n";

    private static Suppressions Of(string toml) => Suppressions.Of(Encoding.UTF8.GetBytes(toml), "s.toml");

    [Theory]
    [InlineData("2026-11-22T23:59:59Z", FindingState.Suppressed, "Suppressed until 2026-11-22: known")]
    [InlineData("2026-11-23T00:00:00Z", FindingState.New, "The suppression expired on 2026-11-22, so this counts again. Its reason was: known")]
    public void A_suppression_holds_up_to_its_last_day(string now, FindingState state, string note)
    {
        var judged = Of(Whole).Judge(Specimen.Finding, DateTimeOffset.Parse(now));
        Assert.Equal((state, note), (judged.State, judged.StateNote));
    }

    [Fact]
    public void A_suppression_without_a_date_has_no_end() =>
        Assert.Equal("Suppressed: known", Of(Whole.Replace("expires = 2026-11-22\n", "")).Judge(Specimen.Finding, DateTimeOffset.MaxValue).StateNote);

    [Fact]
    public void It_is_about_one_rule_and_one_subject()
    {
        var suppressions = Of(Whole);
        Assert.Equal(FindingState.New, suppressions.Judge(Specimen.Finding with { Subject = "mail.example.com" }, Specimen.Noon).State);
        Assert.Equal(FindingState.New, suppressions.Judge(Specimen.Finding with { Rule = Specimen.Manual with { Id = "BKS002" } }, Specimen.Noon).State);
    }

    [Theory]
    [InlineData("[[suppress]]\nrule = \"BKS001\"\nsubject = \"example.com\"\n", "s.toml:1: this suppression has no reason")]
    [InlineData("\n[[suppress]]\nrule = \"BKS001\"\nsubject = \"example.com\"\nreason = \"\"\n", "s.toml:5: reason is one text")]
    [InlineData("[[suppress]]\nrule = \"ZZZ999\"\nsubject = \"a\"\nreason = \"b\"\n", "s.toml:2: there is no rule ZZZ999")]
    [InlineData("[[suppress]]\nrule = \"BKS001\"\nsubject = \"a\"\nreason = \"b\"\nexpires = \"soon\"\n", "s.toml:5: expires = soon: expected is a date")]
    [InlineData("[[suppress]]\nrule = \"BKS001\"\nuntil = 2026-11-22\n", "s.toml:3: there is no \"until\" here")]
    [InlineData("[[suppress]]\nrule = [\"BKS001\", \"BKS002\"]\n", "s.toml:2: rule is one text")]
    [InlineData("rule = \"BKS001\"\n", "s.toml:1: expected is a table [[suppress]]")]
    [InlineData("[[suppress]]\nrule = \n", "s.toml:2: this is no TOML")]
    [InlineData("[[suppress]]\nrule = \"a\"\nrule = \"b\"\n", "s.toml:3: ")]
    public void What_is_wrong_is_said_with_its_line(string toml, string said) =>
        Assert.StartsWith(said, Assert.Throws<UsageException>(() => Of(toml)).Message);

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused() => Assert.Throws<UsageException>(() => Suppressions.Of([0x66, 0xff, 0xfe], "s.toml"));
}
