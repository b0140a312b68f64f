using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>When any next hop was down, for quick questions: outages that overlap are one stretch.</summary>
internal sealed class DownTimes
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _stretches = [];

    public DownTimes(MailHistory mail)
    {
        foreach (var outage in mail.Outages.OrderBy(outage => outage.From))
        {
            var to = outage.To ?? DateTimeOffset.MaxValue;
            if (_stretches.Count > 0 && outage.From <= _stretches[^1].To)
                _stretches[^1] = (_stretches[^1].From, to > _stretches[^1].To ? to : _stretches[^1].To);
            else _stretches.Add((outage.From, to));
        }
    }

    public bool Cover(DateTimeOffset time)
    {
        int low = 0, high = _stretches.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (time < _stretches[middle].From) high = middle - 1;
            else if (time > _stretches[middle].To) low = middle + 1;
            else return true;
        }
        return false;
    }
}
