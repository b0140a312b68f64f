using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>What one line says, held as text for tests.</summary>
internal sealed record Said(EventKind Kind, DateTimeOffset? Time, string Host, IReadOnlyList<(string Name, string Text)> Fields)
{
    public string this[string name] => Fields.FirstOrDefault(field => field.Name == name).Text ?? "";
}

/// <summary>Reads lines with one scanner, as one file.</summary>
internal sealed class ReadLines(LogClock? clock = null)
{
    private readonly Origins _origins = new();
    private LineScanner? _scanner;

    public Said this[string line] => Read(Encoding.UTF8.GetBytes(line));

    public Said Read(ReadOnlySpan<byte> line)
    {
        if (_scanner is null)
        {
            _scanner = new LineScanner(_origins);
            _scanner.Begin(clock ?? new LogClock(2026, TimeSpan.Zero));
        }
        var happened = new LogEvent();
        _scanner.Read(line, default, ref happened);
        DateTimeOffset? time = happened.Time == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(happened.Time);
        return new Said(happened.Kind, time, happened.Kind != EventKind.NotPostfix ? _origins[happened.Origin].Host : "", EventText.Of(happened, _origins));
    }

    /// <summary>The message behind a header of <paramref name="program"/>.</summary>
    public static Said Message(string program, string message) => new ReadLines()[$"Nov 22 15:28:54 mx2 {program}[123]: {message}"];
}
