using System.Runtime.CompilerServices;
using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>What a stranger is answered who writes to an unknown user of a domain that this host relays for.</summary>
internal readonly record struct Door(string Domain, MasterEntry Service, SmtpdOutcome Outcome)
{
    public VerificationEffect Verification => Outcome.Verification;

    /// <summary>Nothing refuses, and nobody is asked with effect.</summary>
    public bool LetsAnybodyIn => Verification is VerificationEffect.None or VerificationEffect.OnlyWarns && Outcome.Verdict == SmtpdVerdict.Accepted;
}

/// <summary>The public smtpd services and the relayed domains, put together once for all rules.</summary>
internal static class Doors
{
    /// <summary>Nobody has it.</summary>
    internal const string NoSuchUser = "no-such-user-7f3a91";

    /// <summary>Nobody has a domain of this name: what lists it lists any.</summary>
    internal const string NobodysName = "nobodys-domain-7f3a91", NobodysDomain = NobodysName + ".invalid";

    /// <summary>A domain that nobody serves.</summary>
    internal const string Elsewhere = "someone@relay-check.invalid";

    /// <summary>Kept as long as the configuration: while a log is followed it is the same for many audits, and the answer as well.</summary>
    private static readonly ConditionalWeakTable<PostfixConfig, OfHost> Known = [];

    private sealed record OfHost(Door[] All, ILookup<string, Door> ByDomain);

    public static IReadOnlyList<Door> Of(Evidence evidence) => OfThe(evidence.Configuration).All;

    public static IEnumerable<Door> Of(Evidence evidence, string domain) => OfThe(evidence.Configuration).ByDomain[domain];

    private static OfHost OfThe(PostfixConfig config) => Known.GetValue(config, config =>
    {
        Door[] doors =
        [
            .. from domain in config.UnreadRelayTables.Count == 0 ? DomainsOf(config) : DomainsOf(config).Append(PostfixConfig.UnreadRelayed)
               where !config.RouteOfDomain(domain).GoesNowhere
               from service in config.PublicSmtpdServices
               where config.HasRelayControl(service)
               select new Door(domain, service, config.OutcomeOf(service, ClientKind.Stranger, NobodyOf(domain))),
        ];
        return new OfHost(doors, doors.ToLookup(door => door.Domain));
    });

    /// <summary>The door of the domains whose names can not be read, as one: what it tells holds for whatever the table has.</summary>
    public static bool IsOfTable(string domain) => domain == PostfixConfig.UnreadRelayed;

    public static string NobodyOf(string domain) => $"{NoSuchUser}@{PostfixConfig.NameIn(domain)}";

    /// <summary>
    /// The domains that this host is told to relay for; <c>.example.com</c>, which stands for any name below, where it does not relay for example.com too.
    /// </summary>
    public static IEnumerable<string> DomainsOf(PostfixConfig config)
    {
        var names = config.RelayDomains.Select(domain => domain.Name).ToHashSet(); // keeps the order of what is only added
        return names.Where(name => !name.StartsWith('.') || !names.Contains(name[1..]));
    }

    /// <summary>A domain of the log is the one that the configuration names, or is meant by it.</summary>
    public static bool IsMeantBy(string named, string domain) =>
        named.StartsWith('.') ? domain.EndsWith(named, StringComparison.OrdinalIgnoreCase) : domain == named;

    /// <summary>Each once.</summary>
    public static string[] DomainsOf(IEnumerable<Door> doors) => [.. doors.Select(door => door.Domain).Distinct()];

    /// <summary>Where an unknown user's address is asked about, and not accepted when the answer is no.</summary>
    public static Door[] Verifying(Evidence evidence) =>
        Where(evidence, VerificationEffect.Full, VerificationEffect.OnlyDefers, VerificationEffect.AcceptsUnknown);

    /// <summary>The doors where verification has one of these effects.</summary>
    public static Door[] Where(Evidence evidence, params VerificationEffect[] effects) =>
        evidence.Config is null ? [] : [.. Of(evidence).Where(door => effects.Contains(door.Verification))];

    /// <summary>Where the negative cache and the defer code together let everybody in.</summary>
    public static Door[] SwitchedOff(Evidence evidence) =>
        [.. Where(evidence, VerificationEffect.SwitchedOff)
            .Where(door => evidence.Configuration.Int("unverified_recipient_reject_code", door.Service) / 100 != 2)];

