using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Queue;

/// <summary>
/// A next hop that answers, and puts off whatever this host brings: <c>451 4.3.0 Temporary lookup failure</c> to every RCPT TO. Nobody looks at the
/// recipient, and mail waits as it does when the hop is down.
/// </summary>
/// <param name="Lines">Of the waiting recipients and of the probes without result, the last of each.</param>
internal sealed record PutOff(NextHop Hop, DateTimeOffset Since, DateTimeOffset Last, Recipient[] Waiting, int Probes, LinePosition[] Lines)
{
    /// <summary>One message may be what the next hop can not read.</summary>
    private const int FewestRecipients = 3, FewestMessages = 2;

    /// <summary>Greylisting whose words are not known here is over by then.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    public static IEnumerable<PutOff> All(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        var probes = mail.ProbesFor(ReasonClass.Other).Where(probe => probe.Result == ProbeResult.Unknown && IsOfItsSystem(probe.Stage, probe.Dsn)
            && relayed.Contains(probe.Domain) && probe.NextHop is not null).ToLookup(probe => probe.NextHop!);
        var all = new Dictionary<NextHop, PutOff>();
        foreach (var hop in mail.NextHops)
            if (hop.DownSince is null && Of(hop, [.. probes[hop]], relayed) is { } putOff) all.Add(hop, putOff);
        if (all.Count == 0) return [];
        // it knows one recipient from another
        foreach (var bounced in mail.Bounces)
            if (bounced.NextHop is { } hop && all.TryGetValue(hop, out var putOff) && bounced.LastAttempt > putOff.Since) all.Remove(hop);
        foreach (var probe in mail.ProbesWith(ProbeResult.Undeliverable))
            if (probe.NextHop is { } hop && all.TryGetValue(hop, out var putOff) && probe.Time > putOff.Since) all.Remove(hop);
        return all.Values;
    }

    private static PutOff? Of(NextHop hop, Probe[] probes, RelayedDomains relayed)
    {
        var success = (hop.Siblings ?? [hop]).Max(one => one.LastSuccess);
        // with those from before the trouble may be their own, since others were welcome in between: they tell neither way
        var before = probes.Where(probe => probe.Time <= success).Select(probe => probe.Recipient).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Recipient[] later = [.. hop.Waiting.Where(waiting => !(waiting.Attempts.Min(attempt => attempt.Time) <= success) && !before.Contains(waiting.Address))];
        Recipient[] waiting = [.. later.Where(waiting => relayed.Has(waiting) && IsOfItsSystem(waiting.Stage, waiting.Dsn)
            && (waiting.ReasonClass == ReasonClass.Other || IsOfBrokenFilter(waiting)))];
        if (waiting.Length * 2 < later.Length) return null;
        probes = [.. probes.Where(probe => !before.Contains(probe.Recipient))];
        if (waiting.Select(one => one.Message).Distinct().Take(FewestMessages).Count() + probes.Length < FewestMessages) return null;
        Failure[] failures =
        [
            .. from one in waiting
               from attempt in one.Attempts
               where attempt.NextHop == hop && IsOfItsSystem(attempt.Stage, attempt.Dsn)
               select new Failure(one.Address, attempt.Time, attempt.Dsn),
            .. probes.Select(probe => new Failure(probe.Recipient, probe.Time, probe.Dsn)),
        ];
        int shown = failures.GroupBy(failure => failure.Address, StringComparer.OrdinalIgnoreCase).Count(IsNoGreylisting);
        return shown >= FewestRecipients && failures.Min(failure => failure.Time) is { } since && failures.Max(failure => failure.Time) is { } last
            && last - since >= Shortest
            ? new PutOff(hop, since, last, waiting, probes.Length,
                [.. waiting.Select(one => one.LastLine).Concat(probes.Select(probe => probe.Line).TakeLast(Seen.MostProofs))])
            : null;
    }

    private readonly record struct Failure(string Address, DateTimeOffset? Time, Dsn Dsn);

    /// <summary>Of its system by the code (x.3.x), or put off at both ends of the hour: a first try is what greylisting puts off, in any words.</summary>
    private static bool IsNoGreylisting(IEnumerable<Failure> ofOne) =>
        ofOne.Any(failure => failure.Dsn.Subject == 3) || ofOne.Max(failure => failure.Time) - ofOne.Min(failure => failure.Time) >= Shortest;

    /// <summary>Postfix of its own milter, behind the data: what a filter that works says there is about the content.</summary>
    private static bool IsOfBrokenFilter(Recipient waiting) =>
        waiting.ReasonClass == ReasonClass.Content && waiting.Reason.Contains(" Service unavailable - try again later", StringComparison.Ordinal);

    /// <summary>Not about the address (x.1.x) nor the mailbox (x.2.x), which may be one that nobody has.</summary>
    private static bool IsOfItsSystem(Stage stage, Dsn dsn) =>
        stage is Stage.Rcpt or Stage.Data or Stage.EndOfData && dsn is { Class: 4, Subject: not (1 or 2) };
}
