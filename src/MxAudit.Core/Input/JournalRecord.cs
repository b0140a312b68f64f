using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace MxAudit.Input;

/// <summary>The fields of one record that a log line is made of. The first of several equal names counts.</summary>
internal sealed class JournalRecord
{
    private const int LongestValue = LineReader.LongestLine;

    private const int Message = 0, SourceTime = 1, Time = 2, Host = 3, Identifier = 4, Command = 5, SyslogPid = 6, Pid = 7, Others = 8;

    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), 0x7f]);
    private static readonly SearchValues<byte> NotInWords = SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(code => (byte)code), 0x7f]);

    private readonly byte[][] _values = [.. Enumerable.Range(0, Others).Select(_ => new byte[128])];
    private readonly int[] _lengths = [-1, -1, -1, -1, -1, -1, -1, -1];

    public bool IsEmpty { get; private set; } = true;

    public void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        IsEmpty = false;
        int field = FieldOf(name);
        if (field == Others || _lengths[field] >= 0) return;
        if (value.Length > LongestValue) value = value[..LongestValue];
        if (_values[field].Length < value.Length) _values[field] = new byte[value.Length * 2];
        value.CopyTo(_values[field]);
        _lengths[field] = value.Length;
    }

    /// <summary>By length first: a record has thirty fields and more, and most of them are none of these.</summary>
    private static int FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("_PID"u8) => Pid,
        5 when name.SequenceEqual("_COMM"u8) => Command,
        7 when name.SequenceEqual("MESSAGE"u8) => Message,
        9 when name.SequenceEqual("_HOSTNAME"u8) => Host,
        10 when name.SequenceEqual("SYSLOG_PID"u8) => SyslogPid,
        17 when name.SequenceEqual("SYSLOG_IDENTIFIER"u8) => Identifier,
        20 when name.SequenceEqual("__REALTIME_TIMESTAMP"u8) => Time,
        26 when name.SequenceEqual("_SOURCE_REALTIME_TIMESTAMP"u8) => SourceTime,
        _ => Others,
    };

    /// <summary>Writes the line with its line end, gives its length, and forgets the record.</summary>
    public int WriteTo(ref byte[] line)
    {
        const int around = 64;
        int needed = around;
        foreach (int length in _lengths) needed += Math.Max(0, length);
        if (line.Length < needed) line = new byte[needed * 2];

        int end = WriteTime(line);
        line[end++] = (byte)' ';
        end += WriteWord(Has(Host) ? Value(Host) : "-"u8, line.AsSpan(end));
        line[end++] = (byte)' ';
        end += WriteWord(Has(Identifier) ? Value(Identifier) : Has(Command) ? Value(Command) : "-"u8, line.AsSpan(end));
        var pid = Has(SyslogPid) ? Value(SyslogPid) : Value(Pid);
        if (!pid.IsEmpty)
        {
            line[end++] = (byte)'[';
            end += WriteWord(pid, line.AsSpan(end));
            line[end++] = (byte)']';
        }
        line[end++] = (byte)':';
        line[end++] = (byte)' ';
        end += Write(Value(Message), line.AsSpan(end), Controls, (byte)' ');
        line[end++] = (byte)'\n';
        Array.Fill(_lengths, -1);
        IsEmpty = true;
        return end;
    }

    private bool Has(int field) => _lengths[field] > 0;

    private ReadOnlySpan<byte> Value(int field) => _values[field].AsSpan(0, Math.Max(0, _lengths[field]));

    private const int SecondLength = 19;

    /// <summary>Of the record before, as text: the next one is often of the same second.</summary>
    private readonly byte[] _second = new byte[SecondLength];
    private long _secondsSince1970 = -1;

    /// <summary><c>2026-11-22T16:05:50.275778+00:00</c></summary>
    private int WriteTime(Span<byte> line)
    {
        if (!TryMicroseconds(SourceTime, out long microseconds) && !TryMicroseconds(Time, out microseconds)) microseconds = 0;
        var (seconds, fraction) = Math.DivRem(microseconds, 1_000_000);
        if (seconds != _secondsSince1970)
            DateTime.UnixEpoch.AddSeconds(seconds).TryFormat(_second, out _, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        _secondsSince1970 = seconds;
        _second.CopyTo(line);
        line[SecondLength] = (byte)'.';
        Utf8Formatter.TryFormat(fraction, line[(SecondLength + 1)..], out int digits, new StandardFormat('D', 6));
        "+00:00"u8.CopyTo(line[(SecondLength + 1 + digits)..]);
        return SecondLength + 1 + digits + "+00:00"u8.Length;
    }

    private bool TryMicroseconds(int field, out long microseconds)
    {
        const long endOfCalendar = 253_402_300_800_000_000; // the year 10000
        var digits = Value(field);
        return Utf8Parser.TryParse(digits, out microseconds, out int used) && used == digits.Length && microseconds is >= 0 and < endOfCalendar;
    }

    /// <summary>Host, tag and pid are words: a space or control character in one would shift the rest of the line.</summary>
    private static int WriteWord(ReadOnlySpan<byte> word, Span<byte> line) => Write(word, line, NotInWords, (byte)'_');

    private static int Write(ReadOnlySpan<byte> text, Span<byte> line, SearchValues<byte> not, byte instead)
    {
        text.CopyTo(line);
        var rest = line[..text.Length];
        for (int at; (at = rest.IndexOfAny(not)) >= 0; rest = rest[(at + 1)..]) rest[at] = instead;
        return text.Length;
    }
}
