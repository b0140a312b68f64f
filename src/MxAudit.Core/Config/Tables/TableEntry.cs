namespace MxAudit.Config.Tables;

/// <summary>One key of a table, in lower case, and its value.</summary>
public sealed record TableEntry(string Key, string Value, Place Place)
{
    /// <summary>It goes on in further lines of the file.</summary>
    public bool IsContinued { get; init; }
}

/// <summary>What a lookup gave: an entry, nothing, or no answer because the table can not be read.</summary>
public readonly record struct Lookup(TableEntry? Entry, bool IsKnown)
{
    public static Lookup Absent { get; } = new(null, true);
    public static Lookup Unknown { get; } = new(null, false);
    public static Lookup Found(TableEntry entry) => new(entry, true);

    public bool IsFound => Entry is not null;
}
