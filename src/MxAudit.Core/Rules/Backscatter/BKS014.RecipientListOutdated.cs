using MxAudit.Config.Tables;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class RecipientListOutdated : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS014",
        Name = "recipient-list-outdated",
        Title = "relay_recipient_maps lists users that the primary does not have any more",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log | EvidenceKinds.Config,
        Why = """
            The list of recipients was copied from the primary once. Users that left are still in it: their mail is accepted here and
            refused there, and this host returns it. Users that came are refused here while the primary is down.
            """,
        Detects = "Mail from strangers was accepted for an address that relay_recipient_maps lists by its full name, and the next hop did not know the user.",
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
        return from domain in Doors.DomainsOf(evidence.Configuration)
               let outdated = Doors.UnknownUsersAccepted(evidence, domain)
                   .Where(recipient => recipient.NextHop is not null)
                   .Select(recipient => (Recipient: recipient, Entry: EntryOf(tables, recipient)))
                   .Where(one => one.Entry is not null)
                   .ToArray()
               where outdated.Length > 0
               select ReportDomain(domain, tables[0], [.. outdated.Select(one => one.Recipient)], outdated[0].Entry!);
    }

    private static TableEntry? EntryOf(LookupTable[] tables, Recipient recipient) =>
        tables.Select(table => table.Find(recipient.Address).Entry).FirstOrDefault(entry => entry is not null);

    private Finding ReportDomain(string domain, LookupTable table, Recipient[] outdated, TableEntry entry)
    {
        string[] addresses = [.. outdated.Select(recipient => recipient.Address).Distinct()];
        return Report(domain,
            $"{Telling.Count(addresses.Length, "address", "addresses")} of {domain} in relay_recipient_maps {(addresses.Length == 1 ? "is" : "are")} unknown to the next hop: {Telling.Some(addresses)}.",
            Seen.Stated(Proof.FromTable(entry)).And(Seen.Of(outdated, 4)), Confidence.Proven,
            fixes: [Manual.Fix[0] with { Command = table.IsFileOfEntries ? $"postmap {table.Type}:{table.Name}" : Manual.Fix[0].Command }]);
    }
}
