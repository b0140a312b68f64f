using System.Text;

namespace MxAudit.Log;

/// <summary>Who wrote a line: the host's name in the log and the Postfix instance (<c>syslog_name</c>).</summary>
public sealed record Origin(string Host, string Instance);

/// <summary>The hosts and instances that a log speaks of, numbered as they appear. Queue ids are unique only within one.</summary>
public sealed class Origins
{
    private readonly List<Origin> _all = [];

    public IReadOnlyList<Origin> All => _all;

    public Origin this[int index] => _all[index];

    /// <summary>The number of an origin; a new one for bytes not seen before. At most 65,535; later ones share the last number.</summary>
    public ushort Number(ReadOnlySpan<byte> host, ReadOnlySpan<byte> instance)
    {
        var origin = new Origin(Encoding.UTF8.GetString(host), Encoding.UTF8.GetString(instance));
        int index = _all.IndexOf(origin);
        if (index >= 0) return (ushort)index;
        if (_all.Count == ushort.MaxValue) return ushort.MaxValue - 1;
        _all.Add(origin);
        return (ushort)(_all.Count - 1);
    }
}
