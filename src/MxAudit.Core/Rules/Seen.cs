using MxAudit.Input;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules;

/// <summary>What there is to show for a finding: how often the fault was seen, the evidence, and from when to when.</summary>
/// <param name="Count">Zero: it is stated, and nothing came of it yet.</param>
public sealed record Seen(long Count, IReadOnlyList<Proof> Proofs, DateTimeOffset? First = null, DateTimeOffset? Last = null)
{
    /// <summary>As many lines as help; the tables have them all.</summary>
    internal const int MostProofs = 5;

    /// <summary>Configuration or DNS states it; no line of the log is needed.</summary>
    public static Seen Stated(params IEnumerable<Proof> proofs) => new(0, [.. proofs]);

    /// <param name="most">So many lines are shown, as they come, behind what states the fault. Null: as many as help, in the order of the log.</param>
    public static Seen Lines(long count, IEnumerable<LinePosition> lines, DateTimeOffset? first = null, DateTimeOffset? last = null, int? most = null) =>
        new(count, [.. (most is { } few ? lines.Take(few) : lines.Take(MostProofs).Order().Distinct()).Select(Proof.FromLog)], first, last);

    public static Seen Of(IReadOnlyCollection<Recipient> recipients, int? most = null) =>
        Lines(recipients.Count, recipients.Select(recipient => recipient.LastLine), recipients.Min(recipient => recipient.LastAttempt),
            recipients.Max(recipient => recipient.LastAttempt), most);

    public static Seen Of(IReadOnlyCollection<Attempt> attempts, int? most = null) =>
        Lines(attempts.Count, attempts.Select(attempt => attempt.Line), attempts.Min(attempt => attempt.Time), attempts.Max(attempt => attempt.Time), most);

    public static Seen Of(IReadOnlyCollection<Probe> probes, int? most = null) =>
        Lines(probes.Count, probes.Select(probe => probe.Line), probes.Min(probe => probe.Time), probes.Max(probe => probe.Time), most);

    public static Seen Of(IReadOnlyCollection<Notice> notices, int? most = null) =>
        Lines(notices.Count, notices.Select(notice => notice.Line), notices.Min(notice => notice.Time), notices.Max(notice => notice.Time), most);

    public static Seen Of(IReadOnlyCollection<Reject> rejects, int? most = null) =>
        Lines(rejects.Sum(reject => (long)reject.Count), rejects.Select(reject => reject.Line), rejects.Min(reject => reject.Time),
            rejects.Max(reject => reject.Time), most);

    public static Seen Of(IReadOnlyCollection<Remark> remarks, int? most = null) =>
        Lines(remarks.Sum(remark => (long)remark.Count), remarks.Select(remark => remark.FirstLine), remarks.Min(remark => remark.First),
            remarks.Max(remark => remark.Last), most);

    internal static Seen Of(IReadOnlyCollection<Sign> signs) =>
        Lines(signs.Sum(sign => (long)sign.Count), signs.Select(sign => sign.Line), signs.Min(sign => sign.First), signs.Max(sign => sign.Last));

    /// <summary>Messages that the queue lists, by their arrival.</summary>
    public static Seen Of(QueueSnapshot queue, IReadOnlyCollection<QueuedMessage> messages, int? most = null) =>
        new(messages.Count, [.. messages.Take(most ?? MostProofs).Select(message => Proof.FromQueue(queue, message))], messages.Min(message => message.Arrival),
            messages.Max(message => message.Arrival));

    /// <summary>The same, with other lines to show.</summary>
    public Seen ShownBy(IEnumerable<LinePosition> lines, int? most = null) => this with { Proofs = Lines(Count, lines, most: most).Proofs };

    /// <summary>Both, this one shown first.</summary>
    public Seen And(Seen other) =>
        new(Count + other.Count, [.. Proofs, .. other.Proofs], Earlier(First, other.First), Later(Last, other.Last));

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other ?? one;
}
