using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Hygiene;

/// <summary>One place of the configuration that refuses by a DNS block list: a restriction of smtpd, or a word of postscreen_dnsbl_sites.</summary>
/// <param name="Word">As it is written: <c>zen.spamhaus.org=127.0.0.[2..11]*3</c>.</param>
internal sealed record BlockListUse(string Parameter, MasterEntry? Service, string Word)
{
    private const string Sites = "postscreen_dnsbl_sites";

    public string List => Word.Split('=', '*')[0];

    /// <summary>Any answer counts: no <c>=</c> says which do.</summary>
    public bool TakesErrors => !Word.Contains('=');

    /// <summary>The list behind <c>=</c> is not part of the name in the log.</summary>
    public bool IsOf(string list) => List.Equals(list.Split('=')[0], StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<BlockListUse> In(PostfixConfig config)
    {
        foreach (var service in config.PublicSmtpdServices)
            foreach (string list in PostfixConfig.RestrictionLists.Concat(config.List("smtpd_restriction_classes", service)))
                foreach (var restriction in config.RestrictionsOf(list, service))
                    if (Refuses(restriction) && !restriction.OnlyWarns) yield return new BlockListUse(list, service, restriction.Argument);
        foreach (string word in config.List(Sites))
            if (!word.Contains("*-", StringComparison.Ordinal)) yield return new BlockListUse(Sites, null, word);
    }

    private static bool Refuses(Restriction restriction) =>
        restriction.Name.StartsWith("reject_rbl", StringComparison.Ordinal) || restriction.Name.StartsWith("reject_rhsbl", StringComparison.Ordinal);

    /// <summary>The answers of a list that are listings. Of one that is not known here, those that all use: 127.0.0.1 is a refusal with several.</summary>
    public static string ListingsOf(string list) =>
        list.Contains("dbl.", StringComparison.OrdinalIgnoreCase) ? "127.0.1.[2..99]"
        : list.Contains("spamhaus", StringComparison.OrdinalIgnoreCase) ? "127.0.0.[2..11]" : "127.0.0.[2..254]";

    public string WithListings() => $"{List}={ListingsOf(List)}{Word[List.Length..]}";

    /// <summary>The command that changes all these places at once; empty where there is none, or it can not be said.</summary>
    /// <param name="become">Null: the word is taken out.</param>
    public static string Changed(PostfixConfig config, IReadOnlyCollection<BlockListUse> uses, Func<BlockListUse, string?> become) =>
        uses.Count == 0 ? "" : Postconf.SetEach(
        [
            .. from place in uses.GroupBy(use => (use.Parameter, use.Service))
               let words = place.DistinctBy(use => use.Word).ToDictionary(use => use.Word, become)
               select place.Key.Parameter == Sites
                   ? (null, Sites, string.Join(", ", config.List(Sites).Select(word => words.GetValueOrDefault(word, word)).OfType<string>()))
                   : Postconf.Changed(config, place.Key.Parameter, place.Key.Service, restriction => Become(restriction, words)),
        ]);

    private static Restriction? Become(Restriction restriction, Dictionary<string, string?> words) =>
        restriction.OnlyWarns || !Refuses(restriction) || !words.TryGetValue(restriction.Argument, out string? word) ? restriction
            : word is null ? null : restriction with { Argument = word };
}
