namespace MxAudit.Tests.Screens;

/// <summary>Every screen as it is seen, in the size of an old terminal and of a wide one.</summary>
public class GoldenScreensTests
{
    /// <summary>The story, the name of the picture, and the keys that lead to it.</summary>
    public static TheoryData<string, string, string> Ways => new()
    {
        { "backscatter-no-verify", "overview", "" },
        { "backscatter-no-verify", "finding", "j j Enter" },
        { "backscatter-no-verify", "findings", "2 j j" },
        { "backscatter-no-verify", "mail", "8 j j" },
        { "backscatter-no-verify", "trace", "8 j Enter" },
        { "backscatter-no-verify", "help", "8 ?" },
        { "backscatter-no-verify", "domains", "3" },
        { "backscatter-no-verify", "bounces", "6 j" },
        { "seed-primary-down", "overview-outage", "" },
        { "seed-primary-down", "hops", "4" },
        { "seed-primary-down", "queue", "5" },
        { "seed-primary-down", "probes", "7 G" },
        { "seed-primary-down", "refused", "9 j" },
        { "seed-primary-down", "line", "9 j Enter" },
        { "seed-primary-down", "unread", "0" },
        { "seed-healthy-negcache-yes", "overview-healthy", "" },
        { "backscatter-no-verify", "domain", "3 Enter" },
        { "seed-primary-down", "hop", "4 Enter" },
        { "backscatter-no-verify", "advice", "a j" },
        { "seed-primary-down", "advice-recipe", "a G k k k" },
    };

    public static TheoryData<string, string, string, int, int> Pictures
    {
        get
        {
            var pictures = new TheoryData<string, string, string, int, int>();
            foreach (var way in Ways)
            {
                var (story, name, keys) = way.Data;
                pictures.Add(story, name, keys, 80, 24);
                pictures.Add(story, name, keys, 140, 40);
            }
            return pictures;
        }
    }

    [Theory, MemberData(nameof(Pictures))]
    public void A_screen_looks_as_it_did(string story, string name, string keys, int width, int height)
    {
        using var screens = Headless.On(story, width, height);
        screens.Press(keys);
        Golden.Holds($"tests/MxAudit.Tests/Screens/Pictures/{name}-{width}x{height}.txt", screens.Screen);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(140, 40)]
    public void A_queue_of_old_and_new_mail_looks_as_it_did(int width, int height)
    {
        string queue = string.Join('\n', Enumerable.Range(1, 30).Select(i => $$"""
            {"queue_name": "{{(i % 9 == 0 ? "hold" : "deferred")}}", "queue_id": "4A{{i:D4}}B", "arrival_time": {{1_795_300_000 - i * i * 400}}, "message_size": {{i * 1000}}, "forced_expire": false, "sender": "s{{i}}@partner.example", "recipients": [{"address": "u{{i}}@d{{i * i % 13}}.example", "delay_reason": "connect to mx1.d{{i * i % 13}}.example[192.0.2.{{i}}]:25: Connection refused"}]}
            """.Trim()));
        using var screens = new Headless(width, height,
            Audit.OfText(null, new AuditRequest { Now = DateTimeOffset.FromUnixTimeSeconds(1_795_300_000) }, queue: queue));
        screens.Press("5");
        Golden.Holds($"tests/MxAudit.Tests/Screens/Pictures/queue-ages-{width}x{height}.txt", screens.Screen);
    }
}
