using MxAudit.Rules;
using MxAudit.Tests.Writers;
using MxAudit.Views;

namespace MxAudit.Tests.Views;

public class FindingViewTests
{
    [Fact]
    public void One_command_is_copied_as_it_is_and_none_as_nothing()
    {
        Assert.Equal("postfix reload", FindingView.CommandsOf(Specimen.Finding with { Fixes = [new Fix("Read it.", "postfix reload"), new Fix("Or wait.")] }));
        Assert.Equal("", FindingView.CommandsOf(Specimen.Finding with { Fixes = [new Fix("Wait.")] }));
    }

    /// <summary>Whoever pastes them sees that the second is instead of the first.</summary>
    [Fact]
    public void Of_several_commands_each_has_its_reason_as_a_comment_of_one_line() =>
        Assert.Equal("# Best: a list.\npostmap hash:list\n# Or ask: \\x1Bfirst.\npostconf -e 'x = y'",
            FindingView.CommandsOf(Specimen.Finding with { Fixes = [new Fix("Best: a list.", "postmap hash:list"), new Fix("Or ask:\n\u001bfirst.", "postconf -e 'x = y'")] }));
}
