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

        /// <summary>Of a server that does not answer, or a program that does not start: the silence that lasts.</summary>
        public Entry? Lasting;

        public void Begin(scoped in LogEvent happened) => (First, FirstLine, Count) = (happened.Time, happened.Position.Packed, 0);

        public void Add(scoped in LogEvent happened)
        {
            Last = happened.Time;
            LastLine = happened.Position.Packed;
            Count += 1 + happened.Repeats;
            Number += happened.Number;
        }
    }

    private readonly Dictionary<(RemarkKind, int, ushort), Entry> _entries = [];
    private Entry? _last;

    /// <param name="lastHeard">A server that did not answer before then has answered since, or it is not needed: the silence that lasts begins behind.</param>
    public void Add(RemarkKind kind, ReadOnlySpan<byte> about, scoped in LogEvent happened, long lastHeard)
    {
        int subject = about.IsEmpty ? 0 : texts.Of(about);
        var key = (kind, subject, happened.Origin);
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= MostEntries) return;
            entry = New(kind, subject, happened);
            if (kind is RemarkKind.ServerSilent or RemarkKind.BadCommandStartup) entry.Lasting = New(kind, subject, happened);
            _entries.Add(key, entry);
        }
        else if (entry.Lasting is not null && entry.Last < lastHeard) entry.Lasting.Begin(happened);
        entry.Add(happened);
        entry.Lasting?.Add(happened);
        _last = entry;
    }

    private static Entry New(RemarkKind kind, int subject, scoped in LogEvent happened)
    {
        var entry = new Entry { Kind = kind, Subject = subject, Origin = happened.Origin };
        entry.Begin(happened);
        return entry;
    }

    /// <summary>The line was a remark that is gathered elsewhere: its repeats are none of the last one here.</summary>
    public void Pass() => _last = null;

    public void RepeatLast(int times)
    {
        if (_last is null) return;
        _last.Count += times;
        if (_last.Lasting is { } lasting) lasting.Count += times;
    }

    /// <summary>In the order of their first lines.</summary>
    /// <param name="served">When smtpd served a client last: it starts again.</param>
    public IReadOnlyList<Remark> All(Origins origins, LastOfHosts served)
    {
        foreach (var entry in _entries.Values)
            if (entry.Kind == RemarkKind.BadCommandStartup && entry.Last < served.On(entry.Origin)) entry.Lasting = null;
        return [.. _entries.Values.OrderBy(entry => entry.FirstLine).Select(entry => Of(entry, origins))];
    }

    private Remark Of(Entry entry, Origins origins) =>
        new(entry.Kind, entry.Subject == 0 ? "" : PlainText.Of(texts.Bytes(entry.Subject)),
            origins[entry.Origin], MailHistory.TimeOf(entry.First), MailHistory.TimeOf(entry.Last), entry.Count, entry.Number,
            new LinePosition(entry.FirstLine), new LinePosition(entry.LastLine))
        {
            Lasting = entry.Lasting is { } lasting ? Of(lasting, origins) : null,
        };
}
