using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>Where mail goes.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>Routes that are kept, some MB: a log names as many recipients as strangers like.</summary>
    private const int MostRoutes = 10_000;

    private readonly Dictionary<(string, bool, string?), Route> _routes = [];

    /// <summary>The effective route of a recipient; any address of a domain tells the domain's, unless transport_maps has single users.</summary>
    /// <param name="forProbe">The route of an address verification probe: <c>address_verify_…</c>.</param>
    /// <param name="sender">Null: nobody whom sender-dependent tables know.</param>
    public Route RouteOf(string recipient, bool forProbe = false, string? sender = null)
    {
        if (_routes.Count >= MostRoutes) _routes.Clear();
        if (_routes.TryGetValue((recipient, forProbe, sender), out var route)) return route;
        return _routes[(recipient, forProbe, sender)] = new Routing(this, forProbe).Of(recipient, sender);
    }

    /// <summary>The route of a domain's ordinary recipient.</summary>
    public Route RouteOfDomain(string domain, bool forProbe = false) => RouteOf($"any-recipient@{NameIn(domain)}", forProbe);

    /// <summary>
    /// Hosts that content_filter hands mail to, whichever service it is set for; none behind pipe(8), or where the recipient's domain is the next hop.
    /// </summary>
    public IReadOnlyList<RouteTarget> ContentFilters => field ??=
    [
        .. Services.Select(service => ExpandedFor(service, "content_filter"))
            .Prepend(Expanded("content_filter"))
            .Select(filter => filter.Trim())
            .Distinct()
            .Where(filter => filter.Contains(':') && !Services.Any(service => service.Name == filter.Split(':')[0] && service.Command == "pipe"))
            .SelectMany(filter => RouteTarget.Read(filter[(filter.IndexOf(':') + 1)..])),
    ];

    /// <summary>Asks every table of a parameter for each key in turn. Keys that are not whole are not shown to patterns.</summary>
    internal Lookup Ask(string parameter, MasterEntry? service, IEnumerable<(string Key, bool IsWhole)> keys)
    {
        var tables = TablesOf(parameter, service);
        foreach (var (key, isWhole) in keys)
            foreach (var table in tables)
            {
                if (!isWhole && !table.IsIndexed) continue;
                if (key.Length > 0 && table.Find(key) is { } found && (found.IsFound || !found.IsKnown)) return found;
            }
        return Lookup.Absent;
    }
}
