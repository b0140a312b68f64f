using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>The lookup tables that the configuration names, each with its file where it is one.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>
    /// Tables that main.cf and <c>-o</c> settings name, each once, with the parameter that names it first. Caches that Postfix writes itself are not
    /// among them. Asking does not make an unreadable table missing evidence.
    /// </summary>
    public IReadOnlyList<NamedTable> NamedTables =>
    [
        .. (from place in Services.Prepend(null)
            from setting in place?.Overrides.Values ?? Settings
            where !IsCache(setting.Name)
            from word in WordGrammar.Read(ExpandedFor(place, setting.Name))
            where TableShelf.IsTable(word)
            from table in _shelf.Open(word, setting.Place).Parts
            where table.Name.StartsWith('/')
            select new NamedTable(setting.Name, table, setting.Place)).DistinctBy(named => named.Table.Shown),
    ];

    private static bool IsCache(string parameter) =>
        parameter.EndsWith("_database", StringComparison.Ordinal)
        || parameter.EndsWith("_cache_map", StringComparison.Ordinal)
        || parameter is "address_verify_map" or "alias_database";
}

/// <summary>A table, and where it is named.</summary>
public sealed record NamedTable(string Parameter, LookupTable Table, Place Place);
