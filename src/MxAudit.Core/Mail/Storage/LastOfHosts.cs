using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>When something happened last on each host of the log: instances share what stands beside Postfix, filters and policy servers.</summary>
internal sealed class LastOfHosts(Origins origins)
{
    private readonly List<int> _hosts = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private long[] _last = [];
    private long _ofNobody = long.MinValue;

    public ref long On(ushort origin)
    {
        if (origin == Origins.None) return ref _ofNobody;
        while (_hosts.Count <= origin) Number(origins[_hosts.Count].Host);
        return ref _last[_hosts[origin]];
    }

    private void Number(string host)
    {
        if (!_numbers.TryGetValue(host, out int number))
        {
            _numbers.Add(host, number = _numbers.Count);
            if (number == _last.Length) Array.Resize(ref _last, Math.Max(8, number * 2));
            _last[number] = long.MinValue;
        }
        _hosts.Add(number);
    }
}
