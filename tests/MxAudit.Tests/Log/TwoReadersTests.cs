using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>Two readers, one truth: the scanner and the grammar say the same of every line.</summary>
public class TwoReadersTests
{
    [Fact]
    public void Scanner_and_grammar_agree_on_every_sample() => AssertNone(Disagreements(Samples.Lines));

    [Fact]
    public void Scanner_and_grammar_agree_on_spoilt_samples()
    {
        var chance = new Random(20261122);
        AssertNone(Disagreements(Enumerable.Range(0, 20_000).Select(_ => Samples.Spoilt(chance))));
    }

    private static readonly string[] Beginnings =
    [
        "Nov 22 16:05:46", "Nov  2 16:05:46", "2026-11-22T16:05:46Z", "2026-11-22 16:05:46+01:00", "<22>", "<30>1 2026-11-22T16:05:46Z", "vm", "vm  |", " ",
        "  ", "mail.info", "mail.info:", "<mail.info>", "INFO   ", "stdout F", "mail.log:",
        "3f2a1b9c8d7e[1]:", "docker/mx2:", "sshd[1]:", "MailScanner[1]:", "rsyslogd:",
        "postfix/smtpd[1]:", "vm 3f2a1b9c8d7e 1 - -", "vm postfix 1 - -", "M\u00c3\u00a4r 22 16:05:46", "okt 2 16:05:46", "juin 2 16:05:46",
        "So 2026-11-22 16:05:50 CET", "Sun 2026-11-22 16:05:50 UTC", "Nov 22 2026 16:05:46", "2026/11/22 16:05:46", "22-Nov-2026 16:05:46",
        "2026 Nov 22 16:05:46", "22/Nov/2026:16:05:46 +0100", "22.11.2026 16:05:46", "M\u00e4r 22 16:05:46", "\u001b[36mvm |\u001b[0m", "\u001b[1mvm\u001b[m",
        "\u001b[36mpostfix/smtpd\u001b[0m[1]:", "\u001b[K", "time=2026-11-22T16:05:46Z", "msg=\"", "\"", "1795363550.275778", "Sun Nov 22 16:05:46 2026",
        "@400000006a019bd3000001f4", "2026-11-22_16:05:46.00000", "2026-11-22_16:05:46", "Sun Nov 22 16:05:46", "192.0.2.1", "2001:db8::1", "...",
        "last message repeated 3 times", "imuxsock lost 117 messages from pid 4711",
    ];

    /// <summary>Two to six beginnings one behind the other, with a fault in every other line.</summary>
    [Fact]
    public void Scanner_and_grammar_agree_on_beginnings_in_any_order()
    {
        var chance = new Random(20261123);
        AssertNone(Disagreements(Enumerable.Range(0, 10_000).Select(number =>
        {
            string line = string.Join(' ', chance.GetItems(Beginnings, chance.Next(2, 7))) + " postfix/smtpd[1]: connect from a[b]";
            int at = chance.Next(line.Length);
            return number % 2 == 0 ? line
                : chance.Next(3) switch
                {
                    0 => line[..at] + line[(at + 1)..],
                    1 => line[..at] + " " + line[at..],
                    _ => line[..at] + (char)chance.Next(32, 256) + line[(at + 1)..],
                };
        })));
    }

    [Fact]
    public void Scanner_and_grammar_agree_on_every_sample_that_ends_in_blanks() =>
        AssertNone(Disagreements([.. Samples.Lines.Select(line => line + " "), .. Samples.Lines.Select(line => line + "  ")]));

    [Theory]
    [InlineData("Nov 22 16:51:07 mx2 postfix/master[1]: Deleted: 12 messages")]
    [InlineData("Nov 22 16:05:46 192.0.2.1  mx2 postfix/smtpd[1]: connect from a[b]")]
    [InlineData("Nov 22 16:05:46 ... mx2 postfix/smtpd[1]: connect from a[b]")]
    [InlineData("Nov 22 16:51:07 mx2 rsyslogd:relay/smtp[1]: C0FFEE1: breaking line > 998 bytes with <CR><LF>SPACE")]
    [InlineData("<22>1 2026-11-22T16:05:46Z vm postfix.service 9 - -  no idea")]
    [InlineData("Nov 22 16:51:07 mx2 postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <x@b c>: Relay access denied; from=<\"a> to=<anna@example.com> proto=SMTP helo=<h\"@spam.example> to=<x@b c> proto=ESMTP helo=<b.victim.example>")]
    [InlineData("Nov 22 16:51:07 mx2 postfix/smtp[1]: C0FFEE1: to=<a@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent   ")]
    [InlineData("Nov 22 16:51:07 mx2 postfix/smtp[1]: C0FFEE1: to=<a@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent  text  ")]
    [InlineData("Nov 22 16:51:07 mx2 postfix[1]: postfix/postlog: fatal: the Postfix mail system is not running")]
    [InlineData("Nov 22 16:51:07 mx2 postfix/smtpd[1]: a_name_of_sixty_four_letters_that_no_release_of_smtpd_ever_wrote = x")]
    public void Scanner_and_grammar_agree_on_what_was_read_in_two_ways_once(string line) => AssertNone(Disagreements([line]));

    /// <summary>Lines of 8 KB and less without JSON, which is not the grammar's; the first few that are read in two ways, and how.</summary>
    internal static List<string> Disagreements(IEnumerable<string> lines, int most = 10)
    {
        var differ = new List<string>();
        var scanner = new ReadLines();
        foreach (string line in lines.Where(line => !line.Contains('{', StringComparison.Ordinal) || !line.Contains("\":", StringComparison.Ordinal)))
        {
            var scanned = scanner.Read(Encoding.Latin1.GetBytes(line));
            var read = LineGrammar.Read(line);
            string one = $"{scanned.Kind} {Text(scanned.Fields)}", other = $"{read.Kind} {Text(read.Fields)}";
            if (one != other) differ.Add($"{line}\n    scanner: {one}\n    grammar: {other}");
            if (differ.Count >= most) break;
        }
        return differ;
    }

    private static void AssertNone(List<string> differ) => Assert.True(differ.Count == 0, string.Join("\n\n", differ));

    private static string Text(IEnumerable<(string Name, string Text)> fields) => string.Join(" ", fields.Select(field => $"{field.Name}={field.Text}"));
}
