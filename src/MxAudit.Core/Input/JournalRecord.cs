using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace MxAudit.Input;

/// <summary>The fields of one record that a log line is made of. The first of several equal names counts.</summary>
internal sealed class JournalRecord
{
    private const int LongestValue = LineReader.LongestLine;

    private static readonly string[] Names =
        ["MESSAGE", "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP", "_HOSTNAME", "SYSLOG_IDENTIFIER", "_COMM", "SYSLOG_PID", "_PID"];
    private const int Message = 0, SourceTime = 1, Time = 2, Host = 3, Identifier = 4, Command = 5, SyslogPid = 6, Pid = 7;

    private static readonly byte[][] NameBytes = Array.ConvertAll(Names, name => Encoding.ASCII.GetBytes(name));

    private readonly byte[][] _values = Array.ConvertAll(Names, _ => new byte[128]);
    private readonly int[] _lengths = [-1, -1, -1, -1, -1, -1, -1, -1];

    public bool IsEmpty { get; private set; } = true;

    public void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        IsEmpty = false;
        for (int field = 0; field < NameBytes.Length; field++)
        {
            if (_lengths[field] >= 0 || !name.SequenceEqual(NameBytes[field])) continue;
            if (value.Length > LongestValue) value = value[..LongestValue];
            if (_values[field].Length < value.Length) _values[field] = new byte[value.Length * 2];
            value.CopyTo(_values[field]);
            _lengths[field] = value.Length;
            return;
        }
    }

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
        foreach (byte b in Value(Message)) line[end++] = IsControl(b) ? (byte)' ' : b;
        line[end++] = (byte)'\n';
        Array.Fill(_lengths, -1);
        IsEmpty = true;
        return end;
    }

    private bool Has(int field) => _lengths[field] > 0;

    private ReadOnlySpan<byte> Value(int field) => _values[field].AsSpan(0, Math.Max(0, _lengths[field]));

    private static bool IsControl(byte b) => b is < 0x20 or 0x7f;

    private int WriteTime(Span<byte> line)
    {
        if (!TryMicroseconds(SourceTime, out long microseconds) && !TryMicroseconds(Time, out microseconds)) microseconds = 0;
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(line, out int written, "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
        return written;
    }

    private bool TryMicroseconds(int field, out long microseconds)
    {
        const long endOfCalendar = 253_402_300_800_000_000; // the year 10000
        var digits = Value(field);
        return Utf8Parser.TryParse(digits, out microseconds, out int used) && used == digits.Length && microseconds is >= 0 and < endOfCalendar;
    }

    /// <summary>Host, tag and pid are words: a space or control character in one would shift the rest of the line.</summary>
    private static int WriteWord(ReadOnlySpan<byte> word, Span<byte> line)
    {
        for (int i = 0; i < word.Length; i++) line[i] = word[i] == ' ' || IsControl(word[i]) ? (byte)'_' : word[i];
        return word.Length;
    }
}
