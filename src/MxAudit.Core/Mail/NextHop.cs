using MxAudit.Input;

namespace MxAudit.Mail;

/// <summary>A host that this one hands mail to, and how that went.</summary>
public sealed class NextHop
{
    private readonly MailHistory _history;

    internal NextHop(string name, MailHistory history) => (Name, _history) = (name, history);

    /// <summary><c>mx1.example.com[192.0.2.10]:25</c>, lower case.</summary>
    public string Name { get; }
    public string HostName => ClientText.NameOf(Name);
    public string Address => ClientText.AddressOf(Name);
    public string Port => ClientText.PortOf(Name);

    /// <summary>Delivery lines of mail and notices, and probes.</summary>
    public long Attempts { get; internal set; }
    public long Sent { get; internal set; }
    public long Deferred { get; internal set; }
    public long Bounced { get; internal set; }
    public long Probes { get; internal set; }
    public DateTimeOffset? FirstFailure { get; internal set; }
    public DateTimeOffset? LastSuccess => MailHistory.TimeOf(LastSuccessAt);
    internal long LastSuccessAt { get; set; } = long.MinValue;
    internal MailHistory.OutageSoFar? OutageSoFar { get; set; }

    /// <summary>The first failure of the outage that lasts, null when the hop answers.</summary>
    public DateTimeOffset? DownSince => Outages.Count > 0 && Outages[^1].To is null ? Outages[^1].From : null;
    public IReadOnlyList<Outage> Outages { get; internal set; } = [];

    /// <summary>Seconds from arrival to delivery, of the delivered.</summary>
    public double? MedianDelaySeconds => Quantile(0.5);
    public double? P95DelaySeconds => Quantile(0.95);

    /// <summary>Recipients whose last known status is deferred because of this hop.</summary>
    public IReadOnlyList<Recipient> Waiting { get; internal set; } = [];

    /// <summary>Mail came back from it by re-injection: a content filter behind this host's queue.</summary>
    public bool IsContentFilter { get; internal set; }

    /// <summary>Mail goes in there and comes back to another port of this host.</summary>
    public bool IsFilter() => IsContentFilter || Networks.IsLoopback(Address);

    /// <summary>All addresses of the same host and port, itself included; null when there is one.</summary>
    internal List<NextHop>? Siblings { get; set; }

    /// <summary>Whatever the answer.</summary>
    internal bool Answered { get; set; }

    /// <summary>By attempts and name.</summary>
    internal static IComparer<NextHop> BusiestFirst { get; } = Comparer<NextHop>.Create((a, b) =>
        b.Attempts.CompareTo(a.Attempts) is not 0 and var attempts ? attempts : string.CompareOrdinal(a.Name, b.Name));

    private double? Quantile(double share)
    {
        var delays = _history.DelaysOf(this);
        return delays.Length == 0 ? null : Math.Round(delays[(int)Math.Ceiling(share * delays.Length) - 1], 3);
    }
}

/// <summary>A next hop could not be reached from the first failure to the first answer after it.</summary>
/// <param name="To">Null while it lasts.</param>
/// <param name="Failures">Attempts and probes that failed for it, the suspended ones included.</param>
public sealed record Outage(NextHop NextHop, DateTimeOffset From, DateTimeOffset? To, int Failures, ReasonClass Reason, LinePosition FirstLine)
{
    public bool Covers(DateTimeOffset time) => time >= From && (To is null || time <= To);
}
