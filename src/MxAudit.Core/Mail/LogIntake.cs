using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>What of a log is wanted.</summary>
public sealed record LogSelection(DateTimeOffset? Since, DateTimeOffset? Until, string? Host, string? Instance)
{
    public static LogSelection Everything { get; } = new(null, null, null, null);
}

/// <summary>Reads all sources line by line and tells the builder what they say; counts what was read and what was not understood.</summary>
/// <param name="progress">Told for every buffer; null: nobody looks.</param>
public sealed class LogIntake(LogSources sources, ReadingOrder order, LogSelection wanted, ReadingProgress? progress) : ILogLines, IDisposable
{
    private const int LinesPerCheckpoint = 128; // a power of two

    private readonly Origins _origins = new();
    private readonly UnreadShapes _unread = new();
    private readonly List<bool?> _wantedOrigins = [];
    private readonly long _since = wanted.Since?.ToUnixTimeMilliseconds() ?? long.MinValue;
    private readonly long _until = wanted.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue;
    private readonly bool _selective = wanted != LogSelection.Everything;
    private readonly ReadingProgress _progress = progress ?? new();
    private long _lines, _postfixLines, _postfixLinesOutside, _cutLines, _bytesOfEarlier;
    private LogText? _text;
    private LineScanner? _scanner;

    private LogText Text => _text ??= new LogText(sources.Sources);

    /// <summary>Reads everything. The history reads single lines again through this object, which must live as long.</summary>
    public MailHistory Read(TrustedClients trusted, DateTimeOffset? now)
    {
        using var builder = new HistoryBuilder(_origins);
        _progress.Begin(sources.Sources);
        for (int index = 0; index < sources.Sources.Count; index++) Read(sources.Sources[index], index, builder);
        _progress.Phase = ReadingPhase.Following;
        return builder.Finish(trusted, this, now);
    }

    private void Read(LogSource source, int index, HistoryBuilder builder)
    {
        using var stream = source.OpenAfterSkip();
        using var lines = new LineReader(stream, source.Skip);
        lines.BeforeRefill = BeforeRefill(source, lines, builder);
        Read(source, index, lines, builder);
        _cutLines += lines.LinesCut;
        builder.Settle();
        _bytesOfEarlier = Tell(source, lines);
    }

    private Action BeforeRefill(LogSource source, LineReader lines, HistoryBuilder builder) => () =>
    {
        builder.Settle();
        Tell(source, lines);
    };

    /// <summary>The loop of the whole program. What it uses are locals: in a method that makes a closure they would be fields of an object.</summary>
    private void Read(LogSource source, int index, LineReader lines, HistoryBuilder builder)
    {
        var scanner = new LineScanner(_origins);
        scanner.Begin(order.ClockOf(source));
        var happened = default(LogEvent);
        long number = source.LinesSkipped;
        while (lines.TryRead(out var line))
        {
            var position = new LinePosition(index, line.Offset);
            if ((++number & (LinesPerCheckpoint - 1)) == 0) Text.Checkpoint(position, number);
            _lines++;
            bool decoded = scanner.Read(line.Bytes, position, ref happened);
            if (happened.Kind == EventKind.NotPostfix || (_selective && !IsWanted(happened, builder)))
            {
                builder.Passed();
                continue;
            }
            if (happened.IsFromPostfix) _postfixLines++;
            if (happened.Kind != EventKind.Unread) builder.Observe(happened);
            else
            {
                _unread.Add(happened);
                builder.Passed();
            }
            if (decoded) builder.Settle();
        }
    }

    private long Tell(LogSource source, LineReader lines)
    {
        long bytes = _bytesOfEarlier + (source.CanReopen ? source.FileBytesRead : lines.Offset);
        _progress.Tell(bytes, _lines);
        return bytes;
    }

    /// <summary>In stock master.cf (3.3 to 3.8) relay logs as <c>postfix/relay</c> in every instance: the id tells whose mail it is.</summary>
    private bool IsWanted(scoped in LogEvent happened, HistoryBuilder builder)
    {
        if (happened.Time != long.MinValue && (happened.Time < _since || happened.Time > _until))
        {
            if (happened.IsFromPostfix) _postfixLinesOutside++;
            return false;
        }
        if (wanted.Host is null && wanted.Instance is null) return true;
        // as MailScanner's lines, and "last message repeated": no instance is named
        if (!happened.IsFromPostfix) return IsOfWantedHost(_origins[happened.Origin]);
        while (_wantedOrigins.Count <= happened.Origin) _wantedOrigins.Add(null);
        return (_wantedOrigins[happened.Origin] ??= IsWanted(_origins[happened.Origin])) || (happened.ByRelayService && builder.FollowsElsewhere(happened));
    }

    private bool IsOfWantedHost(Origin origin) => wanted.Host is null || origin.Host.Equals(wanted.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsWanted(Origin origin) => IsOfWantedHost(origin) && (wanted.Instance is null || origin.Instance == wanted.Instance);

    /// <summary>What was read. Complete when <see cref="Read(TrustedClients, DateTimeOffset?)"/> has ended.</summary>
    public LogReport Report => new()
    {
        Files = [.. sources.Sources.Select(source => source.Name)],
        Lines = _lines,
        PostfixLines = _postfixLines,
        PostfixLinesOutside = _postfixLinesOutside,
        UnreadLines = _unread.Count,
        CutLines = _cutLines,
        Origins = [.. _origins.All.Where(IsWanted)],
        Unread = _unread.All,
    };

    public ReadOnlySpan<byte> LineAt(LinePosition position) => Text.LineAt(position);

    public bool TryRead(LinePosition position, out LogEvent happened)
    {
        happened = default;
        var line = Text.LineAt(position);
        if (line.IsEmpty) return false;
        _scanner ??= new LineScanner(new Origins());
        _scanner.Begin(order.ClockOf(sources.Sources[position.Source]));
        _scanner.Read(line, position, ref happened);
        return true;
    }

    /// <summary>Where a line is, for people and editors.</summary>
    public (string Source, long Line, string Text) Locate(LinePosition position) =>
        (sources.Sources[position.Source].Name, Text.LineNumberAt(position), PlainText.Of(Text.LineAt(position)));

    public void Dispose() => _text?.Dispose();
}
