namespace MxAudit.Config.Tables;

/// <summary>One lookup table, as far as its source can be read.</summary>
public abstract class LookupTable(string type, string name)
{
    /// <summary><c>hash</c>, <c>lmdb</c>, <c>pcre</c>, …; without <c>proxy:</c>.</summary>
    public string Type => type;

    /// <summary>The path for tables that are files; never shown for others, where it may hold secrets.</summary>
    public string Name => name;

    /// <summary>As it is written, without secrets: <c>hash:/etc/postfix/transport</c>.</summary>
    public string Shown => Redaction.OfText(Type is "inline" or "static" ? $"{Type}:…" : $"{Type}:{Name}");

    /// <summary>Null when it can be read; else why not, as a sentence.</summary>
    public string? WhyUnreadable { get; protected init; }

    /// <summary>The file that was read, and when it was changed; null for tables that are no file here.</summary>
    public TableFile? File { get; protected init; }

    public IReadOnlyList<ConfigRemark> Remarks { get; protected init; } = [];

    /// <summary>All entries that have a key of their own, in the order of the file; none for patterns.</summary>
    public virtual IEnumerable<TableEntry> Entries => [];

    /// <summary>The rules of a table of patterns or networks, the pattern as key; negated and conditional ones begin with <c>!</c> or <c>if</c>.</summary>
    public virtual IEnumerable<TableEntry> Patterns => [];

    /// <summary>Patterns and networks are asked for whole keys only, never for parts of an address.</summary>
    public virtual bool IsIndexed => true;

    /// <summary>Lines of it can be edited. The file that <c>mysql:</c> names says how to ask.</summary>
    public bool IsFileOfEntries => IsIndexed && Name.StartsWith('/') && (TableShelf.IsCompiled(Type) || Type == "texthash");

    /// <summary>The tables that it is made of: itself, unless it is a table of tables.</summary>
    internal virtual IEnumerable<LookupTable> Parts => [this];

    public Lookup Find(string key) => WhyUnreadable is null ? Get(key) : Lookup.Unknown;

    protected abstract Lookup Get(string key);
}

/// <summary>The source of a table on disk, and the compiled file that Postfix really reads.</summary>
/// <param name="Compiled">When postmap wrote it; null when there is none here or the type needs none.</param>
/// <param name="NeedsCompiling">hash, btree, lmdb, cdb, dbm, sdbm.</param>
public sealed record TableFile(DateTimeOffset Changed, DateTimeOffset? Compiled, bool NeedsCompiling);

/// <summary>A table that is not to be read here: a database, a missing file.</summary>
internal sealed class UnreadableTable : LookupTable
{
    internal UnreadableTable(string type, string name, string why) : base(type, name) => WhyUnreadable = why;

    protected override Lookup Get(string key) => Lookup.Unknown;
}

/// <summary><c>static:value</c>: every key is in it.</summary>
internal sealed class StaticTable(string value, Place place) : LookupTable("static", value)
{
    protected override Lookup Get(string key) => Lookup.Found(new TableEntry(key, Name, place));
}

/// <summary>hash, btree, lmdb, cdb, dbm, sdbm, texthash, and inline: keys and values.</summary>
internal sealed class IndexedTable : LookupTable
{
    private readonly Dictionary<string, TableEntry> _entries = new(StringComparer.Ordinal);

    internal IndexedTable(string type, string name, TableFile? file, IEnumerable<TableEntry> entries, List<ConfigRemark> remarks) : base(type, name)
    {
        File = file;
        Remarks = remarks;
        foreach (var entry in entries)
            if (!_entries.TryAdd(entry.Key, entry))
                remarks.Add(new ConfigRemark(ConfigRemarkKind.TableKeyTwice, entry.Key,
                    $"{entry.Key} is in line {_entries[entry.Key].Place.Line} already: the first entry is kept.", entry.Place));
    }

    public override IEnumerable<TableEntry> Entries => _entries.Values;

    protected override Lookup Get(string key) => _entries.TryGetValue(key.ToLowerInvariant(), out var entry) ? Lookup.Found(entry) : Lookup.Absent;
}
