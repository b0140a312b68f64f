using MxAudit.Tests.Commands;
using MxAudit.Tests.Scenarios;

namespace MxAudit.Tests.Tables;

/// <summary>Under pseudonyms standard error names nobody, complaints included.</summary>
public sealed class VeiledWordsTests : FolderTests
{
    private readonly string _log = new Story("backscatter-no-verify").Log;

    private string Said(params string[] words)
    {
        string plain = Screenless.Run([.. words, .. Story.Fixed, _log]).Error;
        Assert.Matches("(?i)example|192[.]0[.]2|mx2", plain); // or nothing would be shown
        var veiled = Screenless.Run([words[0], "--pseudonymise", "--pseudonym-key", PathOf("key"), .. words[1..], .. Story.Fixed, _log]);
        Assert.DoesNotMatch("(?i)example[.](com|net|org)|partner|192[.]0[.]2|mx2", veiled.Error + veiled.Output);
        return veiled.Error;
    }

    [Fact]
    public void A_message_that_is_not_there() => Assert.Contains("Nothing matches u", Said("trace", "nobody@example.org"));

    [Fact]
    public void A_file_that_is_not_there() => Assert.Contains("there is no such file", Said("check", "--queue", "/srv/mx1.example.com/queue.json"));

    [Fact]
    public void Recorded_answers_that_can_not_be_read()
    {
        string path = Write("mx.json", """{ "mail.example.com": { "status": "PERHAPS" } }""");
        Said("check", "--dns", path);
    }

    [Fact]
    public void A_table_that_can_not_be_read()
    {
        Write("main.cf", "myhostname = mx2.example.net\nrelay_domains = hash:/etc/postfix/domains.example.com\n");
        Assert.Contains("is not read", Said("check", "--only", "HYG", "--config", Folder));
    }

    [Fact]
    public void A_host_without_a_dot_that_only_the_log_names() => Assert.Matches("Nothing matches [hn][0-9a-f]{10}", Said("trace", "mx2"));

    /// <summary>A plug-in answers on standard output, whatever happened.</summary>
    [Fact]
    public void The_line_of_Nagios_too() => Said("check", "--format", "nagios", "--queue", "/srv/mx1.example.com/queue.json");
}
