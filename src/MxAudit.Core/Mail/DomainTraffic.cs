namespace MxAudit.Mail;

/// <summary>What happened to the mail for one recipient domain.</summary>
public sealed class DomainTraffic
{
    internal DomainTraffic(string name, int number = 0) => (Name, Number) = (name, number);

    /// <summary>By which the history's addresses know it; 0: by none, nothing was sent there.</summary>
    internal int Number { get; }

    /// <summary>Lower case.</summary>
    public string Name { get; }
    public int Accepted { get; internal set; }
    public int Delivered { get; internal set; }
    public int Bounced { get; internal set; }

    /// <summary>Recipients whose last known status is deferred.</summary>
    public int Deferred { get; internal set; }

    /// <summary>Recipients that wait and were not tried yet.</summary>
    public int Queued { get; internal set; }
    public int Rejected { get; internal set; }

    /// <summary>Of these, because this host does not relay for it.</summary>
    public int RelayDenied { get; internal set; }
    public int NoticesToStrangers { get; private set; }
    public int ProbesDeliverable { get; internal set; }
    public int ProbesUndeliverable { get; internal set; }
    public int ProbesUnknown { get; internal set; }
    public int Probes => ProbesDeliverable + ProbesUndeliverable + ProbesUnknown;

    /// <summary>A probe was for an address of it, and not for what an alias made of another one.</summary>
    internal bool WasAskedFor { get; set; }

    /// <summary>The relay service delivered or probed it, so it is one of relay_domains.</summary>
    public bool ByRelayService { get; internal set; }

    private readonly List<(NextHop Hop, int Times)> _hops = [];

    /// <summary>The next hop used most; null where none was.</summary>
    public NextHop? NextHop => _hops.Count == 0 ? null : _hops.MaxBy(used => used.Times).Hop;

    /// <summary>By recipients, rejects and name.</summary>
    internal static IComparer<DomainTraffic> BusiestFirst { get; } = Comparer<DomainTraffic>
        .Create((a, b) => (b.Accepted.CompareTo(a.Accepted), b.Rejected.CompareTo(a.Rejected)) switch
        {
            (not 0 and var accepted, _) => accepted,
            (_, not 0 and var rejected) => rejected,
            _ => string.CompareOrdinal(a.Name, b.Name),
        });

    private Notice? _counted;

    /// <summary>A notice that reports several of its recipients is counted once.</summary>
    internal void Count(Notice notice)
    {
        if (_counted == notice) return;
        _counted = notice;
        NoticesToStrangers++;
    }

    internal void Count(NextHop hop)
    {
        int at = 0;
        while (at < _hops.Count && !ReferenceEquals(_hops[at].Hop, hop)) at++;
        if (at == _hops.Count) _hops.Add((hop, 1));
        else _hops[at] = (hop, _hops[at].Times + 1);
    }
}
