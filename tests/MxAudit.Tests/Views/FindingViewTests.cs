using MxAudit.Rules;
using MxAudit.Tests.Writers;
using MxAudit.Views;

namespace MxAudit.Tests.Views;

public class FindingViewTests
{
    [Fact]
    public void Fixes_are_taken_one_after_the_other_and_those_without_a_command_are_left_out()
    {
        Fix[] fixes = [new Fix("Read it."), new Fix("A list.", "postmap hash:list"), new Fix("Ask."), new Fix("Or ask first.", "postconf -e 'x = y'")];
        var finding = Specimen.Finding with { Fixes = fixes };
        Assert.Equal([2, 4, 2], new[] { 0, 2, 4 }.Select(number => FindingView.FixAfter(finding, number)));
    }

    [Fact]
    public void Where_a_person_must_decide_no_fix_is_taken() => Assert.Equal(0, FindingView.FixAfter(Specimen.Finding with { Fixes = [new Fix("Wait.")] }, 0));
}
