using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>
/// util/match_list.c, match_ops.c: a list of names, tables, files of more, and <c>!</c> exceptions. The first that fits decides.
/// </summary>
internal sealed class DomainList
{
    private const int MostFiles = 20;

    private readonly List<Item> _items = [];

    /// <summary>Names that are written out, each with the first item that has it: some hosts write fifty thousand, and ask for each.</summary>
    private readonly Dictionary<string, int> _literals = new(StringComparer.Ordinal);

    /// <summary>Tables, and files that can not be read: few, and asked one by one.</summary>
    private readonly List<int> _others = [];
    private readonly PostfixConfig _config;
    private readonly string _parameter;
    private readonly bool _subdomains, _byDomain;
    private int _files;

    private sealed record Item(string Text, bool IsNegated, LookupTable? Table, bool IsUnknown, Place? Place);

    /// <param name="byDomain">Subdomains may match, by <c>parent_domain_matches_subdomains</c> or a leading dot; else names are compared whole.</param>
    internal DomainList(PostfixConfig config, string parameter, bool byDomain)
    {
        (_config, _parameter, _byDomain) = (config, parameter, byDomain);
        _subdomains = byDomain && config.SubdomainsMatch(parameter);
        Add(config.List(parameter), config.PlaceOf(parameter));
    }

    /// <summary>Every name that is written out, exceptions left out.</summary>
    internal IEnumerable<NamedDomain> Named =>
        from item in _items
        where !item.IsNegated
        from name in item.Table is null ? item.IsUnknown ? [] : [new NamedDomain(item.Text, item.Place)] : NamesIn(item.Table)
        select name;

    private static IEnumerable<NamedDomain> NamesIn(LookupTable table) =>
        table.Entries.Select(entry => new NamedDomain(entry.Key, entry.Place))
            .Concat(from pattern in table.Patterns
                    let name = PatternTable.DomainIn(pattern.Key)
                    where name is not null
                    select new NamedDomain(name, pattern.Place));

    /// <summary>
    /// Tables and files that can not be read here, as they are written. A missing file of the running Postfix, and <c>fail:</c>, answer nobody.
    /// </summary>
    internal IEnumerable<string> Unread =>
        from item in _items
        where !item.IsNegated && (item.Table is null ? item.IsUnknown && !_config.IsRunning
            : item.Table is { WhyUnreadable: not null, Type: not ("" or "fail") }
                && !(_config.IsRunning && item.Table.Name.StartsWith('/') && TableShelf.IsOfFiles(item.Table.Type)))
        select item.Table?.Shown ?? item.Text;

    internal ListMatch Match(string domain)
    {
        domain = domain.ToLowerInvariant();
        int literal = FirstLiteral(domain);
        ListMatch? unsure = null;
        foreach (int at in _others)
        {
            if (at > literal) break;
            var item = _items[at];
            var (fits, name, place) = Fits(item, domain);
            if (fits == true) return Decided(item, name, place, unsure);
            if (fits is null) unsure ??= ListMatch.Unknown(item.Table?.Shown ?? item.Text);
        }
        return literal < _items.Count ? Decided(_items[literal], _items[literal].Text, null, unsure) : unsure ?? ListMatch.No;
    }

    /// <summary>An exception behind something unknown may not be reached.</summary>
    private static ListMatch Decided(Item item, string name, Place? place, ListMatch? unsure) =>
        unsure is { } doubt && item.IsNegated ? doubt : new ListMatch(!item.IsNegated, name, place ?? item.Place);

    private int FirstLiteral(string domain)
    {
        int first = int.MaxValue;
        foreach (string name in KeysOf(domain, withParents: _byDomain))
            if (_literals.TryGetValue(name, out int at) && at < first) first = at;
        return first;
    }

    private (bool? Fits, string Name, Place? Place) Fits(Item item, string domain)
    {
        if (item.Table is null) return (null, item.Text, null);
        foreach (string key in KeysOf(domain, withParents: _byDomain && item.Table.IsIndexed))
        {
            var found = item.Table.Find(key);
            if (!found.IsKnown) return (null, item.Table.Shown, null);
            if (found.Entry is { } entry) return (true, key, entry.Place);
        }
        return (false, "", null);
    }

    /// <summary>The domain, and those above it: with a leading dot where subdomains do not match by themselves.</summary>
    private IEnumerable<string> KeysOf(string domain, bool withParents)
    {
        yield return domain;
        if (!withParents) yield break;
        for (int dot = domain.IndexOf('.'); dot >= 0; dot = domain.IndexOf('.', dot + 1))
            yield return _subdomains ? domain[(dot + 1)..] : domain[dot..];
    }

    private void Add(IEnumerable<string> words, Place? place, bool isNegated = false)
    {
        foreach (string word in words)
        {
            bool negated = isNegated;
            string text = word;
            for (; text.StartsWith('!'); text = text[1..]) negated = !negated;
            if (text.StartsWith('/')) AddFile(text, negated, place);
            else if (TableShelf.IsTable(text)) AddOther(new Item(text, negated, _config.TableOf(text, _parameter, place ?? default), false, place));
            else if (text.Length > 0)
            {
                _literals.TryAdd(text.ToLowerInvariant(), _items.Count);
                _items.Add(new Item(text.ToLowerInvariant(), negated, null, false, place));
            }
        }
    }

    private void AddOther(Item item)
    {
        _others.Add(_items.Count);
        _items.Add(item);
    }

    /// <summary>The words in the file stand for its name. Files may name files, within reason.</summary>
    private void AddFile(string path, bool isNegated, Place? place)
    {
        string? text = _files++ < MostFiles && _config.Files.Find(path) is { } found ? _config.Files.Read(found).Text : null;
        if (text is null)
        {
            _config.NoticeUnread(path, _parameter, "it is not among the files at hand", place);
            AddOther(new Item(path, isNegated, null, true, place));
            return;
        }
        string source = _config.Files.NameOf(_config.Files.Find(path)!);
        foreach (var line in LogicalLines.Of(text, source, [])) Add(WordGrammar.Read(line.Text), new Place(source, line.Line), isNegated);
    }
}
