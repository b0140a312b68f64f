using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Tests.Commands;
using MxAudit.Tests.Input;

namespace MxAudit.Tests;

/// <summary>Each kind of evidence is optional, the log as well.</summary>
public sealed class AuditWithoutLogTests : FolderTests
{
    private static readonly string Stories = Golden.PathOf("sample-logs");

    public static TheoryData<string, string> Combinations =>
        new(from story in Directory.GetDirectories(Stories).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)
            from kinds in new[] { "queue", "config", "dns", "queue config", "queue dns", "config dns", "queue config dns" }
            select (story, kinds));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void What_is_given_is_audited_alone(string story, string given)
    {
        string folder = Path.Combine(Stories, story);
        string[] kinds = given.Split(' ');
        using var audit = Audit.Run(new AuditRequest
        {
            QueueFile = kinds.Contains("queue") ? Path.Combine(folder, "postqueue-j.json") : null,
            Config = kinds.Contains("config") ? folder : null,
            Dns = kinds.Contains("dns") ? Path.Combine(folder, "mx.json") : null,
        });
        var atHand = kinds.Aggregate(EvidenceKinds.None, (all, kind) => all | Enum.Parse<EvidenceKinds>(kind, ignoreCase: true));
        Assert.Equal(atHand, audit.AtHand);
        Assert.False(audit.Log.WasRead);
        Assert.All(audit.Findings,
            finding => Assert.True(
                (finding.Rule.Needs & ~atHand) == EvidenceKinds.None
                    || (finding.Rule.OrElse != EvidenceKinds.None && (finding.Rule.OrElse & ~atHand) == EvidenceKinds.None),
                finding.Rule.Id));
        Assert.All(audit.Findings, finding => Assert.DoesNotContain(finding.Proofs, proof => proof.Kind == EvidenceKinds.Log));
        Assert.Equal(
            AllRules.InOrder
                .Where(rule => (rule.Manual.Needs & ~atHand) != 0 && audit.Findings.All(finding => finding.Rule != rule.Manual))
                .Select(rule => rule.Manual.Id),
            audit.NotEvaluated.Select(rule => rule.Rule.Id));
        foreach (var table in AllTables.InOrder)
            // nobody stumbles over the missing log
            foreach (var cells in table.Rows(audit, table.AllColumns)) Assert.Equal(table.ColumnNames.Count, cells.Length);
    }

    /// <summary>An empty cell: not known.</summary>
    [Fact]
    public void What_only_the_log_counts_is_not_0_for_a_domain()
    {
        var (_, table, _) = Screenless.Run("export", "domains", "--config", Path.Combine(Stories, "backscatter-no-verify"), "--columns",
            "domain,class,accepted,bounced,probes_unknown");
        Assert.Equal("domain,class,accepted,bounced,probes_unknown\nexample.com,relay,,,\nexample.net,relay,,,\n", table);
        using var audit = Audit.Run(new AuditRequest { Config = Path.Combine(Stories, "backscatter-no-verify") });
        string page = string.Join('\n', MxAudit.Views.DomainView.Of(audit, DomainsTable.Definition.RowsOf(audit).First()).Select(line => line.Text));
        Assert.Contains("not known: no log was read", page);
        Assert.DoesNotContain("nothing", page);
    }

    [Fact]
    public void The_log_is_null_in_json_and_its_rules_are_not_evaluated()
    {
        var (status, output, error) = Screenless.Run("check", "--format", "json", "--config", Path.Combine(Stories, "backscatter-no-verify"));
        Assert.Equal((2, ""), (status, error));
        using var json = System.Text.Json.JsonDocument.Parse(output);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.RootElement.GetProperty("evidence").GetProperty("log").ValueKind);
        Assert.Contains(json.RootElement.GetProperty("not_evaluated").EnumerateArray(),
            rule => rule.GetProperty("rule").GetString() == "BKS001" && rule.GetProperty("needs")[0].GetString() == "log");
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("rule").GetString() == "BKS008");
    }

    [Fact]
    public void Ages_are_counted_to_the_newest_arrival()
    {
        string queue = Write("queue.json", """
            {"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1795341601, "message_size": 1, "sender": "a@example.com", "recipients": [{"address": "b@example.com"}]}
            {"queue_name": "deferred", "queue_id": "1A2B3C4D02", "arrival_time": 1795345201, "message_size": 1, "sender": "a@example.com", "recipients": [{"address": "b@example.com"}]}
            """);
        using var audit = Audit.Run(new AuditRequest { QueueFile = queue });
        var table = QueueTable.Definition;
        Assert.Equal(["3600 unknown", "0 unknown"],
            table.Rows(audit, [table.IndexOf("age_seconds"), table.IndexOf("seen_in_log")]).Select(cells => $"{cells[0]} {cells[1]}"));
    }

    /// <summary>A host where nothing is to be found, or only what a test puts there.</summary>
    private AuditRequest OnThisHost => new()
    {
        DefaultLog = LiveEvidence.IfPossible,
        LiveQueue = LiveEvidence.IfPossible,
        Config = "live",
        ConfigIfPossible = true,
        LogPlaces = new LogPlaces { LogFolder = Folder, Journalctl = PathOf("journalctl") },
        Programs = new HostPrograms { Folders = [Folder] },
    };

    [Fact]
    public void Where_nothing_can_be_read_there_is_no_audit() =>
        Assert.Contains("there is no program", Assert.Throws<InputException>(() => Audit.Run(OnThisHost)).Message);

    [Fact]
    public void A_request_for_nothing_is_no_audit() =>
        Assert.Contains("nothing to audit", Assert.Throws<InputException>(() => Audit.Run(new AuditRequest())).Message);

    [Theory]
    [InlineData(null, "There is no")]
    [InlineData("Nov 22 10:00:01 mx2 cron[1]: nothing\n", "it is not of Postfix")]
    [InlineData("", "not one line")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_default_log_that_tells_nothing_does_not_keep_the_rest_from_being_audited(string? log, string note)
    {
        if (log is not null) Write("mail.log", log);
        Program("postqueue", "");
        using var audit = Audit.Run(OnThisHost);
        Assert.Equal(EvidenceKinds.Queue, audit.AtHand);
        Assert.Contains(audit.Notes, said => said.Contains(note, StringComparison.Ordinal));
    }

    /// <summary>Else a job whose user lacks a group would say for years that all is well.</summary>
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_default_log_that_may_not_be_read_is_no_audit_to_check_and_a_note_to_who_looks()
    {
        File.SetUnixFileMode(Folder, LogSourcesTests.Everybody);
        Write("mail.log", "Nov 22 10:00:01 mx2 postfix/smtpd[1]: connect from mx1.example.com[192.0.2.10]\n");
        File.SetUnixFileMode(PathOf("mail.log"), UnixFileMode.None);
        Write("postqueue", "#!/bin/sh\n");
        File.SetUnixFileMode(PathOf("postqueue"), LogSourcesTests.Everybody);
        AsNobody.Do(() =>
        {
            var (status, output, error) = Screenless.RunOn(Folder, "check", "--quiet");
            Assert.Equal((3, ""), (status, output));
            Assert.EndsWith("To audit without the log: --queue live --config live. No audit was performed.\n", error);
            using var looked = Audit.Run(OnThisHost);
            Assert.Contains(looked.Notes, note => note.StartsWith("The audit goes on without a log.", StringComparison.Ordinal));
        });
    }

    /// <summary>Debian since 12 has no mail.log unless somebody asks for it.</summary>
    [Theory]
    [InlineData("Hint: You are currently not seeing messages from other users and the system.", 0)]
    [InlineData("No journal files were opened due to insufficient permissions.", 1)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void So_it_is_with_a_journal_that_may_not_be_read(string said, int ended)
    {
        Program("journalctl", $"echo '{said}' >&2; exit {ended}");
        Program("postqueue", "");
        var (status, output, error) = Screenless.RunOn(Folder, "check", "--quiet");
        Assert.Equal((3, ""), (status, output));
        Assert.EndsWith("To audit without the log: --queue live --config live. No audit was performed.\n", error);
        Assert.Equal(0, Screenless.RunOn(Folder, "check", "--quiet", "--queue", "live").Status);
        Program("journalctl", "echo 'No journal files were found.' >&2; exit 1");
        Assert.Equal(0, Screenless.RunOn(Folder, "check", "--quiet").Status);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private void Program(string name, string script) => Script.Write(PathOf(name), script);

    [Fact]
    public void A_log_that_is_named_must_be_one_whatever_else_there_is()
    {
        string log = Write("mail.log", "hello\n");
        Assert.Contains("it is not of Postfix",
            Assert.Throws<InputException>(() => Audit.Run(OnThisHost with { Logs = [log], Config = Path.Combine(Stories, "backscatter-no-verify") })).Message);
    }

    [Fact]
    public void Rules_that_do_not_need_the_log_give_the_same_finding_without_it()
    {
        var config = PostfixConfig.OfText("relay_domains = example.com\nmynetworks = 0.0.0.0/0\nmyhostname = mx2.fallback.example\n");
        using var audit = Audit.OfText(null, config: config);
        Assert.Contains("REL001", audit.Findings.Select(finding => finding.Rule.Id));
    }
}
