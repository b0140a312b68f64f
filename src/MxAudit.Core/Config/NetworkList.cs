using System.Net;
using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>One word of a network list, or one entry of its tables.</summary>
/// <param name="Network">Null for host names and for what could not be read.</param>
public sealed record ListedNetwork(string Text, IPNetwork? Network, bool IsException);

/// <param name="Meant">Empty: who knows.</param>
internal sealed record NetworkFault(string Text, string Meant, string Why, Place? Place);

/// <summary>mynetworks and its like. The first word that fits an address decides; <c>!</c> takes it out.</summary>
public sealed class NetworkList
{
    /// <summary>Files that name files: one that names itself comes to an end.</summary>
    private const int DeepestFile = 5;

    /// <summary>What exceptions leave of one network: each hole makes 128 pieces at most, and nobody looks at so many.</summary>
    private const int MostPieces = 10_000;

    private readonly List<ListedNetwork> _items = [];
    private readonly PostfixConfig _config;
    private readonly string _parameter;

    internal NetworkList(PostfixConfig config, string parameter, MasterEntry? service, bool isKnown)
    {
        (_config, _parameter, IsKnown) = (config, parameter, isKnown);
        Add(config.List(parameter, service), config.PlaceOf(parameter, service), false, 0);
    }

    /// <summary>False when a part can not be read here, or depends on the host's interfaces.</summary>
    public bool IsKnown { get; private set; }

    public IReadOnlyList<ListedNetwork> Items => _items;

    /// <summary>Words that Postfix can not read as the network that they look like.</summary>
    internal List<NetworkFault> Faults { get; } = [];

    /// <summary>The networks without their exceptions.</summary>
    public IReadOnlyList<IPNetwork> Networks
    {
        get
        {
            var inside = new List<IPNetwork>();
            var exceptions = new List<IPNetwork>();
            foreach (var item in _items)
                if (item.Network is { } network && item.IsException) exceptions.Add(network);
                else if (item.Network is { } wanted)
                    inside.AddRange(
                        exceptions.Aggregate<IPNetwork, IEnumerable<IPNetwork>>([wanted], (rest, hole) => rest.SelectMany(piece => Without(piece, hole)))
                            .Take(MostPieces));
            return inside;
        }
    }

    private void Add(IEnumerable<string> words, Place? place, bool isException, int depth)
    {
        foreach (string word in words)
        {
            string text = word.TrimStart('!');
            bool negated = isException ^ ((word.Length - text.Length) % 2 == 1);
            if (!text.StartsWith('/') && NetworkText.Fault(text, out string meant) is { } why) Faults.Add(new NetworkFault(text, meant, why, place));
            if (text.StartsWith('/')) AddFile(text, place, negated, depth);
            else if (NetworkText.Read(text) is { } network) _items.Add(new ListedNetwork(text, network, negated));
            else if (TableShelf.IsTable(text)) AddTable(_config.TableOf(text, _parameter, place ?? default), negated);
            else _items.Add(new ListedNetwork(text, null, negated));
        }
    }

    private void AddFile(string path, Place? place, bool isException, int depth)
    {
        if (depth > DeepestFile || _config.Files.Find(path) is not { } found || _config.Files.Read(found).Text is not { } text)
        {
            IsKnown = false;
            _config.NoticeUnread(path, _parameter, "it is not among the files at hand", place);
            return;
        }
        string source = _config.Files.NameOf(found);
        foreach (var line in LogicalLines.Of(text, source, [])) Add(WordGrammar.Read(line.Text), new Place(source, line.Line), isException, depth + 1);
    }

    /// <summary>
    /// Any value does. In cidr tables the first pattern decides; the other tables are asked for the whole
    /// address only, unlike those of access(5) (match_ops.c).
    /// </summary>
    private void AddTable(LookupTable table, bool isException)
    {
        if (table.WhyUnreadable is not null || table.Type is "regexp" or "pcre") IsKnown = false;
        if (table.Type == "static")
            _items.AddRange([new ListedNetwork(table.Shown, IPNetwork.Parse("0.0.0.0/0"), isException),
                new ListedNetwork(table.Shown, IPNetwork.Parse("::/0"), isException)]);
        foreach (var entry in table.Entries)
            _items.Add(new ListedNetwork(entry.Key, entry.Key.Contains('/') || entry.Key.StartsWith('[') ? null : NetworkText.Read(entry.Key), isException));
        if (table.Type != "cidr") return;
        foreach (var entry in table.Patterns) _items.Add(new ListedNetwork(entry.Key, NetworkText.Read(entry.Key), isException));
    }

    private static IEnumerable<IPNetwork> Without(IPNetwork network, IPNetwork hole)
    {
        if (network.BaseAddress.AddressFamily != hole.BaseAddress.AddressFamily) return [network];
        if (hole.PrefixLength <= network.PrefixLength) return hole.Contains(network.BaseAddress) ? [] : [network];
        if (!network.Contains(hole.BaseAddress)) return [network];
        var (one, other) = Halves(network);
        return [.. Without(one, hole), .. Without(other, hole)];
    }

    private static (IPNetwork, IPNetwork) Halves(IPNetwork network)
    {
        byte[] second = network.BaseAddress.GetAddressBytes();
        second[network.PrefixLength / 8] |= (byte)(0x80 >> (network.PrefixLength % 8));
        return (new IPNetwork(network.BaseAddress, network.PrefixLength + 1), new IPNetwork(new IPAddress(second), network.PrefixLength + 1));
    }
}
