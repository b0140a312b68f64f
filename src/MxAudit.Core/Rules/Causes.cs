using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Why mail that was accepted failed: what the rules about causes found on this host, and their fixes. The commonest reason comes first.</summary>
internal static class Causes
{
    /// <summary>More would be read by nobody.</summary>
    private const int MostFixes = 5;

    /// <summary>Strangers choose the addresses, and each is held against all patterns.</summary>
    private const int MostAsked = 50;

    private const string OnlyOne = "The cause is", OneOfSeveral = "One cause is";

    private static readonly string[] OfUnknownUser =
    [
        "VRF017", "VRF002", "VRF004", "VRF003", "BKS009", "BKS014",
        "VRF007", "VRF012", "REL001", "BKS008", "BKS010",
    ];

    private static readonly string[] OfDeliveryHere = ["LUP006", "RLY002", "RLY003", "BKS010"];

    private static readonly string[] OfOthersDomain = ["REL004", "REL001", "REL003", "REL005", "RLY001"];

    public static IReadOnlyList<Fix> FixesFor(Evidence evidence, IEnumerable<Recipient> failed)
    {
        Fix[] fixes = [.. failed.GroupBy(recipient => (Telling.FailureClass(recipient), recipient.DomainNumber)).OrderByDescending(alike => alike.Count())
            .SelectMany(alike => FixesOf(evidence, Telling.Failure(alike.First()), [.. alike])).Distinct().Take(MostFixes)];
        return fixes.Count(fix => fix.Why.StartsWith(OnlyOne, StringComparison.Ordinal)) < 2 ? fixes
            : [.. fixes.Select(fix => fix.Why.StartsWith(OnlyOne, StringComparison.Ordinal)
                ? fix with { Why = OneOfSeveral + fix.Why[OnlyOne.Length..] } : fix)];
    }

    private static Fix[] FixesOf(Evidence evidence, string reason, Recipient[] alike) => reason switch
    {
        "user-unknown" => OfUsers(evidence, alike),
        "content" => Named(evidence, alike, "BKS005").Else("The next hop refuses content that this host accepted: see BKS005.", "mxaudit explain BKS005"),
        "tls" when Named(evidence, alike, "BKS013", "BKS011") is { Length: > 0 } named => named,
        "host-rejected" => Named(evidence, alike, "RLY006", "BKS011").Else("The next hop refuses this host itself: see BKS011.", "mxaudit explain BKS011"),
        "expired" => Named(evidence, alike, "QUE001", "BKS007")
            .Else("The mail waited until its lifetime ended: see BKS007, and QUE003 for the next hop.", "mxaudit explain BKS007"),
        "dns-permanent" => Named(evidence, alike, "RLY004", "DNS005", "DNS002")
            .Else("DNS names no host that takes mail for the recipient's domain: see RLY004 and DNS005.", "mxaudit explain RLY004"),
        "size" => Named(evidence, alike, "BKS012").Else("The primary takes smaller messages than this host: see BKS012.", "postconf message_size_limit"),
        "loop" => [new Fix("An alias leads back to where it began, or the sender wrote the header Delivered-To himself. See whom the address leads to.",
            "postconf alias_maps virtual_alias_maps")],
        "transport" => Named(evidence, alike, "RLY007", "RLY008")
            .Else("Postfix had no transport for this mail: see RLY007.", "postconf transport_maps relay_transport default_transport; postconf -M"),
        _ => Named(evidence, alike, "BKS013")
            .Else("Read what the next hop said, and let this host refuse such mail before it accepts it.", $"mxaudit trace {alike[0].Message.QueueId}"),
    };

    private static Fix[] Named(Evidence evidence, Recipient[] alike, params string[] rules) =>
        Named(evidence, alike[0].Domain, alike[0].NextHop?.Name ?? "", rules);

