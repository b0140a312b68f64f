using MxAudit.Config;
using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;
using MxAudit.Rules.Verification;

namespace MxAudit.Rules;

/// <summary>How this host would refuse recipients that do not exist: what every rule about backscatter recommends.</summary>
internal static class Guarding
{
    public const string Verify = "reject_unverified_recipient", List = "smtpd_recipient_restrictions";

    private const string Maps = "relay_recipient_maps", Code = "unverified_recipient_reject_code",
        ByVerificationWhy = "Or ask the primary about every new recipient before accepting",
        ByListWhy = "Best: give Postfix the list of valid recipients, so that it refuses all others. Write the file first, with a line \"anna@example.com x\" for each of them.";

    /// <summary>A primary that refuses this host itself is taken for one that knows nobody: with 450 no mail is lost by it.</summary>
    public const string SoftFirst = "Unknown users are answered 450 at first; VRF005 tells when to make it 550.";

    /// <summary>As manuals print it, for a host that is not known.</summary>
    public static IReadOnlyList<Fix> Usual { get; } =
    [
        new(ByListWhy, CompiledThenSet(Maps, "hash:/etc/postfix/relay_recipients")),
        new($"{ByVerificationWhy}. {SoftFirst} Keep your other restrictions in front of the last one.",
            "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' 'unverified_recipient_reject_code = 450' && postfix reload"),
    ];

    /// <summary>The two ways, as commands that fit this host; what it has already is left out.</summary>
    public static IReadOnlyList<Fix> Of(Evidence evidence) => evidence.Config is { } config ? [ByList(evidence), .. ByVerification(config)] : Usual;

    /// <summary>Give Postfix the list of valid recipients, in a table of the type that this host uses.</summary>
    public static Fix ByList(Evidence evidence)
    {
        if (evidence.Config is not { } config) return Usual[0];
        var services = config.PublicSmtpdServices;
        MasterEntry[] without = [.. services.Where(service => config.IsEmpty(Maps, service))];
        if (without.Length == 0 && (services.Count > 0 || !config.IsEmpty(Maps))) return RefuseUnlisted(config, services);
        if (without.Length > 0 && !config.IsEmpty(Maps))
            return new Fix($"Best: let {Telling.Some(without.Select(service => service.Id))} look into the list of main.cf, which -o in master.cf takes away from it.",
                Postconf.TakeOutEmpty(config, Maps, without));
        return new Fix(ByListWhy, CompiledThenSet(Maps, $"{config.TableTypeForFixes}:{InstanceCommands.FolderOf(config)}/relay_recipients"));
    }

    /// <summary>There is a list; smtpd looks at it unless it is told not to.</summary>
    private static Fix RefuseUnlisted(PostfixConfig config, IReadOnlyList<MasterEntry> services)
    {
        var smtpd = services.FirstOrDefault(service => !config.RefusesUnlisted(service)) ?? (services is [var first, ..] ? first : null);
        if (config.RefusesUnlisted(smtpd)) return new Fix("Best: have every valid recipient in relay_recipient_maps, and nothing else.", $"postconf {Maps}");
        const string why = "Let smtpd refuse who is not in relay_recipient_maps, as it does by default.", overrides = "receive_override_options";
        if (!config.Bool("smtpd_reject_unlisted_recipient", smtpd)) return new Fix(why, Postconf.Set("smtpd_reject_unlisted_recipient", "yes", smtpd));
        return new Fix(why,
            Postconf.Set(overrides, string.Join(", ", config.List(overrides, smtpd).Where(option => option != "no_unknown_recipient_checks")), smtpd));
    }

    /// <summary>
    /// In this order nothing changes while there is no file, or an empty one: a table that is set and missing has smtpd refuse everybody with 451, an empty
    /// one with 550.
    /// </summary>
    public static string CompiledThenSet(string parameter, string table) => WhenCompiled(table) + Postconf.Set(parameter, table);

    /// <summary>The beginning of a command that goes on when the table can be used, and has something in it.</summary>
    public static string WhenCompiled(string table)
    {
        string[] parts = table.Split(':', 2);
        return $"test -s {ShellWord.Of(parts[1])} && {(TableShelf.IsCompiled(parts[0]) ? $"postmap {ShellWord.Of(table)} && " : "")}";
    }

    /// <summary>After a change of its text: a texthash, which can not be compiled, is read when a process starts.</summary>
    public static string ReadAgain(LookupTable table) => TableShelf.IsCompiled(table.Type) ? $"postmap {ShellWord.Of($"{table.Type}:{table.Name}")}" : "postfix reload";

    /// <summary>Nothing where every list has it already; without a command where a list has a secret.</summary>
    public static IEnumerable<Fix> ByVerification(PostfixConfig config)
    {
        return CommandsForVerification(config) is { Length: > 0 } commands
            ? [new Fix($"{ByVerificationWhy}. {SoftFirst}", string.Join(" && ", commands.Append("postfix reload")))]
            : config.PublicSmtpdServices.Select(service => config.Value(List, service)).Any(list => !list.Contains(Verify) && Redaction.OfText(list) != list)
                ? [new Fix($"{ByVerificationWhy}: put {Verify} behind reject_unauth_destination in {List}. {SoftFirst}")] : [];
    }

    /// <summary>The same, without the reload that makes them hold.</summary>
    public static string[] CommandsForVerification(PostfixConfig config)
    {
        var (commands, changed) = (new List<string>(), new List<MasterEntry>());
        foreach (var service in config.PublicSmtpdServices.DistinctBy(service => service.Overrides.ContainsKey(List) ? service.Id : ""))
        {
            var words = WordGrammar.Read(config.Value(List, service));
            string list = Verifying(words, WordGrammar.Read(config.Value("smtpd_relay_restrictions", service)), RelayingFirst.KnowsLogins(config, service));
            if (list == Postconf.Restrictions(words) || Redaction.OfText(list) != list) continue;
            commands.Add(Postconf.SetOnly(List, list, service));
            bool isOwn = service.Overrides.ContainsKey(List);
            changed.AddRange(config.PublicSmtpdServices.Where(other => isOwn ? other == service : !other.Overrides.ContainsKey(List)));
        }
        commands.AddRange(changed.Where(service => !config.ExpandedFor(service, Code).Trim().StartsWith('4'))
            .Select(service => Postconf.SetOnly(Code, "450", service)).Distinct());
        if (commands.Count > 0 && VolatileVerificationCache.CommandIfVolatile(config) is { } keeping) commands.Add(keeping);
        return [.. commands];
    }

    /// <summary>The list as it is, with verification where it belongs: behind the relay check, before an end of the list.</summary>
    /// <param name="relayList">Whom it lets send to anywhere stays able to.</param>
    public static string Verifying(IReadOnlyList<string> written, IReadOnlyList<string> relayList, bool hasLogins)
    {
        var items = RelayingFirst.Without(RelayingFirst.Items(written), Verify);
        RelayingFirst.Decide(items, RelayingFirst.PermitsOf(relayList, hasLogins));
        int end = items.FindIndex(item => item is "permit" or "reject" or "defer" or "permit_auth_destination" or RelayingFirst.MxBackup);
        if (end < 0) end = items.Count;
        items.Insert(end, Verify);
        if (!items.Contains("reject_unknown_recipient_domain")) items.Insert(end, "reject_unknown_recipient_domain");
        return RelayingFirst.Joined(items);
    }
}
