using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What happened to the mail, as far as the log tells: views over columns that <see cref="HistoryBuilder"/> filled.</summary>
/// <remarks>What needs the whole log is derived once: when the last line was read, or when somebody first asks. Rules, tables and screens only look.</remarks>
public sealed partial class MailHistory
{
    internal NativeList<LifeRow> Lives { get; }
    internal NativeList<AttemptRow> AttemptRows { get; }
    internal NativeList<OriginalRow> OriginalRows { get; }
    internal NativeList<RejectRow> RejectRows { get; }
    internal NativeList<NoticeRow> NoticeRows { get; }
    internal NativeList<RecipientRow> RecipientRows { get; }
    internal NativeList<LifeNote> LifeNotes { get; }
    internal TextTable Texts { get; }
    private readonly TextTable _domainTexts;
    private readonly Arena _arena;

    /// <summary>The lines themselves; null when they can not be read again.</summary>
    internal ILogLines? Lines { get; set; }

    internal MailHistory(HistoryRows rows, TrustedClients trusted)
    {
        (Lives, AttemptRows, RejectRows, NoticeRows, Texts) = (rows.Lives, rows.Attempts, rows.Rejects, rows.Notices, rows.Texts);
        Trusted = trusted;
        (LifeNotes, OriginalRows, RecipientRows, _domainTexts) = (rows.LifeNotes, rows.Originals, new NativeList<RecipientRow>(rows.Arena), rows.Domains);
        Origins = rows.Origins;
        _arena = rows.Arena;
        (_returnedByFilter, _returnedInFront, _blockListRefusals) = (rows.ReturnedByFilter, rows.ReturnedInFront, rows.BlockListRefusals);
        (ProbeAttempts, _probeReasons, _probeResults) = (new Numbers(_arena, rows.Probes), new byte[rows.Probes], new byte[rows.Probes]);
    }

    public TrustedClients Trusted { get; }

    /// <summary>Hosts and instances, in the order of appearance.</summary>
    public IReadOnlyList<Origin> Origins { get; }

    /// <summary>Every life of every queue id, in the order of birth.</summary>
    public IReadOnlyList<Message> Messages => field ??= new Rows<Message>(Lives.Count, row => new Message(this, row));

    /// <summary>Every recipient of accepted ordinary mail, with its final outcome.</summary>
    public IReadOnlyList<Recipient> Recipients => field ??= new Rows<Recipient>(RecipientRows.Count, row => new Recipient(this, row));

    /// <summary>Those that bounced or expired.</summary>
    public IReadOnlyList<Recipient> Bounces => field ??= RecipientsAt(_bounced);

    /// <summary>Those that bounced or expired for one reason.</summary>
    public IEnumerable<Recipient> BouncesFor(ReasonClass reason) => (_bouncesByReason ??= Bounces.ToLookup(bounced => bounced.ReasonClass))[reason];

    private ILookup<ReasonClass, Recipient>? _bouncesByReason;

    /// <summary>Those that were deferred, and whose last answer had this reason.</summary>
    public IEnumerable<Recipient> DeferredFor(ReasonClass reason) => RecipientsAt(_deferred.FindAll(row => RecipientRows[row].Reason == reason));

    /// <summary>Those that were deferred at least once, whatever became of them.</summary>
    public IReadOnlyList<Recipient> Deferred => field ??= RecipientsAt(_deferred);

    /// <summary>Notices that really were queued.</summary>
    public IReadOnlyList<Notice> Notices { get; internal set; } = [];

    /// <summary>Probes of verify(8), not <c>sendmail -bv</c>.</summary>
    public IReadOnlyList<Probe> Probes => field ??= new Rows<Probe>(ProbeAttempts.Length, index => new Probe(this, index));

    /// <summary>Replies 4xx and 5xx, warn_if_reject included; see <see cref="Reject.WarnOnly"/>.</summary>
    public IReadOnlyList<Reject> Rejects => field ??= new Rows<Reject>(RejectRows.Count, row => new Reject(this, row));

    /// <summary>Refusals for now (4xx) of recipients that verification could not confirm.</summary>
    public IReadOnlyList<Reject> UnverifiedForNow => field ??= FindUnverified();

    private Rows<Reject> FindUnverified()
    {
        int[] rows = new int[RejectReasons.Count((byte)ReasonClass.UnverifiedRecipient)];
        int count = 0;
        for (int row = -1; (row = Next(RejectReasons, row, (byte)ReasonClass.UnverifiedRecipient)) >= 0;)
            if (RejectRows[row] is { Code: >= 400 and < 500, WarnOnly: false }) rows[count++] = row;
        return new Rows<Reject>(count, i => new Reject(this, rows[i]), i => FetchReject(i + Ahead < count ? rows[i + Ahead] : 0));
    }

    /// <summary>Those for one reason. A rule wants few of many: the others cost no view.</summary>
    public IEnumerable<Reject> RejectsFor(ReasonClass reason)
    {
        for (int row = -1; (row = Next(RejectReasons, row, (byte)reason)) >= 0;)
        {
            FetchReject(row + Ahead);
            yield return new Reject(this, row);
        }
    }

    /// <inheritdoc cref="RejectsFor"/>
    public IEnumerable<Probe> ProbesFor(ReasonClass reason)
    {
        for (int probe = -1; (probe = Next(_probeReasons, probe, (byte)reason)) >= 0;)
        {
            FetchProbe(probe + Ahead);
            yield return new Probe(this, probe);
        }
    }

