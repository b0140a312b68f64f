using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Hygiene;

/// <summary>One place of the configuration that refuses by a DNS block list: a restriction of smtpd, or a word of postscreen_dnsbl_sites.</summary>
/// <param name="Word">As it is written: <c>zen.spamhaus.org=127.0.0.[2..11]*3</c>.</param>
/// <param name="OfDomains">reject_rhsbl_*: it is asked about a name.</param>
internal sealed record BlockListUse(string Parameter, MasterEntry? Service, string Word, bool OfDomains = false)
{
    public const string Sites = "postscreen_dnsbl_sites";

    /// <summary>False: no postscreen is in master.cf, or it refuses nobody for listings, as by default.</summary>
    public bool IsAsked { get; private init; } = true;

    /// <summary>postscreen hangs up without a reply.</summary>
    public bool Drops { get; private init; }

    public string List => Word.Split('=', '*')[0];

    /// <summary>What postscreen adds to the rank of a client for a listing: 1 unless a number is behind <c>*</c>.</summary>
    public int Weight => int.TryParse(Word[(Word.IndexOf('*') + 1)..], out int weight) ? weight : 1;

    /// <summary>Any answer counts: no <c>=</c> says which do.</summary>
    public bool TakesErrors => !Word.Contains('=');

    /// <summary>The list behind <c>=</c> is not part of the name in the log.</summary>
    public bool IsOf(string list) => List.Equals(list.Split('=')[0], StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<BlockListUse> In(PostfixConfig config)
    {
        foreach (var service in config.PublicSmtpdServices)
            foreach (string list in PostfixConfig.RestrictionLists.Concat(config.List("smtpd_restriction_classes", service)))
                foreach (var restriction in config.RestrictionsOf(list, service))
                    if (Asks(restriction.Name) && !restriction.OnlyWarns)
                        yield return new BlockListUse(list, service, restriction.Argument,
                            restriction.Name.StartsWith("reject_rhsbl", StringComparison.Ordinal));
        MasterEntry[] postscreens = [.. config.Services.Where(service => service.Command == "postscreen")];
        foreach (var service in postscreens.Where(service => service.Overrides.ContainsKey(Sites)))
            foreach (var use in Asked(config, service, [service])) yield return use;
        foreach (var use in Asked(config, null, [.. postscreens.Where(service => !service.Overrides.ContainsKey(Sites))])) yield return use;
    }

    private static IEnumerable<BlockListUse> Asked(PostfixConfig config, MasterEntry? place, MasterEntry[] postscreens)
    {
        string[] actions = [.. postscreens.Select(service => config.ExpandedFor(service, "postscreen_dnsbl_action").Trim())];
        return from word in config.List(Sites, place)
               where !word.Contains("*-", StringComparison.Ordinal)
               select new BlockListUse(Sites, place, word) { IsAsked = actions.Any(action => action is "enforce" or "drop"), Drops = actions.Contains("drop") };
    }

    /// <summary>Some other setting has its name in it: a table of main.cf, or the list of a service that is not for strangers.</summary>
    public static bool IsNamed(PostfixConfig config, BlockListTrouble list) =>
        config.Settings.Concat(config.Services.SelectMany(service => service.Overrides.Values))
            .Any(setting => (list.Answers.Length > 0 || setting.Name != Sites) && setting.Value.Contains(list.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>This restriction of smtpd refuses by a block list.</summary>
    public static bool Asks(string restriction) =>
        restriction.StartsWith("reject_rbl", StringComparison.Ordinal) || restriction.StartsWith("reject_rhsbl", StringComparison.Ordinal);

    /// <summary>Of Spamhaus: <c>zen</c>, also of <c>KEY.zen.dq.spamhaus.net</c>. Empty: of others.</summary>
    public static string ZoneOf(string list) => list.ToLowerInvariant().Split('.') switch
    {
        [var zone, "spamhaus", "org"] => zone,
        [_, var zone, "dq", "spamhaus", "net"] => zone,
        _ => "",
    };

    /// <summary>The answers of a list that are listings. Null: not known.</summary>
    public static string? ListingsOf(string list) => ZoneOf(list) switch
    {
        "zen" or "sbl" or "xbl" or "pbl" or "sbl-xbl" => "127.0.0.[2..11]",
        "dbl" => "127.0.1.[2..99]",
        "zrd" => "127.0.2.[2..24]",
        _ => null,
    };

    public string? Listings => ListingsOf(List);

    /// <summary>The word with the answers that count behind the name. Null: they are not known.</summary>
    public string? WithListings => Listings is { } listings ? $"{List}={listings}{Word[List.Length..]}" : null;

    /// <summary>The command that changes all these places at once; empty where there is none, or it can not be said.</summary>
    /// <param name="become">Null: the word is taken out.</param>
    public static string Changed(PostfixConfig config, IReadOnlyCollection<BlockListUse> uses, Func<BlockListUse, string?> become) =>
        uses.Count == 0 ? "" : Postconf.SetEach(
        [
            .. from place in uses.GroupBy(use => (use.Parameter, use.Service))
               let words = place.DistinctBy(use => use.Word).ToDictionary(use => use.Word, become)
               select place.Key.Parameter == Sites
                   ? (place.Key.Service, Sites,
                       string.Join(", ", config.List(Sites, place.Key.Service).Select(word => words.GetValueOrDefault(word, word)).OfType<string>()))
                   : Postconf.Changed(config, place.Key.Parameter, place.Key.Service, restriction => Become(restriction, words)),
        ]);

    public static Restriction? Become(Restriction restriction, Dictionary<string, string?> words) =>
        restriction.OnlyWarns || !Asks(restriction.Name) || !words.TryGetValue(restriction.Argument, out string? word) ? restriction
            : word is null ? null : restriction with { Argument = word };
}
