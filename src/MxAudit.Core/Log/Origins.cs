namespace MxAudit.Log;

/// <summary>Who wrote a line: the host's name in the log and the Postfix instance (<c>syslog_name</c>).</summary>
public sealed record Origin(string Host, string Instance);

/// <summary>The hosts and instances that a log speaks of, numbered as they appear. Queue ids are unique only within one.</summary>
public sealed class Origins
{
    private readonly List<Origin> _all = [];
    private readonly List<(byte[] Host, byte[] Instance)> _names = [];

    /// <summary>Numbers by the hash of the names, which is seeded: a log of a central host speaks of hundreds in turns.</summary>
    private readonly Dictionary<int, List<ushort>> _numbers = [], _numbersOfHost = [];

    public IReadOnlyList<Origin> All => _all;

    /// <summary>The number where a line's prefix could not be read.</summary>
    public const ushort None = ushort.MaxValue;

    private static readonly Origin Unknown = new("", "");

    public Origin this[int index] => index == None ? Unknown : _all[index];

    /// <summary>The number of an origin; a new one for bytes not seen before. At most 65,535; later ones share the last number.</summary>
    public ushort Number(ReadOnlySpan<byte> host, ReadOnlySpan<byte> instance)
    {
        int hash = HashOf(host, instance);
        if (_numbers.TryGetValue(hash, out var alike))
            foreach (ushort number in alike)
                if (host.SequenceEqual(_names[number].Host) && instance.SequenceEqual(_names[number].Instance)) return number;
        if (_all.Count == ushort.MaxValue) return ushort.MaxValue - 1;
        _all.Add(new Origin(PlainText.Of(host), PlainText.Of(instance)));
        _names.Add((host.ToArray(), instance.ToArray()));
        Add(_numbers, hash);
        Add(_numbersOfHost, HashOf(host, default));
        return (ushort)(_all.Count - 1);
    }

    /// <summary>An origin of this host that is known already, else the host with no instance.</summary>
    public ushort NumberOfHost(ReadOnlySpan<byte> host)
    {
        if (_numbersOfHost.TryGetValue(HashOf(host, default), out var alike))
            foreach (ushort number in alike)
                if (host.SequenceEqual(_names[number].Host)) return number;
        return Number(host, default);
    }

    private void Add(Dictionary<int, List<ushort>> numbers, int hash)
    {
        if (!numbers.TryGetValue(hash, out var alike)) numbers.Add(hash, alike = []);
        alike.Add((ushort)(_all.Count - 1));
    }

    private static int HashOf(ReadOnlySpan<byte> host, ReadOnlySpan<byte> instance)
    {
        var hash = new HashCode();
        hash.AddBytes(host);
        hash.Add(host.Length);
        hash.AddBytes(instance);
        return hash.ToHashCode();
    }
}
