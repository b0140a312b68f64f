using MxAudit.Config.Syntax;

namespace MxAudit.Config.Tables;

/// <summary>Opens tables by the way they are written in a value, each once.</summary>
/// <param name="aliases">Tables that alias_maps and alias_database name: newaliases makes them, of lines with a colon behind the key.</param>
internal sealed class TableShelf(ConfigFiles files, Func<IEnumerable<string>> aliases)
{
    /// <summary>Tables of tables of tables: nobody writes more.</summary>
    private const int DeepestTable = 10;

    private readonly Dictionary<string, LookupTable> _tables = new(StringComparer.Ordinal);
    private int _depth;

    internal IEnumerable<LookupTable> Opened => _tables.Values;

    /// <summary><c>type:name</c>, as opposed to a path or a literal.</summary>
    internal static bool IsTable(string word)
    {
        int colon = word.IndexOf(':');
        return colon > 0 && word[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && !word.StartsWith('[');
    }

    internal LookupTable Open(string spec, Place place)
    {
        spec = WithoutWrappers(spec);
        if (_tables.TryGetValue(spec, out var table)) return table;
        return _tables[spec] = Load(spec, place);
    }

    /// <summary>Without <c>proxy:</c>, which asks through another process, and <c>debug:</c>, which logs what is asked (since 3.11).</summary>
    internal static string WithoutWrappers(string spec)
    {
        while (spec.StartsWith("proxy:", StringComparison.Ordinal) || spec.StartsWith("debug:", StringComparison.Ordinal)) spec = spec["proxy:".Length..];
        return spec;
    }

    /// <summary>postmap makes the file that Postfix reads.</summary>
    internal static bool IsCompiled(string type) => type is "hash" or "btree" or "lmdb" or "cdb" or "dbm" or "sdbm";

    /// <summary>A plain file, which is there or not: of entries, or of patterns.</summary>
    internal static bool IsOfFiles(string type) => IsCompiled(type) || type is "texthash" or "cidr" or "regexp" or "pcre";

    private LookupTable Load(string spec, Place place)
    {
        int colon = spec.IndexOf(':');
        if (colon < 0) return new UnreadableTable("", spec, "it has no type in front");
        var (type, name) = (spec[..colon], spec[(colon + 1)..]);
        return type switch
        {
            _ when IsCompiled(type) || type == "texthash" => FromFile(type, name,
                (text, source, file) =>
                    Indexed(type, name, text, source, file, aliases().Any(spec => spec.EndsWith($"{type}:{name}", StringComparison.Ordinal)))),
            "cidr" or "regexp" or "pcre" when name.StartsWith('{') => InlinePatterns(type, name, place),
            "cidr" or "regexp" or "pcre" => FromFile(type, name, (text, source, file) => new PatternTable(type, name, file, text, source)),
            "static" => new StaticTable(WordGrammar.Unbraced(name), place),
            "inline" => Inline(name, place),
            "unionmap" or "pipemap" => Combined(type, name, place),
            "fail" => new UnreadableTable(type, name, "every lookup fails"),
            _ => new UnreadableTable(type, name, "only the running Postfix can ask it"),
        };
    }

    private LookupTable FromFile(string type, string name, Func<string, string, TableFile?, LookupTable> read)
    {
        if (files.Find(name) is not { } path)
            return new UnreadableTable(type, name, files.IsRunning ? "there is no such file" : "it is not among the files at hand");
        var (text, whyNot) = files.Read(path);
        return text is null ? new UnreadableTable(type, name, whyNot!) : read(text, files.NameOf(path), files.FileOf(path, type));
    }

    private static IndexedTable Indexed(string type, string name, string text, string source, TableFile? file, bool isAliases)
    {
        var remarks = new List<ConfigRemark>();
        var entries = new List<TableEntry>();
        foreach (var line in LogicalLines.Of(text, source, remarks))
        {
            var place = new Place(source, line.Line);
            if (isAliases)
            {
                if (LookupTableGrammar.ReadAlias(line.Text) is { } alias) entries.Add(new TableEntry(alias.Key.ToLowerInvariant(), alias.Value, place));
            }
            else if (LookupTableGrammar.ReadIndexed(line.Text) is not { Value.Length: > 0 } read)
                remarks.Add(new ConfigRemark(ConfigRemarkKind.TableLineWithoutValue, Path.GetFileName(name),
                    "This line has no value: postmap ignores it.", place));
            else
            {
                if (read.Key.EndsWith(':'))
                    remarks.Add(new ConfigRemark(ConfigRemarkKind.TableKeyWithColon, Path.GetFileName(name),
                        $"The key {read.Key} ends in a colon, which is the form of aliases(5).", place));
                entries.Add(new TableEntry(read.Key.ToLowerInvariant(), read.Value, place) { IsContinued = line.IsContinued });
            }
        }
        return new IndexedTable(type, name, file, entries, remarks);
    }

    private LookupTable Combined(string type, string name, Place place)
    {
        var words = WordGrammar.Read(WordGrammar.Unbraced(name));
        if (_depth == DeepestTable || !name.StartsWith('{') || words.Count == 0 || !words.All(IsTable))
            return new UnreadableTable(type, name, $"{type}: takes a list of tables in braces");
        _depth++;
        var table = new CombinedTable(type, [.. words.Select(word => Open(word, place))]);
        _depth--;
        return table;
    }

    /// <summary>Since Postfix 3.7, <c>regexp:{ { /pattern/ value }, { /pattern/ value } }</c>: each pair of braces is a line of the file.</summary>
    private static PatternTable InlinePatterns(string type, string name, Place place) =>
        new(type, [.. WordGrammar.Read(WordGrammar.Unbraced(name)).Select(WordGrammar.Unbraced)], place);

    /// <summary><c>inline:{ key=value, { key = text with blanks } }</c></summary>
    private static IndexedTable Inline(string name, Place place)
    {
        var entries = from word in WordGrammar.Read(WordGrammar.Unbraced(name))
                      let read = MainCfGrammar.Read(WordGrammar.Unbraced(word))
                      where read is not null
                      select new TableEntry(read.Value.Name.ToLowerInvariant(), read.Value.Value, place);
        return new IndexedTable("inline", "", null, entries, []);
    }
}
