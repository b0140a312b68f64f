using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What several readers look things up in: gathered when the first of them asks.</summary>
public sealed partial class MailHistory
{
    internal Successes Successes => field ??= new Successes(this);

    /// <summary>Probes that the next hop refused for good because of this host, not because of the recipient.</summary>
    public IReadOnlyList<Probe> ProbesAgainstThisHost => field ??=
    [
        .. ProbesWith(ProbeResult.Undeliverable).Where(probe =>
            probe.ReasonClass is not (ReasonClass.UserUnknown or ReasonClass.Loop or ReasonClass.TooManyHops)
            && (probe.ReasonClass == ReasonClass.HostRejected || probe.Stage is Stage.Helo or Stage.Mail)),
    ];

    /// <summary>When each host of the log last took a client's message; the end of time where the line has none.</summary>
    internal Dictionary<string, DateTimeOffset> LastTaken => field ??= Messages.Where(message => message is { WasAccepted: true, HasClient: true })
        .GroupBy(message => message.Host)
        .ToDictionary(host => host.Key, host => host.Max(message => message.AcceptedAt ?? DateTimeOffset.MaxValue));

    private readonly NativeList<BlockListRefusalRow> _blockListRefusals;

    /// <summary>In the order of the log.</summary>
    public IEnumerable<BlockListRefusal> BlockListRefusals
    {
        get
        {
            for (int i = 0; i < _blockListRefusals.Count; i++)
                if (_blockListRefusals[i] is { Count: > 0 } row)
                    yield return new(Text(row.List), Origins[row.Origin], TimeOf(row.Time), row.Count, row.Rank, new LinePosition(row.Line));
        }
    }

    internal Dictionary<string, DomainTraffic> DomainsByName => field ??= Domains.ToDictionary(domain => domain.Name);

    /// <summary>Notices by the life that they are about: there may be a hundred thousand, and somebody who walks through traces waits for each.</summary>
    internal ILookup<int, Notice> NoticesAbout => field ??= Notices.Where(notice => notice.About is not null).ToLookup(notice => notice.About!.Value.Index);
}

/// <summary>A client was refused for an error of a block list, or postscreen may have hung up on it for one.</summary>
/// <param name="Rank">What all lists together made of the client, where no reply is logged; 0: there was a reply.</param>
public readonly record struct BlockListRefusal(string List, Origin Origin, DateTimeOffset? Time, long Count, int Rank, LinePosition Line);
