using System.Text;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Rules;
using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Dns;

public class LiveAnswersTests
{
    private static DnsAnswers Ask(SmallNameServer server, params string[] domains) => new LiveAnswers(server.Address, TimeSpan.FromSeconds(0.3)).Ask(domains);

    private static DnsAnswer AskOne(string domain, params string[] records)
    {
        // A domain that exists, so that somebody answers.
        using var server = new SmallNameServer([.. records, "example.com A 192.0.2.80"]);
        return Ask(server, domain, "example.com").Of(domain)!;
    }

    [Theory]
    [InlineData("example.org: MX 10 mx1.example.org [192.0.2.10], 20 mx2.fallback.example [198.51.100.25, 2001:db8::25]",
        "example.org MX 20 MX2.fallback.example", "example.org MX 10 mx1.example.org", "mx1.example.org A 192.0.2.10", "mx2.fallback.example A 198.51.100.25",
        "mx2.fallback.example AAAA 2001:db8::25")]
    [InlineData("example.org: MX 0 . (null MX)", "example.org MX 0 .")]
    [InlineData("example.org: MX 10 192.0.2.10", "example.org MX 10 192.0.2.10")]
    [InlineData("example.org: no MX, address 192.0.2.80, 2001:db8::80", "example.org A 192.0.2.80", "example.org AAAA 2001:db8::80")]
    [InlineData("example.org: no MX, no address", "example.org TXT hello")]
    [InlineData("example.org: CNAME web.example.org; MX 10 mx1.example.org [192.0.2.10]", "example.org CNAME web.example.org",
        "web.example.org MX 10 mx1.example.org", "mx1.example.org A 192.0.2.10")]
    [InlineData("example.org: MX 10 gone.example.org", "example.org MX 10 gone.example.org")]
    [InlineData("example.org: NXDOMAIN")]
    [InlineData("example.org: SERVFAIL", "example.org SERVFAIL")]
    [InlineData("example.org: TIMEOUT", "example.org SILENT")]
    public void An_answer_is_what_the_server_said(string expected, params string[] records) =>
        Assert.Equal(expected, AskOne("example.org", records).ToString());

    [Theory]
    [InlineData("SERVFAIL", "mx1.example.org SERVFAIL-A", "mx1.example.org AAAA 2001:db8::10")]
    [InlineData("TIMEOUT", "mx1.example.org A 192.0.2.10", "mx1.example.org SILENT-AAAA")]
    public void Half_an_answer_proves_nothing(string status, params string[] records)
    {
        var answer = AskOne("example.org", ["example.org MX 10 mx1.example.org", .. records]);
        Assert.Equal((DnsStatus.Failed, status), (answer.Status, answer.StatusText));
    }

    [Fact]
    public void No_question_is_asked_twice_and_the_source_names_the_server()
    {
        string[] domains = [.. Enumerable.Range(1, 20).Select(number => $"d{number}.example")];
        using var server = new SmallNameServer([.. domains.Select(domain => $"{domain} MX 10 mx1.example.org"), "mx1.example.org A 192.0.2.10"]);
        var answers = Ask(server, [.. domains, "D1.example.", "localhost", "192.0.2.1", "no name.example", $"{new string('a', 64)}.example", "a..example"]);
        Assert.Equal(domains.Order(StringComparer.Ordinal), answers.All.Select(answer => answer.Domain));
        Assert.Equal(22, server.Questions.Count);
        Assert.Equal(server.Questions.Count, server.Questions.Distinct().Count());
        Assert.Equal($"dns live (127.0.0.1:{server.Address.Port})", answers.Source);
        Assert.Null(answers.Note);
    }

    [Fact]
    public void More_domains_than_the_most_are_said()
    {
        using var server = new SmallNameServer();
        var answers = Ask(server, [.. Enumerable.Range(1, 502).Select(number => $"d{number}.example")]);
        Assert.Equal((500, "d1.example: NXDOMAIN"), (answers.All.Count, answers.Of("d1.example")!.ToString()));
        Assert.Null(answers.Of("d501.example"));
        Assert.Contains("500 of 502 domains", answers.Note);
    }

    [Fact]
    public void A_server_that_says_nothing_is_a_sentence()
    {
        using var server = new SmallNameServer("example.org SILENT", "example.com SILENT");
        string said = Assert.Throws<InputException>(() => Ask(server, "example.org", "example.com")).Message;
        Assert.Contains($"127.0.0.1:{server.Address.Port} answered none of 2 questions (TIMEOUT)", said);
        Assert.Contains("neither the log nor the configuration", Assert.Throws<InputException>(() => Ask(server, "localhost")).Message);
    }

    [Fact]
    public void A_server_that_never_says_anything_is_not_asked_for_all()
    {
        string[] silent = [.. Enumerable.Range(1, 100).Select(number => $"d{number}.example")];
        using var server = new SmallNameServer([.. silent.Select(domain => $"{domain} SILENT")]);
        string said = Assert.Throws<InputException>(() => new LiveAnswers(server.Address, TimeSpan.FromSeconds(0.2)).Ask(silent)).Message;
        Assert.InRange(server.Questions.Select(question => question.Split(' ')[0]).Distinct().Count(), 1, 40);
        Assert.Contains("(TIMEOUT)", said);
    }

