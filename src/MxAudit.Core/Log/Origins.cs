namespace MxAudit.Log;

/// <summary>Who wrote a line: the host's name in the log and the Postfix instance (<c>syslog_name</c>).</summary>
public sealed record Origin(string Host, string Instance);

/// <summary>The hosts and instances that a log speaks of, numbered as they appear. Queue ids are unique only within one.</summary>
public sealed class Origins
{
    private readonly List<Origin> _all = [];
    private readonly List<(byte[] Host, byte[] Instance)> _names = [];

    public IReadOnlyList<Origin> All => _all;

    /// <summary>The number where a line's prefix could not be read.</summary>
    public const ushort None = ushort.MaxValue;

    private static readonly Origin Unknown = new("", "");

    public Origin this[int index] => index == None ? Unknown : _all[index];

    /// <summary>The number of an origin; a new one for bytes not seen before. At most 65,535; later ones share the last number.</summary>
    public ushort Number(ReadOnlySpan<byte> host, ReadOnlySpan<byte> instance)
    {
        for (int i = 0; i < _names.Count; i++)
            if (host.SequenceEqual(_names[i].Host) && instance.SequenceEqual(_names[i].Instance)) return (ushort)i;
        if (_all.Count == ushort.MaxValue) return ushort.MaxValue - 1;
        _all.Add(new Origin(PlainText.Of(host), PlainText.Of(instance)));
        _names.Add((host.ToArray(), instance.ToArray()));
        return (ushort)(_all.Count - 1);
    }

    /// <summary>An origin of this host that is known already, else the host with no instance.</summary>
    public ushort NumberOfHost(ReadOnlySpan<byte> host)
    {
        for (int i = 0; i < _names.Count; i++)
            if (host.SequenceEqual(_names[i].Host)) return (ushort)i;
        return Number(host, default);
    }
}
