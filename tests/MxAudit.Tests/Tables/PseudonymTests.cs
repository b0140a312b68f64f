using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Commands;
using MxAudit.Tables;
using MxAudit.Tests.Scenarios;

namespace MxAudit.Tests.Tables;

public sealed partial class PseudonymTests : FolderTests
{
    private static readonly Pseudonyms Pseudonyms = new("0123456789abcdef"u8, ["kept.example"], ["mx2", "mail"]);

    public static TheoryData<string> Stories => [.. Story.Names];

    [Theory]
    [InlineData("to=<alice@example.com>, relay=mx1.example.com[192.0.2.10]:25", "to=<U@H>, relay=H[4]:25")]
    [InlineData("client=dyn-66.botnet.example[2001:db8::66], helo=<WIN-1>", "client=H[6], helo=<N>")]
    [InlineData("to=<\"a, b\"@example.org>", "to=<\"U\"@H>")]
    [InlineData("\\\"a, b\\\"@example.org", "\\\"U\\\"@H")]
    [InlineData("&lt;alice@example.com&gt; &quot;a, b&quot;@example.org", "&lt;U@H&gt; &quot;U&quot;@H")]
    [InlineData("message-id=<20261122170000.A00011B2001@mx2.fallback.example>", "message-id=<U@H>")]
    [InlineData("user@[192.0.2.1] [IPv6:2001:db8::1] 192.0.2.0/24", "U@[4] [IPv6:6] 4/24")]
    [InlineData("sasl_username=alice, sasl_username=bob@example.com", "sasl_username=N, sasl_username=U@H")]
    [InlineData("relay=backup[192.0.2.10]:25, client=unknown[192.0.2.1], postfix/smtpd[100]:", "relay=N[4]:25, client=unknown[4], postfix/smtpd[100]:")]
    [InlineData("to=<alice> from=<> to=<postmaster>", "to=<N> from=<> to=<postmaster>")]
    [InlineData("warning: header Subject: Dear Alice from dyn.example[192.0.2.1]; from=<a@b.example>", "warning: header Subject: N from H[4]; from=<U@H>")]
    [InlineData("Nov 22 16:51:07 mx2 postfix/smtpd[100]: disconnect ehlo=1 mail=1", "Nov 22 16:51:07 H postfix/smtpd[100]: disconnect ehlo=1 mail=1")]
    [InlineData("postmaster@example.com MAILER-DAEMON@mx2", "postmaster@H MAILER-DAEMON@H")]
    [InlineData("/etc/postfix/example.com.pcre /var/log/mail.log main.cf:37", "/etc/postfix/H.pcre /var/log/mail.log main.cf:37")]
    [InlineData("an address of münchen.example and of a.b.kept.example", "an address of H and of a.b.kept.example")]
    [InlineData("127.0.0.1 [::1] localhost 0.0.0.0 16:51:07 5.1.1 delay=0.11 3.11.1", "127.0.0.1 [::1] localhost 0.0.0.0 16:51:07 5.1.1 delay=0.11 3.11.1")]
    [InlineData("alice@kept.example", "U@kept.example")]
    [InlineData("https://www.postfix.org/postconf.5.html", "https://www.postfix.org/postconf.5.html")]
    [InlineData("mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::ffff:192.0.2.1]/128", "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::ffff:4]/128")]
    public void Names_are_replaced_where_they_stand(string text, string shape) => Assert.Equal(shape, ShapeOf(Pseudonyms.InText(text)));

    [Fact]
    public void An_entry_for_a_whole_domain_names_nobody_and_its_domain_is_replaced()
    {
        string domain = Pseudonyms.InText("example.com");
        Assert.Equal($"@{domain} OK", Pseudonyms.InText("@example.com OK"));
        Assert.Equal($"grep -n '@{domain}' /etc/postfix/relay_recipients", Pseudonyms.InText("grep -n '@example.com' /etc/postfix/relay_recipients"));
    }

    [Fact]
    public void A_name_has_one_pseudonym_and_another_key_gives_another()
    {
        var other = new Pseudonyms("fedcba9876543210"u8, [], []);
        Assert.Equal(Pseudonyms.InText("alice@example.com"), Pseudonyms.InText("Alice@EXAMPLE.com"));
        Assert.NotEqual(Pseudonyms.InText("alice@example.com"), other.InText("alice@example.com"));
    }

    [Fact]
    public void A_host_stays_within_its_domain_and_an_address_within_its_network()
    {
        Assert.EndsWith("." + Pseudonyms.InText("example.com"), Pseudonyms.InText("mx1.example.com"));
        string[] neighbours = [Pseudonyms.InText("192.0.2.1"), Pseudonyms.InText("192.0.2.200")];
        Assert.Equal(neighbours[0][..neighbours[0].LastIndexOf('.')], neighbours[1][..neighbours[1].LastIndexOf('.')]);
        Assert.All(neighbours, one => Assert.True(IPAddress.TryParse(one, out _)));
    }