    [Theory]
    [InlineData("# comment\nsearch example.com\nnameserver 192.0.2.53\n nameserver\t2001:db8::53 # second\nnameserver x\n", "192.0.2.53 2001:db8::53")]
    [InlineData("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n", "192.0.2.1 192.0.2.2 192.0.2.3")]
    [InlineData("", "127.0.0.1")]
    [InlineData(null, "127.0.0.1")]
    public void The_servers_are_those_of_resolv_conf_else_this_machine(string? text, string expected)
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "resolv.conf");
        if (text is not null) File.WriteAllText(file, text);
        Assert.Equal(expected, string.Join(' ', ResolverFile.Servers(file)));
    }

    [Fact]
    public void When_the_time_is_over_the_rest_is_not_asked()
    {
        string[] silent = [.. Enumerable.Range(1, 100).Select(number => $"d{number}.example")];
        using var server = new SmallNameServer([.. silent.Select(domain => $"{domain} SILENT")]);
        var answers = new LiveAnswers(server.Address, TimeSpan.FromSeconds(0.5), limit: TimeSpan.FromSeconds(0.5)).Ask(["example.com", .. silent]);
        Assert.Equal(DnsStatus.NoSuchDomain, answers.Of("example.com")!.Status);
        Assert.InRange(answers.All.Count, 2, 99);
        Assert.Contains("was over", answers.Note);
    }

    [Fact]
    public void A_recording_says_the_same_when_it_is_read()
    {
        using var server = new SmallNameServer("example.org MX 20 mx2.example.org", "example.org MX 10 192.0.2.1", "mx2.example.org AAAA 2001:db8::1",
            "example.com SERVFAIL", "example.net CNAME example.com", "partner.example MX 0 .");
        var answers = Ask(server, "example.org", "example.com", "example.net", "partner.example", "gone.example");
        using var file = new MemoryStream();
        RecordedAnswers.Write(file, answers);
        var read = RecordedAnswers.Of(file.ToArray(), "mx.json");
        Assert.Equal(answers.All.Select(answer => answer.ToString()), read.All.Select(answer => answer.ToString()));
        Assert.Contains("\"status\": \"NXDOMAIN\"", Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public void An_audit_asks_for_what_is_relayed_and_denied_and_for_nothing_else()
    {
        using var server = new SmallNameServer("example.com MX 10 mx2.fallback.example", "mx2.fallback.example A 198.51.100.25",
            "denied.example MX 10 mx2.fallback.example");
        using var folder = new TestFolder();
        folder.Write("main.cf", "myhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nrelay_domains = example.com\n");
        string log = folder.Write("mail.log", """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 <x@denied.example>: Relay access denied; from=<bea@partner.example> to=<x@denied.example> proto=ESMTP helo=<mail.partner.example>
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=localhost[127.0.0.1]
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<anna@example.com>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:03 mx2 postfix/smtp[104]: 1A2B3C4D01: to=<friend@private.example>, relay=mail.private.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)

            """);
        using var audit = Audit.Run(new AuditRequest
        {
            Logs = [log],
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
            Config = folder.Path,
            Dns = "live",
            DnsServer = server.Address,
        });
        Assert.Equal(["denied.example", "example.com", "mx2.fallback.example"], audit.Dns!.All.Select(answer => answer.Domain));
        var found = audit.Only("LUP002");
        Assert.Contains(found.Proofs,
            proof => proof.Kind == EvidenceKinds.Dns
                && proof.Source == audit.Dns.Source
                && proof.Text.Contains("mx2.fallback.example [198.51.100.25]", StringComparison.Ordinal));
        Assert.Contains(audit.Findings, finding => finding is { Rule.Id: "RLY001", Subject: "denied.example" });
    }

    [Fact]
    public void The_doctor_records_what_was_answered()
    {
        using var server = new SmallNameServer("example.com MX 10 mx1.example.com", "mx1.example.com A 192.0.2.10");
        using var folder = new TestFolder();
        string record = folder.PathOf("mx.json"), config = folder.Write("main.cf", "relay_domains = example.com\nmyhostname = mx2.fallback.example\n");
        var (status, output, error) = Screenless.Run("doctor", "--config", config, "--queue", "none", "--dns", "live", "--dns-server",
            server.Address.ToString(), "--record", record);
        Assert.Equal((1, ""), (status, error)); // there is no log
        Assert.Contains($"dns: readable\n    dns live ({server.Address}): answers for 2 domains.\n", output);
        Assert.Equal(["example.com: MX 10 mx1.example.com [192.0.2.10]", "mx2.fallback.example: NXDOMAIN"],
            RecordedAnswers.OfFile(record).All.Select(answer => answer.ToString()));
        Assert.Equal(0, Screenless.Run("check", "--dns", record).Status);
    }

    [Fact]
    public void Without_an_answer_the_rules_that_need_one_are_not_evaluated()
    {
        using var server = new SmallNameServer("example.com SERVFAIL");
        using var folder = new TestFolder();
        folder.Write("main.cf", "relay_domains = example.com\nmyhostname = mx2\n");
        using var audit = Audit.Run(new AuditRequest { Config = folder.Path, Dns = "live", DnsServer = server.Address });
        Assert.Null(audit.Dns);
        Assert.Contains(audit.Notes, note => note.Contains("answered none of 1 questions (SERVFAIL)", StringComparison.Ordinal));
        Assert.Contains(audit.NotEvaluated, rule => rule is { Rule.Id: "DNS005", Needs: EvidenceKinds.Dns });
    }
}
