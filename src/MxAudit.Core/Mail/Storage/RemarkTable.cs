using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>Gathers remarks: one entry for a kind, a subject and an instance.</summary>
internal sealed class RemarkTable(TextTable texts)
{
    private const int MostEntries = 100_000;

    private sealed class Entry
    {
        public RemarkKind Kind;
        public int Subject;
        public ushort Origin;
        public long First, Last, Number;
        public int Count;
        public ulong FirstLine, LastLine;
    }

    private readonly Dictionary<(RemarkKind, int, ushort), Entry> _entries = [];
    private Entry? _last;

    /// <param name="lastTaken">A server that did not answer before then has answered since: what counts is the silence that lasts.</param>
    public void Add(RemarkKind kind, ReadOnlySpan<byte> about, scoped in LogEvent happened, long lastTaken)
    {
        int subject = about.IsEmpty ? 0 : texts.Of(about);
        var key = (kind, subject, happened.Origin);
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= MostEntries) return;
            entry =
                new Entry { Kind = kind, Subject = subject, Origin = happened.Origin, First = happened.Time, FirstLine = happened.Position.Packed };
            _entries.Add(key, entry);
        }
        else if (kind == RemarkKind.ServerSilent && entry.Last < lastTaken)
            (entry.First, entry.FirstLine, entry.Count) = (happened.Time, happened.Position.Packed, 0);
        entry.Last = happened.Time;
        entry.LastLine = happened.Position.Packed;
        entry.Count += 1 + happened.Repeats;
        entry.Number += happened.Number;
        _last = entry;
    }

    /// <summary>The line was a remark that is gathered elsewhere: its repeats are none of the last one here.</summary>
    public void Pass() => _last = null;

    public void RepeatLast(int times)
    {
        if (_last is not null) _last.Count += times;
    }

    /// <summary>In the order of their first lines.</summary>
    public IReadOnlyList<Remark> All(Origins origins) =>
    [
        .. _entries.Values
            .OrderBy(entry => entry.FirstLine)
            .Select(entry => new Remark(entry.Kind, entry.Subject == 0 ? "" : PlainText.Of(texts.Bytes(entry.Subject)),
                origins[entry.Origin], MailHistory.TimeOf(entry.First), MailHistory.TimeOf(entry.Last), entry.Count, entry.Number,
                new LinePosition(entry.FirstLine), new LinePosition(entry.LastLine))),
    ];
}
