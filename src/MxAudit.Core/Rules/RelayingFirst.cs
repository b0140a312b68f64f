using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;

namespace MxAudit.Rules;

/// <summary>Restriction lists in their right order: who may relay is decided first, and recipients are verified behind it.</summary>
internal static class RelayingFirst
{
    public const string MxBackup = "permit_mx_backup";

    private const string RelayList = "smtpd_relay_restrictions";

    /// <summary>The lists that verify recipients of any domain, before it is decided whether this host relays for it.</summary>
    /// <param name="outcome">Of a stranger's mail to a domain that nobody here serves.</param>
    public static string[] VerifyingBefore(SmtpdOutcome outcome) =>
    [
        .. outcome.Steps.TakeWhile(step => step.Restriction is { OnlyWarns: true } || !RestrictionJudge.DecidesRelaying(step.Restriction))
            .Where(step => step.Effect == StepEffect.Verifies).Select(step => step.List).Distinct(),
    ];

    /// <summary>The list lets such mail in by its MX record (REL004).</summary>
    public static bool LetsInByMx(SmtpdOutcome outcome, string list) =>
        outcome.Steps.Any(step => step.List == list && step.Restriction.Name == MxBackup && step.Effect == StepEffect.MayPermit);

    /// <summary>What these lists should be, as one writes them; null where a list has the word in a macro, a class or a table.</summary>
    /// <param name="wordsOf">The words of a list as they are now.</param>
    public static (string List, string Value)[]? Corrected(PostfixConfig config, MasterEntry? service, IReadOnlyList<string> lists,
        Func<string, IReadOnlyList<string>> wordsOf)
    {
        if (lists.Count == 0 || lists.Any(list => !wordsOf(list).Contains(Guarding.Verify))) return null;
        string target = lists.Contains(Guarding.List) || !lists.Contains(RelayList) ? Guarding.List : RelayList;
        string[] permits = PermitsOf(wordsOf(RelayList), KnowsLogins(config, service));
        return
        [
            .. lists.Where(list => list != target).Select(list => (list, Joined(Without(Items(wordsOf(list)), Guarding.Verify)))),
            (target, Joined(Behind(Items(wordsOf(target)), permits))),
        ];
    }

    /// <summary>Words without this one, and without the <c>warn_if_reject</c> in front of it.</summary>
    public static string WithoutWord(IReadOnlyList<string> words, string name) => Joined(Without(Items(words), name));

    /// <summary>Without permit_mx_backup, which lets pass what this host serves, too: that still must where the list refuses all the rest.</summary>
    public static string WithoutMxBackup(IReadOnlyList<string> words)
    {
        var items = Items(words);
        int at = items.IndexOf(MxBackup);
        bool refusesTheRest = at >= 0 && items.Skip(at + 1).FirstOrDefault(item => Decides(item) || EndsList(item)) is "reject" or "defer";
        if (refusesTheRest && !items.Contains("permit_auth_destination")) items[at] = "permit_auth_destination";
        return Joined(Without(items, MxBackup));
    }

    /// <summary>Verification stands behind the decision, in front of whatever ends the list or lets somebody pass.</summary>
    private static List<string> Behind(List<string> items, string[] permits)
    {
        items = Without(items, Guarding.Verify);
        int decided = Decide(items, permits), end = items.FindIndex(decided + 1, item => EndsList(item) || Permits(item));
        items.Insert(end < 0 ? items.Count : end, Guarding.Verify);
        return items;
    }

    /// <summary>
    /// Where the list decides about relaying. One that does not yet will do so behind those whom it lets send to anywhere, and those of the relay list.
    /// </summary>
    internal static int Decide(List<string> items, string[] permits)
    {
        if (items.FindIndex(Decides) is >= 0 and var there) return there;
        int close = items.FindIndex(item => EndsList(item) || item is MxBackup or "permit_auth_destination");
        bool refusesTheRest = close >= 0 && items[close] is "reject" or "defer";
        int at = items.FindLastIndex(close < 0 ? items.Count - 1 : close, item => item is not (MxBackup or "permit_auth_destination") && Permits(item)) + 1;
        string[] missing = refusesTheRest ? [] : [.. permits.Except(items)];
        items.InsertRange(at, missing);
        items.Insert(at + missing.Length, "reject_unauth_destination");
        return at + missing.Length;
    }

    /// <summary>Whom the relay list lets send to anywhere: they must stay able to.</summary>
    internal static string[] PermitsOf(IReadOnlyList<string> relayList, bool hasLogins)
    {
        var items = Items(relayList);
        int decided = items.FindIndex(Decides);
        string[] permits = decided < 0 ? ["permit_mynetworks", "permit_sasl_authenticated"] : [.. items.Take(decided).Where(Permits)];
        return [.. permits.Where(item => item != MxBackup && (hasLogins || item != "permit_sasl_authenticated"))];
    }

    /// <summary>Some client may log in, if only at another service that has the same lists; without master.cf, whoever wrote the relay list says so.</summary>
    internal static bool KnowsLogins(PostfixConfig config, MasterEntry? service) =>
        (!config.MasterIsKnown
            && config.IsExplicit(RelayList, service)
            && config.Value(RelayList, service).Contains("permit_sasl_authenticated", StringComparison.Ordinal))
        || config.Bool("smtpd_sasl_auth_enable", service) || config.SmtpdServices.Any(one => config.Bool("smtpd_sasl_auth_enable", one));

    private static bool Decides(string item) => NameOf(item) is "reject_unauth_destination" or "defer_unauth_destination" or "check_relay_domains";

    private static bool EndsList(string item) => RestrictionNames.EndsList(NameOf(item));

    /// <summary>It lets clients pass, or may: what a table of recipients or a policy server says is about other things.</summary>
    private static bool Permits(string item) =>
        NameOf(item) is var name
        && (name.StartsWith("permit_", StringComparison.Ordinal) || (RestrictionNames.IsAccessCheck(name) && name != "check_recipient_access"));

    private static string NameOf(string item) => item.Split(' ', 2)[0];

    internal static List<string> Without(List<string> items, string name) => [.. items.Where(item => item != name && item != $"warn_if_reject {name}")];

    /// <summary>Restrictions, each with what belongs to it: <c>check_client_access hash:/x</c>.</summary>
    internal static List<string> Items(IReadOnlyList<string> words)
    {
        var items = new List<string>();
        bool continues = false;
        foreach (string word in words)
        {
            if (continues) items[^1] += " " + word;
            else items.Add(word);
            continues = word == "warn_if_reject" || RestrictionNames.TakesArgument(word);
        }
        return items;
    }

    internal static string Joined(IEnumerable<string> items) => Postconf.Restrictions(WordGrammar.Read(string.Join(", ", items)));
}
