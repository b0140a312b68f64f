namespace MxAudit.Config;

/// <summary>ADDRESS_CLASS_README. Relay is what a backup MX relays; default is everybody else's.</summary>
public enum DomainClass { Unknown, Local, VirtualAlias, VirtualMailbox, Relay, Default }

/// <summary>A list that a domain is in, and the word or table entry that says so.</summary>
public sealed record ClassMatch(DomainClass Class, string Parameter, string Item, Place? Place);

/// <summary>Whether a name is in a list. Null: it may be, in a table that can not be read.</summary>
public readonly record struct ListMatch(bool? IsIn, string Item = "", Place? Place = null)
{
    internal static ListMatch No { get; } = new(false);
    internal static ListMatch Unknown(string table) => new(null, table);
}

/// <summary>A name that is written in a list, or in a table of it.</summary>
public sealed record NamedDomain(string Name, Place? Place);
