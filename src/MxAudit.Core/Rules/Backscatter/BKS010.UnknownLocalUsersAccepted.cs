using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class UnknownLocalUsersAccepted : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS010",
        Name = "unknown-local-users-accepted",
        Title = "A list of this host's own users is empty: mail to any user of this host itself is accepted",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            With an empty local_recipient_maps smtpd does not know the users of mydestination and takes mail for all. Mail to
            anything@ this host's name is then bounced by the local delivery, to senders that may be forged. An empty virtual_mailbox_maps,
            which is the default, does the same to virtual_mailbox_domains: Dovecot, which knows the users, is asked too late.
            """,
        Detects = """
            local_recipient_maps is set, and empty, in main.cf or with -o for one smtpd; and a stranger's mail to a user that nobody
            has, at a name of mydestination, is accepted on that public smtpd, and luser_relay names nobody who gets it. Or virtual_mailbox_maps is empty, and such mail to a name of virtual_mailbox_domains is
            accepted, for which virtual_alias_maps has no entry for all users, and no policy service is asked. High when the log
            shows such mail that was accepted and bounced.
            """,
        Fix =
        [
            new("Take the empty setting out: the default knows accounts and aliases.", "postconf -X local_recipient_maps && postfix reload"),
            new("Where local_transport leads to another host, list its users instead.",
                Guarding.CompiledThenSet("local_recipient_maps", "hash:/etc/postfix/local_recipients")),
            new("Or, for virtual_mailbox_domains, give Postfix the list of mailboxes. Write the file first.",
                Guarding.CompiledThenSet("virtual_mailbox_maps", "hash:/etc/postfix/mailboxes")),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access inline:{ example.com=reject_unverified_recipient }
                unverified_recipient_reject_code = 550
                mydestination = $myhostname, localhost
                local_recipient_maps =
                """,
        },
        Quiet = new()
        {
            Config = Example.Sound + """
                mydestination = $myhostname, localhost
                local_recipient_maps =
                """,
        },
        References = ["https://www.postfix.org/LOCAL_RECIPIENT_README.html", "https://www.postfix.org/postconf.5.html#local_recipient_maps"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        MasterEntry[] emptied = SomebodyGetsTheRest(config) ? [] : [.. WithoutList(config, Maps).Where(service => config.IsExplicit(Maps, service))];
        var local = new Unlisted(Maps, "mydestination", emptied,
            [.. AcceptingAll(config, emptied, "mydestination", DomainClass.Local).Where(name => name.Contains('.'))]);
        if (local.Domains.Length > 0)
            yield return ReportUnlisted(evidence, local, recipient => recipient.LastAttemptMade?.Daemon == Daemon.Local, FixesFor(evidence, local));
        var listless = WithoutList(config, MailboxMaps);
        var mailboxes = new Unlisted(MailboxMaps, "virtual_mailbox_domains", listless,
            [.. AcceptingAll(config, listless, "virtual_mailbox_domains", DomainClass.VirtualMailbox, orPolicy: true).Where(name => HasNoCatchAll(config, name))]);
        if (mailboxes.Domains.Length > 0)
            yield return ReportUnlisted(evidence, mailboxes,
                recipient => mailboxes.Domains.Contains(recipient.Domain, StringComparer.OrdinalIgnoreCase), [ListMailboxes(config, listless)]);
    }

    /// <summary>Domains whose users nothing names to smtpd.</summary>
    /// <param name="Maps">The parameter that should.</param>
    /// <param name="List">The parameter that names the domains.</param>
    private sealed record Unlisted(string Maps, string List, MasterEntry[] Services, string[] Domains);

    /// <summary>smtpd looks into the list that it is told of itself, and -o in master.cf can take that of main.cf away.</summary>
    private static MasterEntry[] WithoutList(PostfixConfig config, string maps) =>
        [.. config.PublicSmtpdServices.Where(service => config.IsEmpty(maps, service) && config.HasRelayControl(service))];

    private static Fix ListMailboxes(PostfixConfig config, MasterEntry[] services) =>
        !config.IsEmpty(MailboxMaps) ? LookIntoMainCf(config, MailboxMaps, services)
        : new("Give Postfix the list of mailboxes. Write the file first.",
            Guarding.CompiledThenSet(MailboxMaps, $"{config.TableTypeForFixes}:{InstanceCommands.FolderOf(config)}/mailboxes"));

    private static Fix LookIntoMainCf(PostfixConfig config, string maps, MasterEntry[] services) =>
        new("Take the empty setting out of master.cf: the list of main.cf knows the users.", Postconf.TakeOutEmpty(config, maps, services));

    /// <summary>
    /// luser_relay gets mail to unknown users, and needs the empty list; unless another agent is asked before, or the address is made of that of the user.
    /// </summary>
    private static bool SomebodyGetsTheRest(PostfixConfig config) =>
        config.Value("luser_relay").Trim() is { Length: > 0 } somebody && (!somebody.Contains('@') || !somebody.Split('@')[0].Contains('$'))
        && AskedBefore.All(name => config.IsEmpty(name));

    private static readonly string[] AskedBefore = ["mailbox_transport", "mailbox_transport_maps", "fallback_transport", "fallback_transport_maps"];

    /// <summary>Domains of a class whose unknown users a stranger may write to.</summary>
    /// <param name="orPolicy">A policy service may know the users, as Dovecot's quota-status does.</param>
    private static IEnumerable<string> AcceptingAll(PostfixConfig config, MasterEntry[] services, string list, DomainClass itsClass, bool orPolicy = false) =>
        services.Length == 0 ? [] : config.NamesIn(list).Select(domain => domain.Name)
            .Where(name => config.ClassOf(name) == itsClass && !config.RouteOfDomain(name).GoesNowhere)
            .Where(name => services.Any(service => config.OutcomeOf(service, ClientKind.Stranger, Doors.NobodyOf(name)) is { Verdict: SmtpdVerdict.Accepted,
                    Verification: VerificationEffect.None or VerificationEffect.OnlyWarns } outcome
                && !(orPolicy && outcome.PolicyServices.Any())));

    /// <summary>Nobody is unknown where an alias stands for everybody; whether one does, a table that is not read may know.</summary>
    private static bool HasNoCatchAll(PostfixConfig config, string domain) =>
        config.Ask("virtual_alias_maps", null, [(Doors.NobodyOf(domain), true), ("@" + domain, false)]) is { IsKnown: true, IsFound: false };

    private Finding ReportUnlisted(Evidence evidence, Unlisted unlisted, Func<Recipient, bool> isOfThem, Fix[] fixes)
    {
        var (maps, list, services, domains) = unlisted;
        var config = evidence.Configuration;
        Recipient[] bounced = [.. evidence.Log?.BouncesFor(ReasonClass.UserUnknown)
            .Where(recipient => recipient.FromStranger && isOfThem(recipient) && config.IsOfThisHost(recipient.Message)) ?? []];
        bool isOfMainCf = services.Any(service => !service.Overrides.ContainsKey(maps));
        return Report(maps,
            Telling.Sentences($"{maps} is empty{(isOfMainCf ? "" : $" for {Telling.Some(services.Select(service => service.Id))}")}: mail to any user of {Telling.Some(domains)} is accepted.",
                bounced.Length == 0 ? ""
                    : $"{Telling.Count(bounced.Length, "recipient that nobody has was", "recipients that nobody has were")} accepted from strangers and bounced."),
            Seen.Stated(Proof.FromConfig(config, maps, isOfMainCf ? null : services[0]), Proof.FromConfig(config, list)).And(Seen.Of(bounced, 3)),
            Confidence.Proven,
            bounced.Length > 0 ? Severity.High : Severity.Medium, fixes);
    }

    /// <summary>Where the mail goes to another host, accounts and aliases of this one are not its users: the default would refuse them all.</summary>
    private Fix[] FixesFor(Evidence evidence, Unlisted local)
    {
        var (config, services, domains) = (evidence.Configuration, local.Services, local.Domains);
        if (config.IsExplicit(Maps) && !config.IsEmpty(Maps)) return [LookIntoMainCf(config, Maps, services)];
        if (!domains.Any(name => config.RouteOfDomain(name) is { Agent: not "local" } route && (route.Targets.Count > 0 || !route.IsKnown)))
            return [Manual.Fix[0] with { Command = Postconf.TakeOutEmpty(config, Maps, services) }];
        string type = config.TableTypeForFixes;
        return
        [
            new Fix($"Their mail goes to another host: give Postfix the list of its users. Write the file first, with a line \"anna@{domains[0]} x\" for each of them. Or have this host relay for {Telling.Some(domains)}: out of mydestination, into relay_domains.",
                Guarding.CompiledThenSet(Maps, $"{type}:{InstanceCommands.FolderOf(config)}/local_recipients")),
            .. Guarding.ByVerification(config),
        ];
    }

    private const string Maps = "local_recipient_maps", MailboxMaps = "virtual_mailbox_maps";
}
