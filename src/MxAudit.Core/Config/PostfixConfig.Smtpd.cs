using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;

namespace MxAudit.Config;

/// <summary>What smtpd would answer.</summary>
public sealed partial class PostfixConfig
{
    private static readonly string[] RelayControls = ["reject", "defer", "defer_if_permit", "reject_unauth_destination",
        "defer_unauth_destination", "check_relay_domains"];

    /// <summary>Where smtpd decides for whom mail is relayed.</summary>
    internal static readonly string[] RelayLists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];

    /// <summary>Asked before the client may send a message.</summary>
    internal static readonly string[] ListsBeforeData =
        ["smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions"];

    internal static readonly string[] RestrictionLists = [.. ListsBeforeData, "smtpd_data_restrictions", "smtpd_end_of_data_restrictions"];

    private const int DeepestClass = 20;

    private readonly Dictionary<(string, string), IReadOnlyList<Restriction>> _restrictions = [];

    /// <summary>Every smtpd of master.cf.</summary>
    public IReadOnlyList<MasterEntry> SmtpdServices => [.. Services.Where(service => service.IsSmtpd)];

    /// <summary>The smtpd that the world speaks to: on port 25, or behind postscreen. Loopback services are not among them.</summary>
    public IReadOnlyList<MasterEntry> PublicSmtpdServices =>
        [.. Services.Where(service => service.IsSmtpd
            && (service.Port is "smtp" or "25"
                ? IsPublic(service)
                : service.Type == "pass" && Services.Any(other => other.Command == "postscreen" && IsPublic(other))))];

    /// <summary>Other instances of Postfix are on this host: it has a name among them, or it names them.</summary>
    public bool IsOneOfSeveral => !IsEmpty("multi_instance_name") || List("multi_instance_directories").Count > 0;

    /// <summary>Those on other ports than 25 that listen to more than the host itself.</summary>
    public IReadOnlyList<MasterEntry> FurtherSmtpdServices =>
        [.. Services.Where(service => service.IsSmtpd && service.Port is not (null or "smtp" or "25") && IsPublic(service))];

    /// <summary>Without an address of its own a service listens where inet_interfaces says; a host that only sends has it listen to itself.</summary>
    private bool IsPublic(MasterEntry service) => service.Address.Length == 0 ? !ListensToItselfOnly : !service.IsLoopback;

    /// <summary>What RCPT TO is answered. Which names and addresses a client has, what DNS and policy services say, is not known here.</summary>
    /// <param name="claim">The sender and the HELO name that the client gives; null: any that tables may let pass.</param>
    public SmtpdOutcome OutcomeOf(MasterEntry service, ClientKind client, string recipient, Claim? claim = null) =>
        new Dialogue(this, service, client, recipient, claim).Run();

    /// <summary>What a client could claim to be let pass by a table of senders or HELO names; none for patterns, which name nobody.</summary>
    public IEnumerable<Claim> ClaimsFor(MasterEntry service, SmtpdStep step) =>
        from entry in new AccessTables(this, service, ClientKind.Stranger, "", null).Permitting(step.Restriction)
        select step.Restriction.Name == "check_helo_access"
            ? Claim.Nobodys with { HeloName = NameIn(entry.Key) }
            : Claim.Nobodys with { Sender = SenderOf(entry.Key) };

    /// <summary>access(5): <c>user@domain</c>, <c>domain</c>, <c>.domain</c>, <c>user@</c>, and <c>&lt;&gt;</c> for the empty sender.</summary>
    private static string SenderOf(string key) =>
        key == "<>" ? key : key.EndsWith('@') ? key + "nobody.invalid" : key.Contains('@') ? key : "nobody@" + NameIn(key);

    /// <summary>The restrictions of a list, macros replaced, in their order.</summary>
    public IReadOnlyList<Restriction> RestrictionsOf(string list, MasterEntry? service = null) =>
        RestrictionsOf(list, service, KindOf(list));

    /// <summary>The same as they are written: a macro is a word like others.</summary>
    public IReadOnlyList<Restriction> RestrictionsWritten(string list, MasterEntry? service) =>
        RestrictionGrammar.Read(Value(list, service), KindOf(list));

    private static string KindOf(string list) =>
        list.StartsWith("smtpd_", StringComparison.Ordinal) && list.Split('_') is [_, var kind, ..] && kind != "relay" ? kind : "recipient";

    /// <summary>Since 3.6, and with that compatibility level, relay restrictions come first.</summary>
    public bool RelayCheckComesFirst(MasterEntry? service) =>
        Version >= new PostfixVersion(3, 6) && Bool("smtpd_relay_before_recipient_restrictions", service);

    /// <summary>smtpd_check.c, has_required: without one of six words in either list smtpd refuses to run, and no mail is taken at all.</summary>
    public bool HasRelayControl(MasterEntry? service = null) => RelayLists.Any(list => HasRelayControl(RestrictionsOf(list, service), service, 0));

    /// <summary>What only warns does not count, and neither does what stands behind a permit.</summary>
    private bool HasRelayControl(IReadOnlyList<Restriction> restrictions, MasterEntry? service, int depth)
    {
        foreach (var restriction in restrictions)
        {
            if (restriction.OnlyWarns) continue;
            if (RelayControls.Contains(restriction.Name)) return true;
            if (restriction.Name == "permit") return false;
            if (depth < DeepestClass && RestrictionClass(restriction.Name, service) is { } itsClass && HasRelayControl(itsClass, service, depth + 1))
                return true;
        }
        return false;
    }

    /// <summary>smtpd looks into the tables of recipients. What the smtpd behind a content filter is told not to do, some write at the one in front.</summary>
    public bool RefusesUnlisted(MasterEntry? service) =>
        Bool("smtpd_reject_unlisted_recipient", service) && !List("receive_override_options", service).Contains("no_unknown_recipient_checks");

    /// <summary>Milters and before-queue filters of a service: they may refuse what nothing else here does.</summary>
    public IReadOnlyList<string> FiltersOf(MasterEntry? service) =>
        [.. List("smtpd_milters", service).Concat(List("smtpd_proxy_filter", service)).Where(word => word != "none")];

    /// <summary>
    /// Whether the table of the recipient's class knows the address; true too where there is no table, or another rewrites the address.
    /// Null: a table can not be read.
    /// </summary>
    /// <param name="service">Each smtpd looks into the tables that its own parameters name; which class a domain has, main.cf alone says.</param>
    public bool? IsListedRecipient(string recipient, MasterEntry? service = null)
    {
        string maps = ClassOf(Addresses.DomainOf(recipient)) switch
        {
            DomainClass.Local => "local_recipient_maps",
            DomainClass.VirtualAlias => "virtual_alias_maps",
            DomainClass.VirtualMailbox => "virtual_mailbox_maps",
            DomainClass.Relay => "relay_recipient_maps",
            DomainClass.Unknown => "",
            _ => "default",
        };
        if (maps.Length == 0) return null;
        if (maps == "default" || (IsEmpty(maps, service) && maps != "virtual_alias_maps")) return true;
        bool unsure = false;
        foreach (string parameter in new[] { "recipient_canonical_maps", "canonical_maps", "virtual_alias_maps", maps })
        {
            var found = Ask(parameter, service, KeysOfRecipient(recipient.ToLowerInvariant()));
            if (found.IsFound) return true;
            unsure |= !found.IsKnown;
        }
        return unsure ? null : false;
    }

    /// <summary>mail_addr_find: the address, without extension, the bare user where the domain is this host's own, <c>@domain</c>.</summary>
    private IEnumerable<(string Key, bool IsWhole)> KeysOfRecipient(string recipient)
    {
        int at = recipient.LastIndexOf('@');
        string domain = Addresses.DomainOf(recipient);
        string? stripped = Addresses.WithoutExtension(recipient, Expanded("recipient_delimiter"));
        yield return (recipient, true);
        if (stripped is not null) yield return (stripped, true);
        if (at > 0 && (domain.Equals(Expanded("myorigin"), StringComparison.OrdinalIgnoreCase) || ClassOf(domain) == DomainClass.Local))
        {
            yield return (recipient[..at], true);
            if (stripped is not null) yield return (stripped[..stripped.LastIndexOf('@')], true);
        }
        yield return ("@" + domain, false);
    }

    internal IReadOnlyList<Restriction> RestrictionsOf(string list, MasterEntry? service, string kind)
    {
        if (_restrictions.TryGetValue((service?.Id ?? "", list), out var known)) return known;
        var read = RestrictionGrammar.Read(ExpandedFor(service, list), kind);
        _restrictions[(service?.Id ?? "", list)] = read;
        for (int i = 0; i < read.Count; i++)
        {
            if (!RestrictionNames.IsKnown(read[i].Name) && RestrictionClass(read[i].Name, service) is null)
                Notice(new ConfigRemark(ConfigRemarkKind.UnknownRestriction, read[i].Name,
                    $"{list}: Postfix does not know the restriction '{Redaction.OfText(read[i].Name)}' and answers 451 to everyone.", PlaceOf(list, service)));
            if (i > 0 && RestrictionNames.EndsList(read[i - 1].Name) && !read[i - 1].OnlyWarns)
                Notice(new ConfigRemark(ConfigRemarkKind.NeverReached, read[i].Name,
                    $"{list}: '{read[i]}' stands behind '{read[i - 1]}' and is never reached.", PlaceOf(list, service)));
        }
        return read;
    }

    /// <summary>The restrictions that a name of smtpd_restriction_classes stands for; null for other names.</summary>
    internal IReadOnlyList<Restriction>? RestrictionClass(string name, MasterEntry? service) =>
        List("smtpd_restriction_classes", service).Contains(name) ? RestrictionsOf(name, service, "recipient") : null;
}