    private static Fix[] OfUsers(Evidence evidence, Recipient[] alike)
    {
        if (evidence.Config is not { } config)
            return alike.All(IsDeliveredHere) ? [ListOfMailboxes(null)]
                : Named(evidence, alike, "VRF017", "VRF001", "VRF012") is { Length: > 0 } seen ? seen
                : [Guarding.Usual[0] with { Why = $"{Guarding.Usual[0].Why} See BKS008." }, .. Guarding.Usual.Skip(1)];
        Recipient[] forwarded = [.. alike.Where(recipient => IsForwarded(config, recipient))];
        if (forwarded.Length > 0) return [Forwarding(config, forwarded[0])];
        string domain = alike[0].Domain;
        if (domain.StartsWith('[') && alike.All(IsDeliveredHere))
            return Named(evidence, alike, "BKS010") is { Length: > 0 } known ? known : [ListOfMailboxesAt(config, domain)];
        bool isOthers = config.ClassOf(domain) == DomainClass.Default;
        var named = Named(evidence, alike, isOthers ? OfOthersDomain : alike[0].NextHop is null ? [.. OfDeliveryHere, .. OfUnknownUser] : OfUnknownUser);
        if (named.Length > 0 || isOthers) return named;
        if (config.ClassOf(domain) is DomainClass.Local or DomainClass.VirtualMailbox or DomainClass.VirtualAlias && alike.All(IsDeliveredHere))
            return [ListOfMailboxes(config.ClassOf(domain))];
        var doors = Doors.Of(evidence, domain).ToArray();
        bool isGuarded = doors.Length > 0 && doors.All(door => door.Verification == VerificationEffect.Full || door.Outcome.Verdict == SmtpdVerdict.Refused);
        if (!isGuarded) return [.. Guarding.Of(evidence)];
        return doors.All(door => door.Verification != VerificationEffect.Full)
            ? [ListLetsPass(config, alike)]
            : [new Fix(
                $"This host refuses unknown users of {domain} by now. What was accepted came before that, or the good answer of a user who has left was still remembered. To forget sooner, ask again more often.",
                Postconf.Set("address_verify_positive_refresh_time", "1d"))];
    }

    /// <summary>Nobody is asked: a list decides, and a pattern in it may stand for more users than there are.</summary>
    private static Fix ListLetsPass(PostfixConfig config, Recipient[] alike)
    {
        foreach (string address in alike.Select(recipient => recipient.Address).Distinct().Take(MostAsked))
            if (config.TablesOf("relay_recipient_maps").FirstOrDefault(table => table.Find(address).IsFound) is { } table)
                return new Fix(
                    $"relay_recipient_maps lets {address} pass, whom the next hop does not know. Take the entry out, or write the pattern so that it stands for users that exist.",
                    table.Name.StartsWith('/')
                        ? $"postmap -q {ShellWord.Quoted(address)} {ShellWord.Of($"{table.Type}:{table.Name}")}"
                        : "postconf relay_recipient_maps");
        return new Fix(
            $"This host refuses unknown users of {alike[0].Domain} by now. What was accepted came before that, or the list had users who are gone. See that whoever leaves is taken out of it.",
            config.IsEmpty("relay_recipient_maps") ? "postconf smtpd_recipient_restrictions" : "postconf relay_recipient_maps");
    }

    /// <summary>By an agent of this host, into a mailbox: no other host was asked.</summary>
    private static bool IsDeliveredHere(Recipient recipient) =>
        recipient.LastAttemptMade?.Daemon is Daemon.Local or Daemon.Virtual or Daemon.Pipe or Daemon.Lmtp;

    /// <summary>
    /// An address of this host in brackets is of the local class, and Postfix knows it for its own whatever mydestination names (seen on 3.7.11).
    /// </summary>
    private static Fix ListOfMailboxesAt(PostfixConfig config, string literal)
    {
        const string maps = "local_recipient_maps";
        MasterEntry[] emptied = [.. config.PublicSmtpdServices.Where(service => config.IsExplicit(maps, service) && config.IsEmpty(maps, service))];
        return emptied.Length == 0 ? ListOfMailboxes(DomainClass.Local)
            : new Fix($"{literal} is this host itself, whatever mydestination names, and with an empty {maps} smtpd takes mail for any user there. Take the empty setting out: the default knows accounts and aliases, and refuses the rest.",
                Postconf.TakeOutEmpty(config, maps, emptied));
    }

