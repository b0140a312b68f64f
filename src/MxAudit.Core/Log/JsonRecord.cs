using System.Text.Json;

namespace MxAudit.Log;

/// <summary>One line of <c>journalctl -o json</c>, of docker's json-file driver, of syslog-ng (mailcow's Redis), fluentd or logstash, decoded into a scratch buffer.</summary>
/// <param name="Length">Bytes used of the scratch buffer: <c>host tag[pid]: message</c> where the record names the program, else the bare text, as from docker.</param>
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
        for (int i = message; i < used - (parts.IsDocker ? 1 : 0); i++)
            if (scratch[i] == '\n') scratch[i] = (byte)' ';
        Buffer.BlockCopy(scratch, start, scratch, 0, used - start);
        long time = parts.SourceTime != 0 ? parts.SourceTime : parts.Time;
        record = new JsonRecord(used - start, time, !parts.IsDocker);
        return true;
    }

    private static void ReadMember(ref Utf8JsonReader reader, ref Parts parts, byte[] scratch, ref int used)
    {
        if (reader.ValueTextEquals("MESSAGE"u8)) { reader.Read(); parts.Message = Value(ref reader, scratch, ref used); parts.HasMessage = true; }
        else if (reader.ValueTextEquals("log"u8)) { reader.Read(); parts.Message = Value(ref reader, scratch, ref used); parts.HasMessage = parts.IsDocker = true; }
        else if (reader.ValueTextEquals("message"u8)) { reader.Read(); parts.Message = Value(ref reader, scratch, ref used); parts.HasMessage = parts.IsOfCollector = true; }
        else if (reader.ValueTextEquals("program"u8) || reader.ValueTextEquals("PROGRAM"u8) || reader.ValueTextEquals("ident"u8)) { reader.Read(); parts.Tag = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("host"u8) || reader.ValueTextEquals("HOST"u8)) { reader.Read(); parts.Host = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("pid"u8) || reader.ValueTextEquals("PID"u8)) { reader.Read(); parts.Pid = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("_HOSTNAME"u8)) { reader.Read(); parts.Host = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("SYSLOG_IDENTIFIER"u8)) { reader.Read(); parts.Tag = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("_COMM"u8)) { reader.Read(); parts.Comm = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("SYSLOG_PID"u8)) { reader.Read(); parts.SyslogPid = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("_PID"u8)) { reader.Read(); parts.Pid = Value(ref reader, scratch, ref used); }
        else if (reader.ValueTextEquals("_SOURCE_REALTIME_TIMESTAMP"u8)) { reader.Read(); parts.SourceTime = Microseconds(ref reader); }
        else if (reader.ValueTextEquals("__REALTIME_TIMESTAMP"u8)) { reader.Read(); parts.Time = Microseconds(ref reader); }
        else if (reader.ValueTextEquals("time"u8) || reader.ValueTextEquals("@timestamp"u8) || reader.ValueTextEquals("timestamp"u8) || reader.ValueTextEquals("ISODATE"u8))
        {
            reader.Read();
            if (Milliseconds(ref reader) is not 0 and var time) parts.Time = time;
        }
        else { reader.Read(); reader.Skip(); }
    }

    /// <summary>A string, or an array of byte values where the text is no UTF-8; of repeated fields the first.</summary>
    private static Part Value(ref Utf8JsonReader reader, byte[] scratch, ref int used)
    {
        int start = used;
        if (reader.TokenType == JsonTokenType.String) used += reader.CopyString(scratch.AsSpan(used));
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number)) { number.TryFormat(scratch.AsSpan(used), out int written); used += written; }
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
