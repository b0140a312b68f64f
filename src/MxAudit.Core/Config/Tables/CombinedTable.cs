namespace MxAudit.Config.Tables;

/// <summary>
/// util/dict_union.c, dict_pipe.c: <c>unionmap:{ type:name, … }</c> asks all its tables and joins what they say with commas; <c>pipemap:{ … }</c>
/// asks each for what the one before said.
/// </summary>
internal sealed class CombinedTable : LookupTable
{
    private readonly IReadOnlyList<LookupTable> _tables;

    internal CombinedTable(string type, IReadOnlyList<LookupTable> tables) : base(type, $"{{{string.Join(", ", tables.Select(table => table.Shown))}}}")
    {
        _tables = tables;
        WhyUnreadable = tables.Where(table => table.WhyUnreadable is not null).Select(table => $"{table.Shown}: {table.WhyUnreadable}").FirstOrDefault();
    }

    internal override IEnumerable<LookupTable> Parts => _tables;

    private bool IsPipe => Type == "pipemap";

    /// <summary>A pipe has the keys of its first table, as far as all others go along.</summary>
    private IEnumerable<LookupTable> WithKeys => IsPipe ? _tables.Take(1) : _tables;

    public override IEnumerable<TableEntry> Entries =>
        WithKeys.SelectMany(table => table.Entries).DistinctBy(entry => entry.Key).Select(entry => Find(entry.Key).Entry).OfType<TableEntry>();

    public override IEnumerable<TableEntry> Patterns => WithKeys.SelectMany(table => table.Patterns);

    /// <summary>As Postfix takes it from the first.</summary>
    public override bool IsIndexed => _tables[0].IsIndexed;

    protected override Lookup Get(string key) => IsPipe ? Through(key) : Joined(key);

    private Lookup Through(string key)
    {
        TableEntry? first = null;
        string value = key;
        foreach (var table in _tables)
        {
            var found = table.Find(value);
            if (found.Entry is not { } entry) return found;
            first ??= entry;
            value = entry.Value;
        }
        return Lookup.Found(first! with { Value = value });
    }

    private Lookup Joined(string key)
    {
        var found = _tables.Select(table => table.Find(key)).ToArray();
        if (found.Any(one => !one.IsKnown)) return Lookup.Unknown;
        TableEntry[] entries = [.. found.Select(one => one.Entry).OfType<TableEntry>()];
        return entries.Length == 0 ? Lookup.Absent : Lookup.Found(entries[0] with { Value = string.Join(',', entries.Select(entry => entry.Value)) });
    }
}
