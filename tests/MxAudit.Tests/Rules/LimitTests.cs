using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

public class LimitTests
{
    public static TheoryData<string> WithLimit => [.. AllRules.InOrder.Where(rule => rule.Manual.Limit is not null).Select(rule => rule.Manual.Id)];

    [Theory]
    [InlineData(LimitUnit.Time, "90", 90)]
    [InlineData(LimitUnit.Time, "90s", 90)]
    [InlineData(LimitUnit.Time, "1.5h", 5400)]
    [InlineData(LimitUnit.Time, "1h30m", 5400)]
    [InlineData(LimitUnit.Time, "1h30", null)]
    [InlineData(LimitUnit.Time, "0", 0)]
    [InlineData(LimitUnit.Time, "2D", 172800)]
    [InlineData(LimitUnit.Count, "25", 25)]
    [InlineData(LimitUnit.Count, "0", null)]
    [InlineData(LimitUnit.Count, "25m", null)]
    [InlineData(LimitUnit.Count, "-1", null)]
    [InlineData(LimitUnit.Time, "m", null)]
    [InlineData(LimitUnit.Time, "", null)]
    [InlineData(LimitUnit.Time, "5mm", null)]
    [InlineData(LimitUnit.Time, "NaN", null)]
    [InlineData(LimitUnit.Time, "99999999w", null)]
    public void A_limit_is_a_number_or_a_time(LimitUnit unit, string text, int? value) =>
        Assert.Equal((double?)value, new Limit(1, unit, "", unit == LimitUnit.Time ? 0 : 1).Read(text));

    [Theory, MemberData(nameof(WithLimit))]
    public void A_limit_is_read_as_it_is_written(string id)
    {
        var limit = AllRules.Find(id)!.Manual.Limit!;
        Assert.Equal(limit.Default, limit.Read(limit.Written(limit.Default)));
    }

    /// <summary>The example of a rule is silent under another limit: a year, or a million.</summary>
    [Theory, MemberData(nameof(WithLimit))]
    public void A_rule_heeds_the_limit_of_the_site(string id)
    {
        var rule = AllRules.Find(id)!;
        // A longer time makes QUE005 speak sooner.
        double other = id == "QUE005" ? 0 : rule.Manual.Limit!.Unit == LimitUnit.Time ? 366 * 86400 : 1_000_000;
        using var usual = ExamplesTest.Of(rule.Manual.Fires);
        using var set = ExamplesTest.Of(rule.Manual.Fires,
            new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero, Thresholds = new Dictionary<string, double> { [id] = other } });
        Assert.Contains(usual.Findings, finding => finding.Rule.Id == id);
        if (id == "VRF009") return; // its example is the probes that Postfix held back; ThresholdsTest counts
        Assert.Empty(set.All(id));
    }
}
