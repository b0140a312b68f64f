using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Config;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

public partial class ExamplesTest
{
    public static TheoryData<string> Ids => [.. AllRules.InOrder.Select(rule => rule.Manual.Id)];

    private static Rule Rule(string id) => AllRules.Find(id)!;

    private static AuditResult Fires(string id) => Of(Rule(id).Manual.Fires);

    internal static AuditResult Of(Example example, AuditRequest? request = null) =>
        Audit.OfText(example.Log, request, example.Queue, example.Config is { } mainCf ? PostfixConfig.OfText(mainCf) : null, example.Dns);

    /// <summary>What an example can not but show besides: what happened and why are both findings.</summary>
    private static string[] Companions(string id) => id switch
    {
        "BKS001" => ["BKS002"],
        "BKS002" => ["BKS001"],
        "QUE002" => ["BKS008"],
        "BKS004" or "BKS005" or "BKS007" or "BKS008" or "RLY004" => ["BKS001", "BKS002"],
        "BKS009" => ["BKS008"],
        _ => [],
    };

    /// <summary>What a stock configuration shows, and an example that has one with it: nothing is broken.</summary>
    private static readonly string[] OfStockHosts = ["HYG006", "HYG007"];

    [Theory, MemberData(nameof(Ids))]
    public void What_should_fire_fires_and_nothing_else_does(string id)
    {
        using var result = Fires(id);
        var fired = result.Findings.Select(finding => finding.Rule.Id).ToArray();
        Assert.Contains(id, fired);
        Assert.Empty(fired.Except([id, .. Companions(id), .. result.Config is null ? [] : OfStockHosts]));
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_nearest_miss_is_quiet(string id)
    {
        using var result = Of(Rule(id).Manual.Quiet);
        Assert.True(Rule(id).CanExamine(result.Evidence), $"{id} is quiet because its evidence is missing.");
        Assert.DoesNotContain(id, result.Findings.Select(finding => finding.Rule.Id));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_line_of_an_example_is_understood(string id)
    {
        foreach (string log in new[] { Rule(id).Manual.Fires.Log, Rule(id).Manual.Quiet.Log }.OfType<string>())
        {
            using var result = Audit.OfText(log);
            Assert.Equal(log.Split('\n').Length, result.Log.PostfixLines);
            Assert.Equal(0, result.Log.UnreadLines);
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_rule_that_needs_the_queue_shows_one(string id)
    {
        var manual = Rule(id).Manual;
        if (!manual.Needs.HasFlag(EvidenceKinds.Queue)) return;
        Assert.NotNull(manual.Fires.Queue);
        Assert.NotNull(manual.Quiet.Queue);
        Assert.NotEmpty(QueueListing.Of(Encoding.UTF8.GetBytes(manual.Fires.Queue), "queue").Messages);
        Assert.NotEmpty(QueueListing.Of(Encoding.UTF8.GetBytes(manual.Quiet.Queue), "queue").Messages);
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_rule_that_needs_the_configuration_shows_one(string id)
    {
        var manual = Rule(id).Manual;
        if (!manual.Needs.HasFlag(EvidenceKinds.Config)) return;
        Assert.NotNull(manual.Fires.Config);
        Assert.NotNull(manual.Quiet.Config);
        Assert.Empty(PostfixConfig.OfText(manual.Fires.Config).Remarks);
        Assert.Empty(PostfixConfig.OfText(manual.Quiet.Config).Remarks);
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_rule_finds_one_thing_about_a_subject_and_its_severity_is_the_manuals(string id)
    {
        using var result = Fires(id);
        var findings = Rule(id).Examine(new Evidence { Log = result.Mail, Queue = result.Queue, Config = result.Config, Dns = result.Dns }).ToArray();
        Assert.NotEmpty(findings);
        Assert.Distinct(findings.Select(finding => finding.Subject));
        Assert.All(findings, finding => Assert.NotEmpty(finding.Proofs));
        Assert.Contains(findings, finding => finding.Severity == Rule(id).Manual.Severity);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Examples_use_reserved_names_and_addresses_only(string id)
    {
        var manual = Rule(id).Manual;
        string text = string.Join('\n', manual.Fires.Parts.Concat(manual.Quiet.Parts).Select(part => part.Text));
        Assert.All(Address().Matches(text).Select(match => IPAddress.Parse(match.Value)),
            address => Assert.True(IsReserved(address), $"{address} may belong to somebody."));
        Assert.All(Domain().Matches(text).Select(match => match.Groups[1].Value), domain =>
            Assert.True(
                domain.EndsWith(".example") || domain is "example.com" or "example.net" or "example.org" || domain.EndsWith(".example.com")
                    || domain.EndsWith(".example.net") || domain.EndsWith(".example.org"),
                $"{domain} may belong to somebody."));
    }

    private static bool IsReserved(IPAddress address) =>
        new[] { "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "0.0.0.0/32", "127.0.0.0/8", "10.0.0.0/8" }
            .Any(network => IPNetwork.Parse(network).Contains(address));

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"@([a-z0-9-]+(?:\.[a-z0-9-]+)+)")]
    private static partial Regex Domain();
}