    /// <summary>Vectors of the paper: key 00…0f, text 00, 01, ….</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void The_hash_is_SipHash(int length, ulong hash)
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        Assert.Equal(hash, new KeyedHash(key).Of(key.AsSpan(0, length)));
    }

    [Theory, MemberData(nameof(Stories))]
    public void No_name_of_a_story_survives(string name)
    {
        var story = new Story(name);
        string key = PathOf("key");
        string[] evidence = ["--pseudonym-key", key, "--queue", Path.Combine(story.Folder, "postqueue-j.json"), "--config", story.Folder, "--dns",
            Path.Combine(story.Folder, "mx.json"), .. Story.Fixed, story.Log];
        var names = NamesIn(story.Folder);
        Assert.True(names.Count > 10);
        var outputs = new Dictionary<string, string>();
        foreach (string form in new[] { "html", "md", "txt" }) outputs[$"report.{form}"] = ToFile($"report.{form}", ["report", "--pseudonymise", .. evidence]);
        foreach (var table in AllTables.InOrder)
            foreach (string form in new[] { "csv", "json" })
                outputs[$"{table.Name}.{form}"] = ToFile($"{table.Name}.{form}", ["export", table.Name, "--format", form, "--pseudonymise", .. evidence]);
        foreach (string traced in story.Fates.Select(fate => fate.QueueId).Take(3))
            outputs[$"trace {traced}"] = Story.Run(["trace", traced, "--pseudonymise", .. evidence]).Output;
        foreach (string form in CheckOutput.Formats) outputs[$"check {form}"] = Story.Run(["check", "--format", form, "--pseudonymise", .. evidence]).Output;
        foreach (string form in new[] { "text", "json" })
            outputs[$"advise {form}"] = Story.Run(["advise", "--format", form, "--pseudonymise", .. evidence]).Output;
        outputs["unread"] = Story.Run(["unread", "--pseudonymise", "--pseudonym-key", key, .. Story.Fixed, story.Log]).Output;
        string archive = PathOf("bundle.tar.gz");
        Assert.Equal(0, Story.Run(["bundle", "-o", archive, .. evidence]).Status);
        foreach (var (file, text) in FilesIn(archive)) outputs[$"bundle {file}"] = text;

        var survivors = from output in outputs from survivor in Survivors(output.Value, names) select $"{output.Key}: {survivor}";
        Assert.Empty(survivors.Take(20));
        Assert.Contains("bundle mxaudit-bundle/evidence.log", outputs.Keys);
        Assert.Equal(outputs["recipients.csv"], ToFile("again.csv", ["export", "recipients", "--pseudonymise", .. evidence]));
    }

    private const string NamesWithoutDots = """
        Nov 22 10:00:01 relaybox postfix/smtpd[101]: connect from deskpc[192.0.2.66]
        Nov 22 10:00:01 relaybox postfix/smtpd[101]: NOQUEUE: reject: RCPT from deskpc[192.0.2.66]: 554 5.7.1 <emil@elsewhere>: Relay access denied; from=<anna@deskpc> to=<emil@elsewhere> proto=ESMTP helo=<helopc>
        Nov 22 10:00:01 relaybox postfix/smtpd[101]: 1A2B3C4D5E: client=deskpc[192.0.2.66], sasl_method=PLAIN, sasl_username=carol
        Nov 22 10:00:01 relaybox postfix/cleanup[102]: 1A2B3C4D5E: message-id=<1@deskpc>
        Nov 22 10:00:01 relaybox postfix/qmgr[103]: 1A2B3C4D5E: from=<anna@deskpc>, size=2100, nrcpt=2 (queue active)
        Nov 22 10:00:02 relaybox postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@innermx>, orig_to=<berta@innermx>, relay=nextbox[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host nextbox[192.0.2.10] said: 550 5.1.1 <bert@innermx>: unknown user (in reply to RCPT TO command))
        Nov 22 10:00:02 relaybox postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@innermx>, relay=none, delay=1.2, delays=1/0/0.1/0.1, dsn=4.4.1, status=deferred (connect to nextbox[192.0.2.10]:25: Connection refused)
        Nov 22 10:00:02 relaybox postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@relaybox>
        Nov 22 10:00:02 relaybox postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
        Nov 22 10:00:02 relaybox postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
        Nov 22 10:00:03 relaybox postfix/smtp[104]: 1A2B3C4D6F: to=<anna@deskpc>, relay=deskpc[192.0.2.66]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 ok)
        Nov 22 10:00:03 relaybox postfix/qmgr[103]: 1A2B3C4D6F: removed
        Nov 22 10:00:05 relaybox postfix/cleanup[102]: 1A2B3C4D7A: message-id=<20261122100005.1A2B3C4D7A@relaybox>
        Nov 22 10:00:05 relaybox postfix/qmgr[103]: 1A2B3C4D7A: from=<double-bounce@relaybox>, size=251, nrcpt=1 (queue active)
        Nov 22 10:00:05 relaybox postfix/relay/smtp[104]: 1A2B3C4D7A: to=<bert@innermx>, relay=nextbox[192.0.2.10]:25, delay=1, delays=1/0/0/0, dsn=2.1.5, status=deliverable (250 2.1.5 ok)
        Nov 22 10:00:06 relaybox postfix/smtp[104]: 1A2B3C4D8B: frobnicated for <bert@innermx>
        """;

    private const string QueueWithoutDots = """
        {"queue_name": "deferred", "queue_id": "1A2B3C4D5E", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "anna@deskpc", "recipients": [{"address": "dora@innermx", "delay_reason": "connect to nextbox[192.0.2.10]:25: Connection refused"}]}
        """;

    /// <summary>In the sentences of findings a word without a dot is a word: they are left out.</summary>
    [Fact]
    public void A_name_needs_no_dot_in_any_column_that_has_names()
    {
        using var audit = Audit.OfText(NamesWithoutDots, queue: QueueWithoutDots);
        var pseudonyms = new Pseudonyms("0123456789abcdef"u8, [], []);
        foreach (var table in AllTables.InOrder.Where(table => table != FindingsTable.Definition))
        {
            var plain = new TableRows(table, audit, table.AllColumns).Cells.Select(cells => cells.Select(cell => cell.ToString()).ToArray()).ToArray();
            var veiled = new TableRows(table, audit, table.AllColumns) { Pseudonyms = pseudonyms }.Cells
                .Select(cells => cells.Select(cell => cell.ToString()).ToArray())
                .ToArray();
            Assert.NotEmpty(plain);
            foreach (int column in table.AllColumns)
            {
                string where = $"{table.Name}.{table.ColumnNames[column]}";
                Assert.True(!table.IsName(column) || plain.Any(cells => NameWithoutDot().IsMatch(cells[column])),
                    $"{where} is a column of names, and has none here.");
                Assert.All(veiled, cells => Assert.False(NameWithoutDot().IsMatch(cells[column]), $"{where} tells {cells[column]}."));
            }
        }
    }

    [GeneratedRegex(@"\b(relaybox|deskpc|carol|anna|berta?|innermx|nextbox|dora|emil|elsewhere|helopc|192\.0\.2\.\d+)\b")]
    private static partial Regex NameWithoutDot();

    private string ToFile(string file, string[] words)
    {
        string path = PathOf(file);
        var (status, _, error) = Story.Run([.. words, "-o", path]);
        Assert.True(status == 0, error);
        return File.ReadAllText(path);
    }

    private static IEnumerable<(string Name, string Text)> FilesIn(string archive)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!, Encoding.UTF8);
            yield return (entry.Name, reader.ReadToEnd());
        }
    }

    /// <summary>Addresses, hosts and networks of the evidence, found by other means than those under test.</summary>
    private static HashSet<string> NamesIn(string folder)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "mx2" };
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".log" or ".json" or ".cf"))
            foreach (Match match in Name().Matches(File.ReadAllText(file)))
                if (!IsNobodys(match.Value)) names.Add(match.Value.TrimEnd('.'));
        return names;
    }

    /// <summary>Every host has them: the loopback network and its names.</summary>
    private static bool IsNobodys(string name) =>
        name is "0.0.0.0" or "localhost.localdomain" or "www.postfix.org"
        || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static IEnumerable<string> Survivors(string text, HashSet<string> names) =>
        Word()
            .Matches(text)
            .Select(match => match.Value.Trim('.', '-'))
            .Where(names.Contains)
            .Concat(Name().Matches(text).Select(match => match.Value.TrimEnd('.')).Where(names.Contains))
            .Distinct();

    private static string ShapeOf(string text)
    {
        text = Regex.Replace(text, @"u[0-9a-f]{10}", "U");
        text = Regex.Replace(text, @"(h[0-9a-f]{10}\.)*d[0-9a-f]{10}\.example|h[0-9a-f]{10}", "H");
        text = Regex.Replace(text, @"n[0-9a-f]{10}", "N");
        text = Regex.Replace(text, @"2(4|5)\d\.\d+\.\d+\.\d+", "4");
        return Regex.Replace(text, @"2001:db8(:[0-9a-f]+){6}", "6");
    }

    [GeneratedRegex(
        @"[\w.+-]+@[\w.-]+|(?<![\w.-])[\w-]+(\.[\w-]+)*\.(example|com|net|org|invalid|test)(?![\w-])|(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.]*\d)|(?<=\[(IPv6:)?)[0-9a-f:]*::[0-9a-f:.]+",
        RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(@"[\w.-]+")]
    private static partial Regex Word();
}
