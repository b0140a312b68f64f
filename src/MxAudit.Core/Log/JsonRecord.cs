using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MxAudit.Log;

/// <summary>
/// One line of <c>journalctl -o json</c>, of docker's json-file driver, of syslog-ng (mailcow's Redis), fluentd, logstash, Vector or
/// rsyslog's usual templates, decoded into a scratch buffer.
/// </summary>
/// <param name="Length">Bytes used of the scratch buffer: <c>host tag[pid]: message</c> where the record names the
/// program, else the bare text, as from docker.</param>
/// <param name="Time">Milliseconds since 1970 UTC; 0 when the record has none.</param>
/// <param name="IsFromJournal">Or from another that names the program.</param>
internal readonly record struct JsonRecord(int Length, long Time, bool IsFromJournal)
{
    /// <summary>Where the parts of one record lie: the members of a JSON object come in any order.</summary>
    private ref struct Parts
    {
        public Part Message, Host, Tag, Comm, Pid, SyslogPid;
        public long SourceTime, Time;
        public bool HasMessage, IsDocker, IsOfCollector;
    }

    private readonly record struct Part(int Start, int Length);

    /// <exception cref="JsonException">Never: what is no such record gives false.</exception>
    public static bool TryRead(ReadOnlySpan<byte> line, ref byte[] scratch, out JsonRecord record)
    {
        record = default;
        if (scratch.Length < line.Length * 2 + 64) scratch = Scratch.Of(line.Length * 2 + 64); // parts, then the line made of them
        int used = 0;
        var parts = new Parts();
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ReadMember(ref reader, ref parts, scratch, ref used);
        }
        catch (JsonException) { return false; }
        catch (InvalidOperationException) { return false; } // a string that is no UTF-8
        if (!parts.HasMessage) return false;
        if (parts.IsOfCollector && parts.Tag.Length == 0) parts.IsDocker = true; // the message is the whole line
        int start = used;
        if (!parts.IsDocker)
        {
            Append(scratch, ref used, parts.Host.Length > 0 ? parts.Host : default, "-"u8);
            scratch[used++] = (byte)' ';
            Append(scratch, ref used, parts.Tag.Length > 0 ? parts.Tag : parts.Comm, "-"u8);
            var pid = parts.SyslogPid.Length > 0 ? parts.SyslogPid : parts.Pid;
            if (pid.Length > 0)
            {
                scratch[used++] = (byte)'[';
                Append(scratch, ref used, pid, default);
                scratch[used++] = (byte)']';
            }
            scratch[used++] = (byte)':';
            scratch[used++] = (byte)' ';
        }
        int message = used;
        Append(scratch, ref used, parts.Message, default);
        scratch.AsSpan(message, Math.Max(0, used - message - (parts.IsDocker ? 1 : 0))).Replace((byte)'\n', (byte)' ');
        Buffer.BlockCopy(scratch, start, scratch, 0, used - start);
        long time = parts.SourceTime != 0 ? parts.SourceTime : parts.Time;
        record = new JsonRecord(used - start, time, !parts.IsDocker);
        return true;
    }

    private static void ReadMember(ref Utf8JsonReader reader, ref Parts parts, byte[] scratch, ref int used)
    {
        var field = FieldOf(reader);
        reader.Read();
        switch (field)
        {
            case Field.Message: parts.Message = Value(ref reader, scratch, ref used); parts.HasMessage = true; break;
            case Field.LineOfDocker when reader.TokenType == JsonTokenType.String:
                parts.Message = Value(ref reader, scratch, ref used);
                parts.HasMessage = parts.IsDocker = true;
                break;
            case Field.MessageOfCollector: parts.Message = Value(ref reader, scratch, ref used); parts.HasMessage = parts.IsOfCollector = true; break;
            case Field.Program: parts.Tag = Named(ref reader, scratch, ref used); break;
            case Field.Command: parts.Comm = Value(ref reader, scratch, ref used); break;
            // where there are both, host may be the collector's word for it: an object, or an address
            case Field.Host: if (Named(ref reader, scratch, ref used) is { Length: > 0 } host) parts.Host = host; break;
            case Field.HostOrAddress: if (Named(ref reader, scratch, ref used) is { Length: > 0 } other && parts.Host.Length == 0) parts.Host = other; break;
            case Field.SyslogPid: parts.SyslogPid = Value(ref reader, scratch, ref used); break;
            case Field.Pid: parts.Pid = Named(ref reader, scratch, ref used); break;
            case Field.SourceTime: parts.SourceTime = Microseconds(ref reader); break;
            case Field.Time: parts.Time = Microseconds(ref reader); break;
            case Field.Stamp: if (Milliseconds(ref reader) is not 0 and var time) parts.Time = time; break;
            default: reader.Skip(); break;
        }
    }

    private enum Field { Other, Message, LineOfDocker, MessageOfCollector, Program, Command, Host, HostOrAddress, SyslogPid, Pid, SourceTime, Time, Stamp }

    /// <summary>By length first: a record of the journal has thirty fields and more, and most of them are none of these.</summary>
    private static Field FieldOf(in Utf8JsonReader reader) => reader.ValueIsEscaped ? FieldOfEscaped(reader) : FieldOf(reader.ValueSpan);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Field FieldOfEscaped(in Utf8JsonReader reader)
    {
        Span<byte> plain = stackalloc byte[LongestName * 6]; // \u0041 is one letter
        return reader.ValueSpan.Length > plain.Length ? Field.Other : FieldOf(plain[..reader.CopyString(plain)]);
    }

    private const int LongestName = 26;

    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("log"u8) => Field.LineOfDocker,
        3 when name.SequenceEqual("pid"u8) || name.SequenceEqual("PID"u8) => Field.Pid,
        4 when name.SequenceEqual("_PID"u8) => Field.Pid,
        4 when name.SequenceEqual("host"u8) || name.SequenceEqual("HOST"u8) => Field.HostOrAddress,
        4 when name.SequenceEqual("time"u8) => Field.Stamp,
        5 when name.SequenceEqual("_COMM"u8) => Field.Command,
        5 when name.SequenceEqual("ident"u8) => Field.Program,
        6 when name.SequenceEqual("procid"u8) => Field.Pid,
        7 when name.SequenceEqual("MESSAGE"u8) => Field.Message,
        7 when name.SequenceEqual("message"u8) => Field.MessageOfCollector,
        7 when name.SequenceEqual("program"u8) || name.SequenceEqual("PROGRAM"u8) || name.SequenceEqual("appname"u8) => Field.Program,
        7 when name.SequenceEqual("ISODATE"u8) => Field.Stamp,
        8 when name.SequenceEqual("hostname"u8) => Field.Host,
        9 when name.SequenceEqual("_HOSTNAME"u8) || name.SequenceEqual("logsource"u8) => Field.Host,
        9 when name.SequenceEqual("timestamp"u8) => Field.Stamp,
        10 when name.SequenceEqual("SYSLOG_PID"u8) => Field.SyslogPid,
        10 when name.SequenceEqual("@timestamp"u8) => Field.Stamp,
        10 when name.SequenceEqual("sysloghost"u8) => Field.Host,
        11 when name.SequenceEqual("programname"u8) => Field.Program,
        17 when name.SequenceEqual("SYSLOG_IDENTIFIER"u8) => Field.Program,
        20 when name.SequenceEqual("__REALTIME_TIMESTAMP"u8) => Field.Time,
        LongestName when name.SequenceEqual("_SOURCE_REALTIME_TIMESTAMP"u8) => Field.SourceTime,
        _ => Field.Other,
    };

    /// <summary>A dash is RFC 5424's word for none.</summary>
    private static Part Named(ref Utf8JsonReader reader, byte[] scratch, ref int used) =>
        Value(ref reader, scratch, ref used) is var part && part.Length == 1 && scratch[part.Start] == '-' ? default : part;

    /// <summary>A string, or an array of byte values where the text is no UTF-8; of repeated fields the first.</summary>
    private static Part Value(ref Utf8JsonReader reader, byte[] scratch, ref int used)
    {
        int start = used;
        if (reader.TokenType == JsonTokenType.String) used += reader.CopyString(scratch.AsSpan(used));
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
        {
            number.TryFormat(scratch.AsSpan(used), out int written);
            used += written;
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            bool first = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value)) scratch[used++] = (byte)value;
                else if (reader.TokenType == JsonTokenType.String && first) used += reader.CopyString(scratch.AsSpan(used));
                else reader.Skip();
                first = false;
            }
        }
        else reader.Skip();
        return new Part(start, used - start);
    }

    /// <summary>From RFC 3339, or seconds since 1970 as mailcow has them; 0 when it is neither.</summary>
    private static long Milliseconds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)) return time.ToUnixTimeMilliseconds();
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || reader.ValueIsEscaped) { reader.Skip(); return 0; }
        var cursor = new Cursor(reader.ValueSpan);
        return cursor.TakeNumber(out long seconds) && cursor.AtEnd && seconds is > 100_000_000 and < 100_000_000_000 ? seconds * 1000 : 0;
    }

    private static long Microseconds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt64(out long direct) ? direct / 1000 : 0;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped) { reader.Skip(); return 0; }
        var cursor = new Cursor(reader.ValueSpan);
        return cursor.TakeNumber(out long microseconds) ? microseconds / 1000 : 0;
    }

    private static void Append(byte[] scratch, ref int used, Part part, ReadOnlySpan<byte> otherwise)
    {
        if (part.Length == 0) { otherwise.CopyTo(scratch.AsSpan(used)); used += otherwise.Length; return; }
        scratch.AsSpan(part.Start, part.Length).CopyTo(scratch.AsSpan(used));
        used += part.Length;
    }
}
