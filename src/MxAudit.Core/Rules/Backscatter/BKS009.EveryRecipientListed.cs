using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Backscatter;

public sealed class EveryRecipientListed : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS009",
        Name = "every-recipient-listed",
        Title = "relay_recipient_maps has an entry that stands for every user of a domain",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Log,
        Why = """
            relay_recipient_maps is the list of users that exist. An entry such as "@example.com OK" says that all do, and the list
            refuses nobody. Many guides teach this line, since it makes "User unknown in relay recipient table" go away. Mail to
            unknown users is then accepted here, refused by the primary, and returned to forged senders.
            """,
        Detects = """
            A user that nobody has is looked up in relay_recipient_maps for each domain of relay_domains, and found: by a key
            @domain, a pattern that fits everything, or any row of letters, or static:. Only info where reject_unverified_recipient is
            reached all the same: then the primary is asked. Low where the log shows 200 or more different users of the domain for whom mail
            was delivered, or who were found by probes, and none that the primary does not know: it may have a catch-all. Left out are domains whose mail goes to error, retry or discard, and
            tables that can not be read.
            """,
        Fix =
        [
            new("Replace the entry by one line for each user, and keep the list in step with the primary.", "postconf relay_recipient_maps"),
            new($"Or, without a list, ask the primary about every new recipient. {Guarding.SoftFirst} Keep your other restrictions in front of the last one.",
                "postconf -e 'relay_recipient_maps =' 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' 'unverified_recipient_reject_code = 450' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                relay_recipient_maps = inline:{ anna@example.com=x, @example.com=OK }
                """,
        },
        Quiet = new()
        {
            Config = Example.Relaying + "relay_recipient_maps = inline:{ anna@example.com=x, @example.net=OK }",
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#relay_recipient_maps",
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from domain in Doors.DomainsOf(config)
               where !config.RouteOfDomain(domain).GoesNowhere
               let doors = Doors.Of(evidence, domain)
                   .Select(door => (Door: door, Everybody: Wildcard.For(config, domain, door.Service)))
                   .Where(one => one.Everybody is not null)
                   .Select(one => (Door: For(config, one.Door, one.Everybody!.Value.Nobody), Everybody: one.Everybody!.Value))
                   .Where(one => one.Door.Outcome.DecidedBy is null).ToArray()
               where doors.Length > 0
               select ReportDomain(evidence, domain, doors[0].Everybody, [.. doors.Select(one => one.Door)]);
    }

    private static Door For(PostfixConfig config, Door door, string nobody) => nobody == Doors.NoSuchUser ? door
        : door with { Outcome = config.OutcomeOf(door.Service, ClientKind.Stranger, $"{nobody}@{PostfixConfig.NameIn(door.Domain)}") };

    private Finding ReportDomain(Evidence evidence, string domain, Wildcard wildcard, Door[] doors)
    {
        var (config, (table, entry, nobody)) = (evidence.Configuration, wildcard);
        bool isVerified = doors.All(door => door.Verification is VerificationEffect.Full or VerificationEffect.OnlyDefers or VerificationEffect.AcceptsUnknown);
        bool isCatchAll = !isVerified && evidence.CatchAlls.Have(domain);
        var bounced = isVerified ? [] : Doors.UnknownUsersAccepted(evidence, domain);
        string shown = table.Type == "static" ? table.Shown : table.IsIndexed ? entry.Key : $"a pattern of {table.Shown}";
        var first = table.IsFileOfEntries
            ? Manual.Fix[0] with
            {
                Command = $"grep -n '{entry.Key}' {table.Name}   # replace it by one line for each user, then: {Guarding.ReadAgain(table)}"
            }
            : !table.IsIndexed && table.Name.StartsWith('/')
                ? Manual.Fix[0] with { Command = $"postmap -q {ShellWord.Quoted($"{nobody}@{PostfixConfig.NameIn(domain)}")} {ShellWord.Of($"{table.Type}:{table.Name}")}" }
                : Manual.Fix[0];
        return Report(domain,
            Telling.Sentences(
                wildcard.IsOfLetters ? $"relay_recipient_maps lets users of {domain} pass that nobody has, such as {nobody}@{PostfixConfig.NameIn(domain)}: {shown}."
                    : $"relay_recipient_maps lets every user of {domain} pass: {shown}.",
                isVerified ? "Recipients are verified all the same, so that this does no harm as long as verification works." : "",
                isCatchAll ? $"The next hop took all {CatchAlls.Fewest} or more different users that mail came for, and refused none: where it has a catch-all, this is as it should be." : "",
                Telling.Bounced(bounced, "recipient", " that the next hop does not know")),
            Seen.Stated(Proof.FromTable(entry) with { Text = $"{table.Shown}: {shown}" }, Proof.FromConfig(config, "relay_recipient_maps", doors[0].Service))
                .And(Seen.Of(bounced, 2)),
            Confidence.Proven,
            isVerified ? Severity.Info : isCatchAll ? Severity.Low : bounced.Length > 0 ? Severity.Critical : Severity.High,
            isVerified ? [first] : [first, .. Guarding.ByVerification(config)]);
    }
}
