using MxAudit.Config;
using MxAudit.Config.Tables;

namespace MxAudit.Rules;

/// <summary>Commands that take domains out of a list such as mydestination: words of main.cf, and entries of the tables that main.cf names there.</summary>
internal static class Delisting
{
    /// <summary>More expressions do not fit well into a line of a shell.</summary>
    private const int MostEntries = 100;

    /// <summary>What does it, or shows the list where no command can.</summary>
    public static string Of(PostfixConfig config, string list, IReadOnlyCollection<string> domains) =>
        Commands(config, list, domains) is { } commands ? string.Join(" && ", commands.Append("postfix reload"))
            : $"postconf {list}   # then set it again without {Telling.Some(domains, MostEntries)}";

    /// <summary>
    /// The same, without the reload; null where one of them is neither a word nor an entry, where a pattern stands for it, where something
    /// else needs the entry, or where its value goes on in the next line. The old file of a table is kept beside it.
    /// </summary>
    public static string[]? Commands(PostfixConfig config, string list, IReadOnlyCollection<string> domains)
    {
        var meant = (config.WordsOf(list) ?? []).Select(word => word.Meant).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var words = domains.Where(meant.Contains).ToHashSet();
        var tables = config.TablesOf(list).Select(table => (Table: table, Domains: domains.Where(domain => table.Find(domain).IsFound).ToArray()))
            .Where(one => one.Domains.Length > 0).ToArray();
        if (tables.Any(one => !CanBeEdited(config, list, one.Table) || one.Domains.Length > MostEntries
                || one.Domains.Any(domain => Postconf.Name(domain) != domain || one.Table.Find(domain).Entry is { IsContinued: true }))
            || domains.Any(domain => !words.Contains(domain) && !tables.Any(one => one.Domains.Contains(domain))))
            return null;
        return
        [
            .. words.Count > 0 ? [Postconf.SetOnly(list, Postconf.Without(config, list, words)!)] : Array.Empty<string>(),
            .. tables.SelectMany(one => Edit(one.Table, one.Domains)),
        ];
    }

    private static IEnumerable<string> Edit(LookupTable table, string[] domains)
    {
        yield return TableEdit.Of(table.Name, domains.Select(domain => $"/{TableEdit.Key(domain)}/Id"));
        if (TableShelf.IsCompiled(table.Type)) yield return $"postmap {ShellWord.Of($"{table.Type}:{table.Name}")}";
    }

    /// <summary>
    /// A file of entries that no other parameter reads; the one that the list is made of by <c>$name</c>, as virtual_mailbox_domains is of
    /// virtual_mailbox_maps, wants no domain as a key.
    /// </summary>
    private static bool CanBeEdited(PostfixConfig config, string list, LookupTable table) =>
        table.IsFileOfEntries
        && !config.Settings.Where(setting => setting.Name != list
                && !(setting.Name is "virtual_mailbox_maps" && config.Value(list).Contains("$" + setting.Name, StringComparison.Ordinal)))
            .Select(setting => config.Expanded(setting.Name))
            .Concat(config.Services.SelectMany(service => service.Overrides.Values).Select(setting => setting.Value))
            .Any(value => Names(value, table.Name));

    /// <summary><c>/etc/postfix/routes</c>, and not a part of <c>/etc/postfix/routes.old</c>.</summary>
    private static bool Names(string value, string path)
    {
        for (int at = value.IndexOf(path, StringComparison.Ordinal); at >= 0; at = value.IndexOf(path, at + 1, StringComparison.Ordinal))
            if (at + path.Length is var end && (end == value.Length || !(char.IsAsciiLetterOrDigit(value[end]) || value[end] is '-' or '_' or '.' or '/')))
                return true;
        return false;
    }
}
