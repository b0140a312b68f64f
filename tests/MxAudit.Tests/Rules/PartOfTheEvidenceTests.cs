using MxAudit.Rules;
using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Rules;

/// <summary>Each kind of evidence may be missing: every part of what the examples of rules are made of, through whatever tells about findings.</summary>
public class PartOfTheEvidenceTests
{
    public static TheoryData<string> Ids => ExamplesTest.Ids;

    [Theory, MemberData(nameof(Ids))]
    public void Whatever_is_missing_the_audit_holds(string id)
    {
        var manual = AllRules.Find(id)!.Manual;
        foreach (var part in new[] { manual.Fires, manual.Quiet }.SelectMany(PartsOf))
        {
            using var folder = new TestFolder();
            string[] evidence = Files(part, folder);
            foreach (string verb in new[] { "check --format json", "advise", "report" })
            {
                var (status, output, error) = Screenless.Run([.. verb.Split(' '), .. evidence]);
                Assert.DoesNotContain("internal error", error);
                Assert.InRange(status, 0, 2);
                Assert.NotEmpty(output);
            }
        }
    }

    /// <summary>Nothing but the log says what this host is called.</summary>
    [Theory]
    [InlineData("mx2.fallback.example", "mx2.fallback.example", Severity.High)]
    [InlineData("mx2.fallback.example", "MX2.fallback.example", Severity.High)]
    [InlineData("mx2", "mx2.fallback.example", null)] // as many are called
    [InlineData("mx2.fallback.example", "mx1.example.net", null)]
    public void DNS_without_configuration_leaves_the_guess_where_an_MX_host_has_the_name_in_the_log(string host, string exchange, Severity? severity)
    {
        var result = new AuditedHost(log: string.Join('\n', RelayingTests.Refused).Replace(" mx2 ", $" {host} "), dns: $$"""
            {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "{{exchange}}", "addresses": ["198.51.100.25"]}]} }
            """);
        Assert.Equal(severity, result.All("RLY001").SingleOrDefault()?.Severity);
    }

    /// <summary>All of it, and what is left when some of it is not at hand.</summary>
    private static IEnumerable<Example> PartsOf(Example example)
    {
        var whole = example with { Config = example.Config ?? Example.Sound, Dns = example.Dns ?? UsualAnswers };
        EvidenceKinds[] kinds = [.. whole.Parts.Select(part => part.Kind)];
        for (int chosen = 1; chosen < 1 << kinds.Length; chosen++)
        {
            bool Has(EvidenceKinds kind) => Array.IndexOf(kinds, kind) is >= 0 and var bit && (chosen & (1 << bit)) != 0;
            yield return new Example
            {
                Log = Has(EvidenceKinds.Log) ? whole.Log : null,
                Queue = Has(EvidenceKinds.Queue) ? whole.Queue : null,
                Config = Has(EvidenceKinds.Config) ? whole.Config : null,
                Dns = Has(EvidenceKinds.Dns) ? whole.Dns : null,
            };
        }
    }

    private static string[] Files(Example part, TestFolder folder)
    {
        List<string> words = ["--year", "2026", "--utc-offset", "+00:00", "--now", "2026-11-22T18:00:00Z"];
        words.AddRange(["--queue", part.Queue is { } queue ? folder.Write("postqueue.json", queue) : "none"]);
        words.AddRange(["--config", part.Config is { } config ? folder.Write("main.cf", config) : "none"]);
        words.AddRange(["--dns", part.Dns is { } dns ? folder.Write("mx.json", dns) : "none"]);
        words.Add(folder.Write("mail.log", part.Log ?? AnyLine));
        return [.. words];
    }

    private static string UsualAnswers { get; } =
        $"{{{string.Join(", ", new[] { "example.com", "example.net", "example.org" }.Select(AnswerOf))}}}";

    private static string AnswerOf(string domain) => $$"""
        "{{domain}}": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.{{domain}}", "addresses": ["192.0.2.10"]},
            {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}
        """;

    private const string AnyLine = "Nov 22 10:00:01 mx2 postfix/postfix-script[101]: starting the Postfix mail system";
}
