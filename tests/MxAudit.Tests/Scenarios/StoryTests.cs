using System.Text.Json.Nodes;

namespace MxAudit.Tests.Scenarios;

/// <summary>Whole hosts, recorded from real Postfix: what the program says of them against what truly happened.</summary>
public class StoryTests
{
    public static TheoryData<string> All => [.. Story.Names];

    [Fact]
    public void There_are_six_stories_at_least() => Assert.True(Story.Names.Count >= 6);

    [Theory, MemberData(nameof(All))]
    public void A_story_is_told_as_expected(string name)
    {
        var story = new Story(name);
        var (status, output, error) = Story.Run(["check", .. Story.Fixed, story.Log]);
        Assert.DoesNotContain("internal error", error);
        string told = $"$ mxaudit check {string.Join(' ', Story.Fixed)} mail.log\n{output}exit status {status}\n";
        if (error.Length > 0) told += $"standard error:\n{error}";
        Golden.Holds($"sample-logs/{name}/expected.txt", told.Replace(story.Folder + "/", ""));
    }

    [Theory, MemberData(nameof(All))]
    public void Every_recipient_meets_the_fate_that_the_truth_knows(string name)
    {
        var story = new Story(name);
        bool nextHopMayBounce = story.Totals.ContainsKey("next_hop_may_bounce");
        var (_, output, _) = Story.Run(["export", "recipients", "--format", "json", .. Story.Fixed, story.Log]);
        var rows = JsonNode.Parse(output)!.AsArray();
        var outcomes = rows.SelectMany(row =>
            new[] { "recipient", "original_recipient" }.Select(column => (Key: Key($"{row!["queue_id"]}", $"{row[column]}"), Outcome: $"{row["outcome"]}")))
            .ToLookup(pair => pair.Key, pair => pair.Outcome);
        var wrong = story.Fates
            .Select(fate => (fate.QueueId, fate.Recipient, fate.Fate, Outcome: outcomes[Key(fate.QueueId, fate.Recipient)].FirstOrDefault("no row")))
            .Where(fate => !OutcomesOf(fate.Fate, nextHopMayBounce).Contains(fate.Outcome));
        Assert.Empty(wrong);
        Assert.NotEmpty(story.Fates);
    }

    [Theory, MemberData(nameof(All))]
    public void The_totals_are_those_that_clients_and_mailboxes_saw(string name)
    {
        var story = new Story(name);
        var totals = TotalsOf(story.Log);
        foreach (var (total, truth) in story.Totals.Where(total => total.Key != "next_hop_may_bounce"))
        {
            int seen = total switch
            {
                "accepted_by_smtp" => (int)totals["messages_accepted"]!,
                "smtpd_rejects" => (int)totals["smtpd_rejects"]!,
                "notices_received" => (int)totals["notice_fates"]!["delivered"]!,
                "non_delivery_notices" => (int)totals["notices"]!["non_delivery"]!,
                "probes" => new[] { "deliverable", "undeliverable", "unknown" }.Sum(result => (int)totals["probes"]![result]!),
                _ => throw new ArgumentException($"{total} is not a total."),
            };
            // The host's own mail and every hop of a loop are accepted too, and no client of this test sent them.
            if (total == "accepted_by_smtp") Assert.InRange(seen, int.Parse(truth), int.MaxValue);
            else Assert.Equal((total, truth), (total, $"{seen}"));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void The_other_kind_of_stamp_tells_the_same_story(string name)
    {
        var story = new Story(name);
        if (story.Twin is not { } twin) return;
        Assert.Equal(TotalsOf(story.Log).ToJsonString(), TotalsOf(twin).ToJsonString());
        string[] outcomes =
        [
            "export",
            "recipients",
            "--columns",
            "host,instance,queue_id,class,sender,recipient,client,trusted,outcome,dsn,relay,attempts,reason_class,reason,notice_queue_id,notice_fate",
            .. Story.Fixed,
        ];
        Assert.Equal(Story.Run([.. outcomes, story.Log]).Output, Story.Run([.. outcomes, twin]).Output);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_line_of_a_story_is_understood(string name) =>
        Assert.Equal("daemon,shape,count,example,source,line\n", Story.Run(["export", "unread", .. Story.Fixed, new Story(name).Log]).Output);

    private static JsonObject TotalsOf(string log) =>
        JsonNode.Parse(Story.Run(["check", "--format", "json", .. Story.Fixed, log]).Output)!["totals"]!.AsObject();

    private static string Key(string queueId, string recipient) => $"{queueId} {recipient.ToLowerInvariant()}";

    /// <summary>What the log can show of a fate. A host can not know what becomes of mail that the next hop has accepted.</summary>
    private static string[] OutcomesOf(string fate, bool nextHopMayBounce) => fate switch
    {
        "delivered" => ["delivered"],
        "bounced" => nextHopMayBounce ? ["bounced", "expired", "delivered"] : ["bounced", "expired"],
        "failed-null-sender" => ["bounced", "expired"],
        "queued" => ["deferred", "queued", "held"],
        "deleted" => ["deleted"],
        "discarded" => ["discarded", "delivered", "filtered"],
        _ => throw new ArgumentException($"{fate} is not a fate."),
    };
}
