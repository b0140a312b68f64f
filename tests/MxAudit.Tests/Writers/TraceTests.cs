using System.Globalization;
using MxAudit.Config;
using MxAudit.Tables;
using MxAudit.Tests.Mail;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

/// <summary>Where is my mail?</summary>
public class TraceTests
{
    private const string Unknown = "450 4.1.1 <anna@example.com>: Recipient address rejected: unverified address";

    private static string Refused(string from, string to, string reply = Unknown, string verb = "reject") =>
        $"NOQUEUE: {verb}: RCPT from {Letters.Stranger}: {reply}; from=<{from}> to=<{to}> proto=ESMTP helo=<mail.partner.example>";

    private static string Listed(string id, string queue, string recipients, string sender = "joe@partner.example") =>
        $$"""{"queue_name": "{{queue}}", "queue_id": "{{id}}", "arrival_time": 1795348800, "message_size": 500, "sender": "{{sender}}", "recipients": [{{recipients}}]}""";

    private static string Of(string key, Letters letters, string? queue = null, PostfixConfig? config = null)
    {
        using var audit = Audit.OfText(letters.ToString(), queue: queue, config: config);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var found = TraceSearch.Find(audit, key);
        if (found.IsEmpty) return "nothing";
        new TraceWriter(new Page(text), audit).Write(found);
        return text.ToString();
    }

    [Theory]
    [InlineData("joe@partner.example")]
    [InlineData("JOE@Partner.Example")]
    [InlineData("<anna@example.com>")]
    public void What_was_refused_is_told_to_its_sender_and_its_recipient(string key)
    {
        string text = Of(key,
            new Letters()
                .Line($"smtpd: {Refused("joe@partner.example", "anna@example.com")}")
                .Line($"smtpd: message repeated 2 times: [ {Refused("joe@partner.example", "anna@example.com")}]")
                .Line($"postscreen: {Refused("joe@partner.example", "anna@example.com", "550 5.7.1 Service unavailable; client [203.0.113.44] blocked using dnsbl.example")}")
                .Line($"smtpd: {Refused("eve@partner.example", "bert@example.com")}")
                .Line($"smtpd: {Refused("joe@partner.example", "anna@example.com", verb: "reject_warning")}"));
        Assert.StartsWith($"refused 4 times with {key.Trim('<', '>')} as sender or recipient\n"
            + $"    2026-11-22T12:00:00+00:00 450 4.1.1 by smtpd at rcpt, client {Letters.Stranger}, from joe@partner.example to anna@example.com\n      -:1: ",
            text);
        Assert.Contains("from joe@partner.example to anna@example.com, 2 times\n      -:2: ", text);
        Assert.Contains("550 5.7.1 by postscreen at rcpt, ", text);
        Assert.DoesNotContain("eve@", text);
        Assert.DoesNotContain("reject_warning", text);
    }