    /// <summary>The domain is no relayed one: another list decides who may be written to.</summary>
    private static Fix ListOfMailboxes(DomainClass? known) =>
        new("This host's own delivery does not know the user whom smtpd let in. Have every valid address, and nothing else, in the list that smtpd asks for this kind of domain.",
            known switch
            {
                DomainClass.Local => "postconf local_recipient_maps smtpd_reject_unlisted_recipient",
                DomainClass.VirtualMailbox => "postconf virtual_mailbox_maps smtpd_reject_unlisted_recipient",
                DomainClass.VirtualAlias => "postconf virtual_alias_maps smtpd_reject_unlisted_recipient",
                _ => "postconf local_recipient_maps virtual_mailbox_maps virtual_alias_maps smtpd_reject_unlisted_recipient",
            });

    /// <summary>An alias or a virtual alias of this host leads to a domain that is not its own.</summary>
    private static bool IsForwarded(PostfixConfig config, Recipient recipient) =>
        recipient.OriginalAddress.Length > 0 && MailHistory.DomainIn(recipient.OriginalAddress) is { Length: > 0 } asked && asked != recipient.Domain
        && config.ClassOf(recipient.Domain) == DomainClass.Default && config.ClassOf(asked) != DomainClass.Default;

    private static Fix Forwarding(PostfixConfig config, Recipient recipient)
    {
        var entry = config.TablesOf("virtual_alias_maps")
            .Select(table => table.Find(recipient.OriginalAddress).Entry)
            .FirstOrDefault(entry => entry is not null);
        string table = config.TablesOf("virtual_alias_maps")
            .FirstOrDefault(table => table.IsIndexed && table.Name.StartsWith('/') && table.Find(recipient.OriginalAddress).IsFound)?.Name ?? "";
        return new Fix(
            $"{recipient.OriginalAddress} is forwarded to {recipient.Address}, and that host refuses it. Correct the entry or take it out: this host answers for whatever it forwards.",
            entry is not null && table.Length > 0
                ? $"grep -nF {ShellWord.Quoted(recipient.OriginalAddress)} {ShellWord.Quoted(table)}"
                : "postconf virtual_alias_maps alias_maps");
    }

    /// <summary>What the causes of all backscatter want; without a log what any host would do.</summary>
    public static IReadOnlyList<Fix> FixesForBackscatter(Evidence evidence) =>
        evidence.Backscatter() is { Count: > 0 } failed ? FixesFor(evidence, failed.Select(failure => failure.Recipient)) : Guarding.Of(evidence);

    /// <summary>What the first of these rules that found something about a domain or a next hop recommends.</summary>
    public static Fix[] Named(Evidence evidence, string domain, string hop, params string[] rules)
    {
        foreach (string rule in rules)
            if (evidence.CausesFoundBy(rule).First(domain, hop) is { } cause)
                return [.. cause.Fixes.Select((fix, i) => i == 0 ? fix with { Why = $"{OnlyOne} {rule}, {cause.Rule.Name}. {fix.Why}" } : fix).Take(2)];
        return [];
    }

    /// <summary>Nothing else caused it.</summary>
    public static bool IsOnly(string rule, Finding finding) => finding.Fixes.Any(fix => fix.Why.StartsWith($"{OnlyOne} {rule},", StringComparison.Ordinal));

    /// <summary>The sentence that names a cause, and the rest. Empty: it names none.</summary>
    public static (string Cause, string Why) Parted(string text) =>
        (text.StartsWith(OnlyOne, StringComparison.Ordinal) || text.StartsWith(OneOfSeveral, StringComparison.Ordinal))
        && Telling.FirstSentence(text) is var first
        && first.Length < text.Length
            ? (first, text[(first.Length + 1)..]) : ("", text);

    private static Fix[] Else(this Fix[] fixes, string why, string command) => fixes.Length > 0 ? fixes : [new Fix(why, command)];
}