    /// <summary>Those that ended so.</summary>
    public IEnumerable<Probe> ProbesWith(ProbeResult result)
    {
        for (int probe = -1; (probe = Next(_probeResults, probe, (byte)result)) >= 0;)
        {
            FetchProbe(probe + Ahead);
            yield return new Probe(this, probe);
        }
    }

    /// <summary>Those that nobody remembers: <c>undeliverable-but-not-cached</c>.</summary>
    public IReadOnlyList<Probe> ProbesNotCached => field ??= new Rows<Probe>(_notCached.Count, i => new Probe(this, _notCached[i]));

    private readonly List<int> _notCached = [];

    /// <summary>One byte for each row, so that those that are wanted are found without a look at the rows.</summary>
    private readonly byte[] _probeReasons, _probeResults;

    private byte[] RejectReasons => field ??= FindRejectReasons();

    private byte[] FindRejectReasons()
    {
        byte[] reasons = new byte[RejectRows.Count];
        int row = 0;
        foreach (ref var reject in RejectRows) reasons[row++] = (byte)reject.Reason;
        return reasons;
    }

    /// <returns>The next one behind <paramref name="last"/>; -1 when there is none.</returns>
    private static int Next(byte[] column, int last, byte wanted)
    {
        int found = column.AsSpan(last + 1).IndexOf(wanted);
        return found < 0 ? -1 : last + 1 + found;
    }

    public IReadOnlyList<Remark> Remarks { get; internal set; } = [];
    public IReadOnlyList<NextHop> NextHops { get; internal set; } = [];

    /// <summary>Of all next hops, by beginning.</summary>
    public IReadOnlyList<Outage> Outages { get; internal set; } = [];
    public IReadOnlyList<Circulation> Circulations { get; internal set; } = [];
    public Totals Totals { get; internal set; } = new();

    /// <summary>Whether any delivery failed for good and was kept in the queue: <c>status=SOFTBOUNCE</c>.</summary>
    public bool AnySoftBounce { get; private set; }

    /// <summary>Of the Postfix lines; null without any.</summary>
    public DateTimeOffset? First { get; internal set; }
    public DateTimeOffset? Last { get; internal set; }

    /// <summary>The moment that ages are counted to.</summary>
    public DateTimeOffset? Now { get; internal set; }

    /// <summary>Lines were lost before they reached the file: what depends on a missing line is less sure.</summary>
    public bool LinesWereLost => Remarks.Any(remark => remark.Kind == RemarkKind.LinesLost);

    /// <summary>How many, as far as their loss was counted; null: some were lost, and nobody counted.</summary>
    public long? LinesLost => RemarksOf(RemarkKind.LinesLost) is { Length: > 0 } losses ? losses.Sum(loss => loss.Number) is > 0 and var lost ? lost : null : 0;

    /// <summary>Lines that tell of a message and do not name it: what they tell belongs to none, and is in no total.</summary>
    public long LinesWithoutQueueId => Remarks.Where(remark => remark.Kind == RemarkKind.WithoutQueueId).Sum(remark => (long)remark.Count);

    public Remark[] RemarksOf(RemarkKind kind) => [.. Remarks.Where(remark => remark.Kind == kind)];

    private Rows<Recipient> RecipientsAt(List<int> rows) => About(rows, i => new Recipient(this, rows[i]));
}

/// <summary>A list that makes its items when asked.</summary>
/// <param name="fetch">Told each place as a walk through all of them comes by: time to ask for the memory of later ones.</param>
internal sealed class Rows<T>(int count, Func<int, T> at, Action<int>? fetch = null) : IReadOnlyList<T>
{
    public int Count => count;
    public T this[int index] => (uint)index < (uint)count ? at(index) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<T> GetEnumerator()
    {
        for (int i = 0; i < count; i++)
        {
            fetch?.Invoke(i);
            yield return at(i);
        }
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The log's lines, read again by position.</summary>
public interface ILogLines
{
    /// <summary>The bytes of the line without its line end; empty when it can not be read again. Valid until the next call.</summary>
    ReadOnlySpan<byte> LineAt(LinePosition position);

    /// <summary>What the line says, read again.</summary>
    bool TryRead(LinePosition position, out LogEvent happened);
}

/// <summary>The columns that the builder fills and the history reads.</summary>
internal sealed record HistoryRows(NativeList<LifeRow> Lives, NativeList<AttemptRow> Attempts, NativeList<OriginalRow> Originals, NativeList<RejectRow> Rejects,
    NativeList<NoticeRow> Notices, NativeList<LifeNote> LifeNotes, TextTable Texts, IReadOnlyList<Origin> Origins, Arena Arena)
{
    /// <summary>How many of the attempts are probes.</summary>
    public int Probes { get; init; }

    public IReadOnlyList<ReturnedByFilter> ReturnedByFilter { get; init; } = [];
    public required NativeList<BlockListRefusalRow> BlockListRefusals { get; init; }

    public IReadOnlyList<ReturnedInFront> ReturnedInFront { get; init; } = [];

    /// <summary>Names of recipient domains, as written and in lower case.</summary>
    public required TextTable Domains { get; init; }
}
