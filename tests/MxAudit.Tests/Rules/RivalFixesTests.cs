using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Tests.Rules;

/// <summary>Whoever copies the commands of one finding after the other is told where the second undoes the first.</summary>
public class RivalFixesTests
{
    private const string Overlap =
        "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmydestination = localhost, club.example, shop.example\nrelay_domains = club.example, shop.example\nvirtual_mailbox_domains = shop.example\n";

    [Theory]
    [InlineData(Overlap, "mydestination")] // RLY002 takes out both, RLY003 the one that is in three classes
    [InlineData("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmydestination = localhost, club.example\nrelay_domains = club.example\n", "")]
    // several findings with one and the same command
    [InlineData("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = club.example, shop.example\n", "")]
    public void What_two_findings_set_differently(string mainCf, string expected)
    {
        using var result = Audit.OfText(null, config: PostfixConfig.OfText(mainCf));
        Assert.True(result.Findings.Count > 1);
        Assert.Equal(expected, string.Join(" ", RivalFixes.In(result.Findings)));
        var said = new StringWriter();
        CheckTextWriter.Write(new Page(said, colour: false), new CheckReport(result));
        Assert.Equal(expected.Length > 0, said.ToString().Contains($"Commands of several findings set {expected}, ", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_ways_that_one_finding_offers_are_no_rivals()
    {
        var result = new AuditedHost(Overlap);
        var finding = result.Findings.First(finding => finding.Rule.Id == "RLY002");
        var either = finding with
        {
            Fixes = [new Fix("Either.", "postconf -e 'maximal_queue_lifetime = 5d'"), new Fix("Or.", "postconf -e 'maximal_queue_lifetime = 14d'")],
        };
        var second = finding with { Fixes = [either.Fixes[1]] };
        var other = finding with { Fixes =
        [
            new Fix("For one service.", "postconf -P 'smtp/inet/maximal_queue_lifetime=1d'"),
            new Fix("Look.", "postconf maximal_queue_lifetime   # then 'maximal_queue_lifetime = 9d'")
        ] };
        Assert.Empty(RivalFixes.In([either, second, other]));
        Assert.Equal(["maximal_queue_lifetime"], RivalFixes.In([finding with { Fixes = [either.Fixes[0]] }, second]));
    }

    /// <summary>RLY003 takes out of a list all that is too much there, and says so.</summary>
    [Fact]
    public void A_fix_names_every_domain_that_its_command_takes_out()
    {
        var result = new AuditedHost(
            "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmydestination = localhost\nrelay_domains = club.example, shop.example\nvirtual_alias_domains = club.example, shop.example, own.example\n");
        var fixes = result.Findings.Where(finding => finding.Rule.Id == "RLY003").Select(finding => finding.Fixes[0]).ToArray();
        Assert.Equal(2, fixes.Length);
        Assert.All(fixes,
            fix => Assert.Equal(
                new Fix("Take club.example, shop.example out of virtual_alias_domains.", "postconf -e 'virtual_alias_domains = own.example' && postfix reload"),
                fix));
    }
}
