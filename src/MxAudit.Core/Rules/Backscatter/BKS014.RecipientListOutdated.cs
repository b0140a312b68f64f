using MxAudit.Config.Smtpd;
using MxAudit.Config.Tables;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class RecipientListOutdated : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS014",
        Name = "recipient-list-outdated",
        Title = "relay_recipient_maps has other users than the primary",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log | EvidenceKinds.Config,
        Why = """
            The list of recipients was copied from the primary once. Users that left are still in it: their mail is accepted here and
            refused there, and this host returns it. Users that came are refused here while the primary is down.
            """,
        Detects = """
            Mail from strangers was accepted for an address that relay_recipient_maps lists by its full name, and the next hop did
            not know the user. High: the list has no user at all of a relayed domain, 3 or more recipients there were refused, and two
            clients with names of their own wrote to one of them; then the domain was forgotten in it. Low where it may be junk
            alone. Not where a pattern, or a table that can not be read, may have users of it.
            """,
        Fix = [new("Copy the list from the primary by a job, every hour or after every change, and compile it.", "postmap hash:/etc/postfix/relay_recipients")],
        Fires = new()
        {
            Log = UserGone,
            Config = Example.Relaying + """
                relay_recipient_maps = inline:{ anna@example.com=x, gone@example.com=x }
                """,
        },
        Quiet = new()
        {
            Log = UserGone,
            Config = Example.Relaying + "relay_recipient_maps = inline:{ anna@example.com=x, berta@example.com=x }",
        },
        References = ["https://www.postfix.org/postconf.5.html#relay_recipient_maps", "https://www.postfix.org/BACKSCATTER_README.html"],
    };

    private const string UserGone = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
        Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<gone@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <gone@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))
        Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var tables = evidence.Configuration
            .TablesOf("relay_recipient_maps")
            .Where(table => table.IsIndexed && table.Type != "static" && table.WhyUnreadable is null)
            .ToArray();
        if (tables.Length == 0) return [];
        return Outdated(evidence, tables).Concat(Forgotten(evidence));
    }

    private IEnumerable<Finding> Outdated(Evidence evidence, LookupTable[] tables) =>
        from domain in Doors.DomainsOf(evidence.Configuration)
        let outdated = Doors.UnknownUsersAccepted(evidence, domain)
            .Where(recipient => recipient.NextHop is not null)
            .Select(recipient => (Recipient: recipient, Entry: EntryOf(tables, recipient)))
            .Where(one => one.Entry is not null)
            .ToArray()
        where outdated.Length > 0
        select ReportDomain(domain, tables[0], [.. outdated.Select(one => one.Recipient)], outdated[0].Entry!);

    private const int FewestRefused = 3, MostDomains = 5;

    /// <summary>smtpd looks into all of these before it calls a recipient unknown.</summary>
    private static readonly string[] Lists = ["recipient_canonical_maps", "canonical_maps", "virtual_alias_maps", "relay_recipient_maps"];

    private IEnumerable<Finding> Forgotten(Evidence evidence)
    {
        var config = evidence.Configuration;
        LookupTable[] tables = [.. Lists.SelectMany(list => config.TablesOf(list)).SelectMany(table => table.Parts)];
        if (tables.Any(table => table.WhyUnreadable is not null || !table.IsIndexed || table.Type == "static")) yield break;
        var listed = tables.SelectMany(table => table.Entries).Select(entry => MailHistory.DomainIn(entry.Key)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var refused = evidence.Mail.RejectsFor(ReasonClass.UserUnknown)
            .Where(reject => reject is { Code: >= 500, WarnOnly: false, FromStranger: true } && config.IsOfThisHost(reject.Origin))
            .ToLookup(reject => reject.Domain);
        var forgotten = (from domain in Doors.DomainsOf(config)
                         where !domain.StartsWith('.') && !listed.Contains(domain) && refused.Contains(domain)
                         where Knowledge.CountDifferent(refused[domain].Select(reject => reject.Recipient)) >= FewestRefused
                         where Doors.Of(evidence, domain).Any(door => door.Outcome.Verdict == SmtpdVerdict.Refused && config.RefusesUnlisted(door.Service))
                         select (Domain: domain, Refused: refused[domain].ToArray())).ToArray();
        if (forgotten.Length == 0) yield break;
        var list = config.TablesOf("relay_recipient_maps")[0];
        if (forgotten.Length <= MostDomains)
            foreach (var (domain, rejects) in forgotten) yield return ReportForgotten(domain, [domain], list, rejects);
        else
            yield return ReportForgotten("relay_recipient_maps", [.. forgotten.Select(one => one.Domain)], list, [.. forgotten.SelectMany(one => one.Refused)]);
    }

    /// <summary>Junk invents users; whoever two servers with names write to is one.</summary>
    private static bool IsWanted(Reject[] refused) => refused
        .Where(reject => reject.ClientHasOwnName)
        .GroupBy(reject => reject.Addressee)
        .Any(toOne => toOne.Select(reject => reject.ClientAddress).Distinct().Take(2).Count() == 2);

    private Finding ReportForgotten(string subject, string[] domains, LookupTable list, Reject[] refused) =>
        Report(subject,
            $"relay_recipient_maps has no user of {Telling.Some(domains)}: whoever writes there is refused for good. {Telling.Count(Knowledge.CountDifferent(refused.Select(reject => reject.Recipient)), "recipient was", "recipients were")} refused so.",
            Seen.Of(refused, 4), Confidence.Proven, IsWanted(refused) ? Severity.High : Severity.Low,
            [
                new Fix("Write the users of the domain into the list as well. Where nobody shall be written to there, take it out of relay_domains.",
                    list.IsFileOfEntries ? Guarding.ReadAgain(list) : "postconf relay_recipient_maps"),
            ]) with
        {
            Domains = domains,
        };

    private static TableEntry? EntryOf(LookupTable[] tables, Recipient recipient) =>
        tables.Select(table => table.Find(recipient.Address).Entry).FirstOrDefault(entry => entry is not null);

    private Finding ReportDomain(string domain, LookupTable table, Recipient[] outdated, TableEntry entry)
    {
        string[] addresses = [.. outdated.Select(recipient => recipient.Address).Distinct()];
        return Report(domain,
            $"{Telling.Count(addresses.Length, "address", "addresses")} of {domain} in relay_recipient_maps {(addresses.Length == 1 ? "is" : "are")} unknown to the next hop: {Telling.Some(addresses)}.",
            Seen.Stated(Proof.FromTable(entry)).And(Seen.Of(outdated, 4)), Confidence.Proven,
            fixes: [Manual.Fix[0] with { Command = table.IsFileOfEntries ? Guarding.ReadAgain(table) : Manual.Fix[0].Command }]);
    }
}
