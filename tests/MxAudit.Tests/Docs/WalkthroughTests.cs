using MxAudit.Tests.Screens;

namespace MxAudit.Tests.Docs;

/// <summary>The keys of <c>docs/walkthroughs.md</c> lead where the page says.</summary>
public class WalkthroughTests
{
    private const int MostKeys = 4;

    public static TheoryData<string> Walks =>
        [.. File.ReadAllText(Golden.PathOf("docs/walkthroughs.md"))
            .Split("```walk\n")[1..]
            .Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    [Theory, MemberData(nameof(Walks))]
    public void The_keys_lead_from_the_complaint_to_the_cause_and_the_fix(string walk)
    {
        var lines = walk.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (Word: line[..line.IndexOf(": ", StringComparison.Ordinal)], Text: line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]))
            .ToLookup(line => line.Word, line => line.Text);
        string keys = lines["keys"].Single();
        Assert.InRange(keys.Split(' ').Length, 1, MostKeys);
        using var screens = Headless.On(lines["host"].Single(), 80, 24);
        screens.Press(keys);
        Assert.NotEmpty(lines["seen"]);
        Assert.All(lines["seen"], text => Assert.Contains(text, screens.Screen));
        Assert.Contains(lines["copied"].Single(), screens.Copied);
    }

    [Fact]
    public void There_is_a_walk_for_each_of_the_four_complaints() => Assert.Equal(4, Walks.Count);
}
