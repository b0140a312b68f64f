using System.Net;
using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>Which domains are whose.</summary>
public sealed partial class PostfixConfig
{
    private readonly Dictionary<string, DomainList> _lists = [];
    private readonly List<UnreadTable> _unread = [];

    private static readonly (DomainClass Class, string Parameter)[] ClassLists =
    [
        (DomainClass.Local, "mydestination"), (DomainClass.VirtualAlias, "virtual_alias_domains"),
        (DomainClass.VirtualMailbox, "virtual_mailbox_domains"), (DomainClass.Relay, "relay_domains"),
    ];

    /// <summary>
    /// The class that Postfix puts a domain into. A domain that is in a list which can be read has the class of that list, even where an earlier
    /// list has an unreadable table; a domain that is nowhere is unknown as long as any table could not be read.
    /// </summary>
    public DomainClass ClassOf(string domain)
    {
        domain = Plain(domain);
        if (domain == SomeRelayed) return DomainClass.Relay;
        if (domain.StartsWith('[')) return IsOwnAddress(domain) ? DomainClass.Local : DomainClass.Default;
        bool unsure = false;
        foreach (var (itsClass, parameter) in ClassLists)
        {
            var match = ListOf(parameter).Match(domain);
            if (match.IsIn == true) return itsClass;
            unsure |= match.IsIn is null;
        }
        return unsure ? DomainClass.Unknown : DomainClass.Default;
    }

    /// <summary>Every list that a domain is in, the one that counts first. More than one is a mistake.</summary>
    public IReadOnlyList<ClassMatch> ClassesOf(string domain) =>
    [
        .. from list in ClassLists
           let match = ListOf(list.Parameter).Match(Plain(domain))
           where match.IsIn == true
           select new ClassMatch(list.Class, list.Parameter, match.Item, match.Place),
    ];

    /// <summary>Whether a domain, or a network's name, is in a list parameter such as <c>relay_domains</c>.</summary>
    public ListMatch IsListed(string parameter, string domain) => ListOf(parameter).Match(Plain(domain));

    /// <summary>The names that are written in a list parameter or its tables; of a pattern the name that it spells. Databases have none.</summary>
    public IReadOnlyList<NamedDomain> NamesIn(string parameter) => [.. ListOf(parameter).Named];

    /// <summary>
    /// The words of a list as they are written, each with what it stands for: <c>$mydomain</c>, <c>example.com</c>. Null where words can not be told apart.
    /// </summary>
    public IReadOnlyList<(string Written, string Meant)>? WordsOf(string parameter) =>
        Value(parameter) is var text && text.Contains('{') ? null : [.. WordGrammar.Read(text).Select(word => (word, Expand(word, parameter, null).Trim()))];

    /// <summary>
    /// The domains that this host is told to relay for, each once; not those that are local or virtual all the same, nor <c>*</c>, which no domain is called.
    /// </summary>
    public IReadOnlyList<NamedDomain> RelayDomains => field ??=
    [
        .. NamesIn("relay_domains")
            .Where(domain => !domain.Name.Contains('*') && ClassOf(NameIn(domain.Name)) == DomainClass.Relay)
            .DistinctBy(domain => domain.Name),
    ];

    /// <summary>A relayed domain that no other list and no table names. Nobody can have it.</summary>
    public const string SomeRelayed = "some-domain.relayed.invalid";

    /// <summary>What stands for the domains of relay_domains whose names can not be read.</summary>
    public const string UnreadRelayed = "relay_domains";

    /// <summary>
    /// Tables and files of relay_domains that Postfix reads and nobody here can. Not among them are those that fail for Postfix, too, and those
    /// whose domains have another class, which comes first.
    /// </summary>
    public IReadOnlyList<string> UnreadRelayTables =>
        [.. ListOf("relay_domains").Unread.Except(ClassLists.Where(list => list.Class != DomainClass.Relay).SelectMany(list => ListOf(list.Parameter).Unread))];

    /// <summary>
    /// The domain itself; of <c>.example.com</c>, which stands for the names below, one of them that nobody has; of <see cref="UnreadRelayed"/>
    /// the one that stands for all of them.
    /// </summary>
    public static string NameIn(string domain) => domain.StartsWith('.') ? "any-host" + domain : domain == UnreadRelayed ? SomeRelayed : domain;

    /// <summary>The same without <c>.example.com</c>, which stands for any name below.</summary>
    public IEnumerable<NamedDomain> RelayedNames => RelayDomains.Where(domain => !domain.Name.StartsWith('.'));

    /// <summary>Domains that are written in more than one of the four lists.</summary>
    public IReadOnlyList<(string Domain, IReadOnlyList<ClassMatch> Classes)> Overlaps => field ??=
    [
        .. from name in ClassLists.SelectMany(list => NamesIn(list.Parameter)).Select(domain => domain.Name).Distinct()
           let classes = ClassesOf(name)
           where classes.Count > 1
           select (name, classes),
    ];

    /// <summary>Whether <c>example.com</c> in a parameter covers <c>x.example.com</c> too.</summary>
    public bool SubdomainsMatch(string parameter) => List("parent_domain_matches_subdomains").Contains(parameter);

    /// <summary>Tables that were asked and can not be read: missing evidence, to be named.</summary>
    public IReadOnlyList<UnreadTable> UnreadTables => _unread;

    /// <summary>The tables of a <c>…_maps</c> parameter, in order.</summary>
    public IReadOnlyList<LookupTable> TablesOf(string parameter, MasterEntry? service = null)
    {
        if (_tables.TryGetValue((service?.Id, parameter), out var known)) return known;
        return _tables[(service?.Id, parameter)] =
            [.. List(parameter, service).Where(TableShelf.IsTable).Select(spec => TableOf(spec, parameter, PlaceOf(parameter, service) ?? default))];
    }

    private readonly Dictionary<(string? Service, string Parameter), IReadOnlyList<LookupTable>> _tables = [];

    /// <summary>The first table of transport_maps that is a file of entries, so that a command can add one; null: there is none.</summary>
    public LookupTable? FileOfRoutes => TablesOf("transport_maps").FirstOrDefault(table => table.IsFileOfEntries);

    internal LookupTable TableOf(string spec, string parameter, Place place)
    {
        var table = _shelf.Open(spec, place);
        if (table.WhyUnreadable is { } why) NoticeUnread(table.Shown, parameter, why, place);
        return table;
    }

    internal void NoticeUnread(string table, string parameter, string why, Place? place)
    {
        if (_unread.Any(unread => unread.Table == table && unread.Parameter == parameter)) return;
        _unread.Add(new UnreadTable(table, parameter, why));
        Notice(new ConfigRemark(ConfigRemarkKind.TableNotRead, table, $"{table} of {parameter} is not read: {why}.", place));
    }

    private DomainList ListOf(string parameter)
    {
        if (_lists.TryGetValue(parameter, out var list)) return list;
        return _lists[parameter] = new DomainList(this, parameter, byDomain: parameter is "relay_domains" or "fast_flush_domains" or "debug_peer_list");
    }

    private bool IsOwnAddress(string literal) =>
        IPAddress.TryParse(literal.Trim('[', ']').Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out var address) && OwnAddresses.Contains(address);

    private static string Plain(string domain) => domain.TrimEnd('.').ToLowerInvariant();
}

/// <summary>A table that rules would have wanted, and why it was not read.</summary>
public sealed record UnreadTable(string Table, string Parameter, string Why);