    /// <summary>What came from this host, what another handed over, and what began before the log.</summary>
    [Fact]
    public void Where_mail_came_from_is_told()
    {
        var log = new Letters().Submitted("A00001").Arrives("A00002").Active("A00003").Submitted("A00004", requeued: "A00009");
        Assert.Contains(" submitted here from root@mx2.fallback.example, ", Of("A00001", log), StringComparison.Ordinal);
        Assert.Contains(" handed over by mail.partner.example[203.0.113.44] from joe@partner.example, a stranger, ", Of("A00002", log), StringComparison.Ordinal);
        Assert.Contains(" first seen from joe@partner.example, ", Of("A00003", log), StringComparison.Ordinal);
        Assert.Contains(" first seen from root@mx2.fallback.example", Of("A00004", log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_stands_for_all_its_addresses_and_for_no_other_domain()
    {
        string text = Of("@Example.com", new Letters().Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001").Arrives("A00002")
            .Sent("A00002", "anna@sub.example.com").Removed("A00002")
            .Line($"smtpd: {Refused("joe@partner.example", "bert@example.com")}").Line($"smtpd: {Refused("joe@partner.example", "bert@notexample.com")}"));
        Assert.StartsWith("A00001 mail on", text);
        Assert.Contains("\n\nrefused 1 time with @Example.com as sender or recipient\n", text);
        Assert.Contains("to bert@example.com", text);
        Assert.DoesNotContain("A00002", text);
        Assert.DoesNotContain("notexample", text);
    }

    [Fact]
    public void Of_thousands_the_first_and_the_last_are_told_and_how_many_lie_between()
    {
        var letters = new Letters();
        for (int i = 0; i < 120; i++) letters.Arrives($"A{i:D5}").Sent($"A{i:D5}", "anna@example.com").Removed($"A{i:D5}");
        for (int i = 0; i < 1200; i++) letters.Line($"smtpd: {Refused($"s{i}@partner.example", "anna@example.com")}");
        string text = Of("anna@example.com", letters);
        Assert.Equal(100, text.Split('\n').Count(line => line.EndsWith(" mail on mx2 postfix", StringComparison.Ordinal)));
        Assert.Contains("\n    … 20 more messages that the table messages has\n", text);
        Assert.Contains("refused 1,200 times", text);
        Assert.Contains("\n    … 1,190 more refusals that the table rejects has\n", text);
        foreach (string sender in new[] { "s0", "s4", "s1195", "s1199" }) Assert.Contains($"from {sender}@", text);
        foreach (string sender in new[] { "s5", "s1194" }) Assert.DoesNotContain($"from {sender}@", text);
    }

    [Theory]
    [InlineData("slow@slow.example")]
    [InlineData("@slow.example")]
    [InlineData("joe@partner.example")]
    [InlineData("A00001")]
    public void A_recipient_that_only_the_queue_names_is_found_and_so_is_its_place_there(string key)
    {
        string text = Of(key, new Letters().Arrives("A00001"), Listed("A00001", "active", """{"address": "slow@slow.example"}"""));
        Assert.StartsWith("A00001 mail on mx2 postfix\n", text);
        Assert.EndsWith("""
                waits in the active queue for slow@slow.example, not tried yet
                  queue:1: A00001 active since 2026-11-22 12:00:00Z: from=<joe@partner.example> to=<slow@slow.example>
                queued, expires 2026-11-27T12:00:00+00:00 (by Postfix's defaults: the configuration is not at hand)

            """, text);
    }

    [Fact]
    public void A_message_that_the_log_does_not_have_is_told_by_the_queue()
    {
        string text = Of("\"slow\"@slow.example", new Letters().Arrives("A00001"),
            Listed("B00001", "deferred",
                """{"address": "\"slow\"@slow.example", "delay_reason": "connect to mx.slow.example[192.0.2.30]:25: Connection timed out"}"""));
        Assert.Equal("""
            B00001 in the queue; the log does not have it
                2026-11-22T12:00:00+00:00 arrived from joe@partner.example, 500 bytes, 1 recipient
                waits in the deferred queue for "slow"@slow.example
                  queue:1: B00001 deferred since 2026-11-22 12:00:00Z: from=<joe@partner.example> to=<"slow"@slow.example> (connect to mx.slow.example[192.0.2.30]:25: Connection timed out)
                queued, expires 2026-11-27T12:00:00+00:00 (by Postfix's defaults: the configuration is not at hand)

            """, text);
        Assert.Equal(text,
            Of("slow@slow.example", new Letters().Arrives("A00001"),
                Listed("B00001", "deferred",
                    """{"address": "\"slow\"@slow.example", "delay_reason": "connect to mx.slow.example[192.0.2.30]:25: Connection timed out"}""")));
    }

    [Fact]
    public void Of_very_many_that_wait_the_first_are_told()
    {
        string text = Of("A00001", new Letters().Arrives("A00001", recipients: 30),
            Listed("A00001", "active", string.Join(", ", Enumerable.Range(0, 30).Select(i => $$"""{"address": "u{{i}}@slow.example"}"""))));
        Assert.Contains("for u19@slow.example, not tried yet\n", text);
        Assert.DoesNotContain("for u20@", text);
        Assert.Contains("\n    … 10 more recipients that the table queue has\n", text);
    }

    /// <summary>The same times as in the tables.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_waits_ends_with_its_next_attempt_and_its_expiry(bool listed)
    {
        var letters = new Letters().Arrives("A00001").After(30).Deferred("A00001", "anna@example.com");
        string? queue = listed
            ? Listed("A00001", "deferred",
                """{"address": "anna@example.com", "delay_reason": "connect to mx1.example.com[192.0.2.10]:25: Connection refused"}""")
            : null;
        var config = PostfixConfig.OfText("maximal_queue_lifetime = 14d\nminimal_backoff_time = 10m\nmyhostname = mx2.fallback.example\n");
        string text = Of("anna@example.com", letters, queue, config);
        Assert.EndsWith("\n    queued, next retry from 2026-11-22T12:10:30.030+00:00 on, expires 2026-12-06T12:00:00+00:00\n", text);
        using var audit = Audit.OfText(letters.ToString(), queue: queue, config: config);
        var table = AllTables.Find(listed ? "queue" : "deferrals")!;
        var row = table.Rows(audit, [table.IndexOf("next_retry"), table.IndexOf("expires_at")]).Single();
        Assert.Equal(("2026-11-22T12:10:30.030+00:00", "2026-12-06T12:00:00+00:00"), (row[0].ToString(), row[1].ToString()));
    }

    [Fact]
    public void Without_the_queue_what_was_not_tried_says_so_and_what_is_held_waits_for_ever()
    {
        Assert.EndsWith("\n    queued, not tried yet, expires 2026-11-27T12:00:00+00:00 (by Postfix's defaults: the configuration is not at hand)\n",
            Of("A00001", new Letters().Arrives("A00001")));
        Assert.EndsWith("\n    held\n",
            Of("A00001", new Letters().Arrives("A00001").Deferred("A00001", "anna@example.com").Postsuper("A00001", "placed on hold"),
                Listed("A00001", "hold", """{"address": "anna@example.com"}""")));
    }

    [Fact]
    public void A_listing_from_before_its_end_does_not_make_a_message_wait() =>
        Assert.EndsWith("+00:00 removed\n",
            Of("A00001", new Letters().Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001"),
                Listed("A00001", "active", """{"address": "anna@example.com"}""")));

    [Theory]
    [InlineData("A00001", "a queue id: an address has an @, and all of a domain is @ and its name.")]
    [InlineData("user", "a queue id: an address has an @, and all of a domain is @ and its name.")]
    [InlineData("<x.1>", "a queue id and a Message-ID.")]
    [InlineData("u@example.com", "a queue id, a Message-ID and an address of senders and recipients, in messages, refusals and the queue listing.")]
    [InlineData("@example.com", "a domain of senders and recipients, in messages, refusals and the queue listing.")]
    public void Where_nothing_matches_it_is_told_what_was_looked_for(string key, string what)
    {
        var log = new Letters().Arrives("B00001");
        Assert.Equal("nothing", Of(key, log));
        using var audit = log.Audited();
        Assert.Equal($"Nothing matches {key}, which was looked for as {what} The log at hand goes from 2026-11-22T12:00:00+00:00 to 2026-11-22T12:00:00.020+00:00.",
            TraceSearch.NothingMatches(key, audit));
    }

    [Fact]
    public void An_address_of_other_letters_is_found_as_it_is_shown()
    {
        var letters = new Letters()
            .Arrives("A00001")
            .Sent("A00001", "anna@münchen.example")
            .Line($"smtpd: {Refused("jörg@partner.example", "anna\u0007@example.com")}");
        Assert.StartsWith("A00001", Of("ANNA@MÜNCHEN.example", letters));
        Assert.StartsWith("refused 1 time", Of("JÖRG@partner.example", letters));
        Assert.StartsWith("refused 1 time", Of("anna\\x07@example.com", letters));
    }

    /// <summary>The line that did it says which rule, and why.</summary>
    [Theory]
    [InlineData("hold", "held")]
    [InlineData("discard", "discarded")]
    public void Why_mail_is_held_or_gone_is_told(string action, string told)
    {
        string text = Of("A00001", new Letters().Client("A00001").MessageId("A00001", "m@partner.example")
            .Line($"cleanup: A00001: {action}: header X-Do: it from {Letters.Stranger}; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>: look at this"));
        Assert.Contains($"    {told} by an access table, a header check or a milter\n      -:3: ", text, StringComparison.Ordinal);
        Assert.Contains(": look at this\n", text, StringComparison.Ordinal);
    }

    private const string Back = "mx1.example.com[192.0.2.10]";

    private static Letters Looping(string client = Back, string second = "joe@partner.example", string messageId = "m1@partner.example") => new Letters()
        .Arrives("A00001", from: second, messageId: "m1@partner.example").Sent("A00001", "anna@example.com").Removed("A00001")
        .Arrives("A00002", client, second, messageId).Sent("A00002", "anna@example.com").Removed("A00002")
        .Arrives("A00003", client, second, messageId)
        .Tried("A00003", "anna@example.com", "bounced", "host mx1.example.com[192.0.2.10] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)", dsn: "5.4.0")
        .Notice("B00001").Links("A00003", "B00001").Removed("A00003");

    private static string Steps(string key, Letters log) =>
        string.Join('|', Of(key, log).Split('\n').Select(line => line.Trim()).Where(line => line.Contains(" on mx2 ", StringComparison.Ordinal)));

    /// <summary>Each hop is a message of its own, which another host handed over; whoever asks for one wants to see the whole way.</summary>
    [Theory]
    [InlineData("A00001"), InlineData("A00002"), InlineData("A00003"), InlineData("B00001"), InlineData("<m1@partner.example>")]
    public void A_loop_is_followed_from_its_first_hop_to_the_notice(string key) =>
        Assert.Equal("A00001 mail on mx2 postfix|comes back as A00002 mail on mx2 postfix|comes back as A00003 mail on mx2 postfix|notice B00001 on mx2 postfix",
            Steps(key, Looping()));

    /// <summary>A loop of 25 hops is 50 lives: one under the other it can be read, and each step inside the one before it not.</summary>
    [Fact]
    public void Hops_stand_one_under_the_other()
    {
        string[] lines = Of("A00001", Looping()).Split('\n');
        Assert.Equal(["    comes back as A00002 mail on mx2 postfix", "    comes back as A00003 mail on mx2 postfix", "        notice B00001 on mx2 postfix"],
            lines.Where(line => line.StartsWith(' ') && line.Contains(" on mx2 ", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.EndsWith(", comes back as A00002", StringComparison.Ordinal));
        int removed = Array.FindIndex(lines, line => line.EndsWith(" removed", StringComparison.Ordinal));
        Assert.StartsWith("    comes back as A00002", lines[removed + 1], StringComparison.Ordinal);
    }

    /// <summary>What a content filter hands back is a step inside its hop.</summary>
    [Fact]
    public void Hops_stand_one_under_the_other_behind_a_content_filter_as_well()
    {
        var log = new Letters();
        for (int hop = 1; hop < 4; hop++)
            log.Arrives($"A0000{hop}", hop == 1 ? Letters.Stranger : Back, messageId: "m1@partner.example")
                .Arrives($"B0000{hop}", "localhost[127.0.0.1]", messageId: "m1@partner.example")
                .Tried($"A0000{hop}", "anna@example.com", "sent", $"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B0000{hop}", "127.0.0.1[127.0.0.1]:10024", daemon: "smtp")
                .Removed($"A0000{hop}").Sent($"B0000{hop}", "anna@example.com").Removed($"B0000{hop}");
        Assert.Equal(["A00001", "    goes on as B00001", "    comes back as A00002", "        goes on as B00002", "    comes back as A00003", "        goes on as B00003"],
            Of("B00003", log).Split('\n').Where(line => line.EndsWith(" mail on mx2 postfix", StringComparison.Ordinal)).Select(line => line[..^20]));
    }

    [Fact]
    public void Two_recipients_that_come_back_in_one_message_are_told_once()
    {
        var log = new Letters().Arrives("A00001", messageId: "m1@partner.example").Sent("A00001", "anna@example.com").Sent("A00001", "bert@example.com")
            .Removed("A00001").Arrives("A00002", Back, messageId: "m1@partner.example").Deferred("A00002", "anna@example.com").Deferred("A00002", "bert@example.com");
        Assert.Equal("A00001 mail on mx2 postfix|comes back as A00002 mail on mx2 postfix", Steps("A00001", log));
    }

    /// <summary>Where somebody takes the Received: lines away, nothing ends a loop.</summary>
    [Fact]
    public void A_loop_without_an_end_is_told_piece_by_piece()
    {
        var log = new Letters();
        for (int hop = 0; hop < 20_000; hop++)
            log.Arrives($"A{hop:D5}", Back, messageId: "m1@partner.example").Sent($"A{hop:D5}", "anna@example.com").Removed($"A{hop:D5}");
        string begin = Of("A00000", log), behind = Of("A00401", log);
        Assert.Contains("comes back as A00400 mail", begin, StringComparison.Ordinal);
        Assert.Contains("… comes back as A00401, which a trace of its own tells\n", begin, StringComparison.Ordinal);
        Assert.Contains("comes back as A00401 mail", behind, StringComparison.Ordinal);
        Assert.Contains("comes back as A00601 mail", behind, StringComparison.Ordinal);
        Assert.Equal(["A00000 mail on mx2 postfix"], Of("anna@example.com", log).Split('\n').Where(line => line.StartsWith('A')));
    }

    /// <summary>The reply tells the id: this host speaks to itself, on another port.</summary>
    [Fact]
    public void A_loop_of_this_host_with_itself_is_followed_too()
    {
        const string self = "mx2.fallback.example[198.51.100.25]";
        var log = new Letters().Arrives("A00001", messageId: "m1@partner.example").Arrives("A00002", self, messageId: "m1@partner.example")
            .Sent("A00001", "anna@example.com", "A00002", self + ":25").Removed("A00001").Deferred("A00002", "anna@example.com");
        Assert.Equal("A00001 mail on mx2 postfix|comes back as A00002 mail on mx2 postfix", Steps("A00002", log));
    }

    [Theory]
    [InlineData("list.example[203.0.113.9]", "m1@partner.example")]
    [InlineData(Back, "m2@example.com")]
    public void Another_message_or_a_copy_that_another_host_brings_did_not_come_back(string client, string messageId) =>
        Assert.Equal("A00001 mail on mx2 postfix", Steps("A00001", Looping(client, messageId: messageId)));
}