    /// <summary>
    /// Where an unknown user is certainly accepted: nothing verifies with effect, nothing refuses, and no policy service, filter or table that
    /// can not be read might.
    /// </summary>
    public static Door[] Open(Evidence evidence) =>
    [
        .. Where(evidence, VerificationEffect.None, VerificationEffect.OnlyWarns, VerificationEffect.SwitchedOff)
            .Where(door => door.Outcome.Verdict == SmtpdVerdict.Accepted
                && !door.Outcome.Steps.Any(step => step.Effect == StepEffect.Unknown) && evidence.Configuration.FiltersOf(door.Service).Count == 0),
    ];

    /// <summary>A domain that this host began to relay for would have any user of it accepted.</summary>
    public static bool WouldBeOpen(PostfixConfig config) => config.PublicSmtpdServices.Where(config.HasRelayControl)
        .Any(service => new Door("", service, config.OutcomeOf(service, ClientKind.Stranger, NobodyOf(PostfixConfig.SomeRelayed))).LetsAnybodyIn);

    /// <summary>What each public smtpd makes of a stranger's mail to a domain that nobody here serves.</summary>
    public static IEnumerable<SmtpdOutcome> ForStrangersMail(PostfixConfig config) =>
        config.PublicSmtpdServices.Where(config.HasRelayControl).Select(service => config.OutcomeOf(service, ClientKind.Stranger, Elsewhere));

    /// <summary>Where a transport can lead to another host.</summary>
    private static readonly string[] Transports = ["virtual_transport", "mailbox_transport", "fallback_transport", "local_transport"];

    /// <summary>This host relays for no domain and hands none on to another host: strangers' mail does not wait for one.</summary>
    public static bool AreForNobodyElse(Evidence evidence) =>
        evidence.Config is { } config && config.Expanded("transport_maps").Trim().Length == 0
        && !Transports.Any(name => LeavesTheHost(config.Expanded(name).Trim())) && config.RelayDomains.Count == 0
        && config.IsListed("relay_domains", NobodysDomain).IsIn == false
        && !config.PublicSmtpdServices.Any(service => config.RestrictionsOf("smtpd_recipient_restrictions", service).Any(one => one.Name == "permit_mx_backup"))
        && !evidence.MailIfAny.Domains.Any(domain => domain.ByRelayService);

    /// <summary>
    /// <c>lmtp:inet:imap.example.com:24</c> does, <c>lmtp:unix:private/dovecot-lmtp</c>, <c>lmtp:[127.0.0.1]:10025</c>, <c>virtual</c> and
    /// <c>dovecot</c> do not.
    /// </summary>
    private static bool LeavesTheHost(string transport) =>
        transport.Split(':', 2) is ["smtp" or "relay" or "lmtp", { Length: > 0 } hop] && !hop.StartsWith("unix:", StringComparison.Ordinal)
        && RouteTarget.Read(hop).Any(target => target.Host != "localhost" && !Networks.IsLoopback(target.Host));

    /// <summary>Some probes are of senders then, and go anywhere.</summary>
    public static bool VerifiesSenders(SmtpdOutcome outcome) => outcome.Steps.Any(step => step.Restriction.Name == "reject_unverified_sender");

    /// <summary>The list that verification stands in.</summary>
    public static Proof VerificationIn(PostfixConfig config, Door door) =>
        Proof.FromConfig(config,
            door.Outcome.Steps.FirstOrDefault(step => step.Effect == StepEffect.Verifies)?.List ?? "smtpd_recipient_restrictions", door.Service);

    /// <summary>A log can have lines of several hosts and instances; the configuration is of one.</summary>
    public static bool IsOfThisHost(this PostfixConfig config, Message message) => config.IsOfThisHost(new Origin(message.Host, message.Instance));

    public static bool IsOfThisHost(this PostfixConfig config, Origin origin) =>
        origin.Instance == config.Expanded("syslog_name")
        && (config.Expanded("myhostname") is not { Length: > 0 } name
            || origin.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
            || origin.Host.Split('.')[0].Equals(name.Split('.')[0], StringComparison.OrdinalIgnoreCase));

    /// <summary>Recipients that the next hop did not know, of mail from strangers that this host had accepted.</summary>
    public static Recipient[] UnknownUsersAccepted(Evidence evidence, IEnumerable<string> domains) =>
        [.. domains.SelectMany(domain => UnknownUsersAccepted(evidence, domain))];

    /// <inheritdoc cref="UnknownUsersAccepted(Evidence, IEnumerable{string})"/>
    public static Recipient[] UnknownUsersAccepted(Evidence evidence, string domain) =>
        !domain.StartsWith('.') ? [.. evidence.UnknownUsersAccepted[domain]]
            : [.. evidence.UnknownUsersAccepted.Where(bounced => IsMeantBy(domain, bounced.Key)).SelectMany(bounced => bounced)
                .OrderBy(bounced => bounced.LastLine)];
}
