using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A log of several hosts: each is told what is its own.</summary>
public class CentralLogTests
{
    private static string[] Told(Letters log, string rules) =>
        [.. new AuditedHost(log: log).Findings.Where(finding => rules.Split(' ').Contains(finding.Rule.Id))
            .Select(finding => $"{finding.Rule.Id} {finding.Subject} {finding.Count}").Order(StringComparer.Ordinal)];

    private static readonly (string Client, string Sender)[] Three =
        [("out.shop.example[203.0.113.80]", "news@shop.example"), (Letters.Stranger, "joe@partner.example"), (Letters.Stranger, "joe@partner.example")];

    private static Letters Denied(Letters log, (string Client, string Sender) by, string domain) =>
        log.Line(
            $"smtpd: NOQUEUE: reject: RCPT from {by.Client}: 454 4.7.1 <anna@{domain}>: Relay access denied; from=<{by.Sender}> to=<anna@{domain}> proto=ESMTP helo=<h.example>");

    private static Letters Denied(Letters log, string host, int from, int to)
    {
        log.On(host);
        for (int i = from; i <= to; i++)
            foreach (var by in Three) Denied(log, by, $"d{i}.example");
        return log;
    }

    [Fact]
    public void Each_host_that_may_have_lost_its_list_is_asked_about_its_own_domains() =>
        Assert.Equal(["RLY001 mx2 18", "RLY001 mx3 21"], Told(Denied(Denied(new Letters(), "mx2", 1, 6), "mx3", 4, 10), "RLY001"));

    [Fact]
    public void A_host_that_has_forgotten_one_domain_is_told_so_beside_one_that_is_tried_by_strangers() =>
        Assert.Equal(["RLY001 d9.example 3", "RLY001 mx2 18"], Told(Denied(Denied(new Letters(), "mx2", 1, 6), "mx3", 9, 9), "RLY001"));

    /// <summary>One refusal on each of three hosts: no host by itself shows it, and together they do.</summary>
    [Fact]
    public void What_only_all_hosts_together_show_is_told_to_one_of_them()
    {
        var log = new Letters();
        for (int i = 1; i <= 6; i++)
            for (int host = 0; host < 3; host++) Denied(log.On($"mx{host + 2}"), Three[host], $"d{i}.example");
        Assert.Equal(["RLY001 mx2 18"], Told(log, "RLY001"));
    }

    [Fact]
    public void A_host_that_takes_strangers_mail_does_not_speak_for_another()
    {
        var log = Denied(Denied(new Letters(), "mx2", 1, 6), "mx3", 11, 16).Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001");
        var audit = new AuditedHost(log: log);
        Assert.Equal("High RLY001 mx2, Low RLY001 mx3", audit.Told("RLY001"));
    }

    /// <summary>Own users write from the host: others' hosts refuse it.</summary>
    private static Letters Refused(Letters log, string host, int from, int to, int recipients = 5)
    {
        log.On(host);
        for (int hop = from; hop <= to; hop++)
            for (int i = 0; i < recipients; i++)
                log.Arrives($"A{hop:00}00{i}", "localhost[127.0.0.1]", "root@fallback.example")
                    .Tried($"A{hop:00}00{i}", $"u{i}@d{hop}.example", "bounced",
                        $"host mx.d{hop}.example[198.51.100.{hop}] said: 550 5.7.1 blocked using list.example (in reply to MAIL FROM command)",
                        $"mx.d{hop}.example[198.51.100.{hop}]:25", "5.7.1", "smtp")
                    .Removed($"A{hop:00}00{i}");
        return log;
    }

    [Fact]
    public void Each_host_that_many_refuse_is_told_who_refused_it() =>
        Assert.Equal(["BKS011 mx2 30", "BKS011 mx3 35"], Told(Refused(Refused(new Letters(), "mx2", 1, 6), "mx3", 4, 10), "BKS011"));

    [Fact]
    public void A_hop_that_refuses_two_hosts_is_told_to_the_one_that_few_refuse_as_well() =>
        Assert.Equal(["BKS011 mx.d6.example[198.51.100.6]:25 5", "BKS011 mx2 30"],
            Told(Refused(Refused(new Letters(), "mx2", 1, 6), "mx3", 6, 6), "BKS011"));

    /// <summary>Too few by themselves.</summary>
    [Fact]
    public void One_refusal_of_another_host_is_not_told_again() =>
        Assert.Equal(["BKS011 mx2 30"], Told(Refused(Refused(new Letters(), "mx2", 1, 6), "mx3", 6, 6, recipients: 1), "BKS011"));

    private static Letters Asked(Letters log, string host, int from, int to)
    {
        log.On(host);
        for (int hop = from; hop <= to; hop++)
            for (int i = 0; i < 3; i++)
                log.Active($"B{hop:00}00{i}", $"double-bounce@{host}.fallback.example")
                    .Tried($"B{hop:00}00{i}", $"s{i}@d{hop}.example", "undeliverable",
                        $"host mx.d{hop}.example[198.51.100.{hop}] said: 550 5.7.1 blocked using list.example (in reply to MAIL FROM command)",
                        $"mx.d{hop}.example[198.51.100.{hop}]:25", "5.7.1", "smtp")
                    .Removed($"B{hop:00}00{i}");
        return log;
    }

    [Fact]
    public void Each_host_whose_probes_many_refuse_is_told_who_refused_them() =>
        Assert.Equal(["VRF008 mx2 18", "VRF008 mx3 21"], Told(Asked(Asked(new Letters(), "mx2", 1, 6), "mx3", 4, 10), "VRF008"));
}
