namespace MxAudit.Benchmarks;

enum StampForm { Bsd, Iso }

/// <summary>Writes log lines as bytes into one buffer; a string per line would be five times slower.</summary>
sealed class LogWriter(Stream file, StampForm stamps, Truth truth)
{
    const int LongestLine = 16 * 1024;
    static ReadOnlySpan<byte> Base52 => "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"u8;

    readonly byte[] buffer = new byte[1 << 20];
    readonly byte[] second = new byte[32];
    int used, secondLength;
    long flushed, stampedSecond = -1;

    /// <summary>The moment that the next line is stamped with: microseconds since 1970.</summary>
    public long NowMicros { get; set; }

    public long Bytes => flushed + used;

    public LogWriter Postfix(ReadOnlySpan<byte> service, int pid)
    {
        truth.PostfixLines++;
        return Begin().Text(" mx2 postfix/"u8).Text(service).Text("["u8).Number(pid).Text("]: "u8);
    }

    public LogWriter Postfix(ReadOnlySpan<byte> service, int pid, QueueId id) => Postfix(service, pid).Id(id).Text(": "u8);

    public LogWriter OtherProgram(ReadOnlySpan<byte> tag) => Begin().Text(" mx2 "u8).Text(tag).Text(": "u8);

    public void End()
    {
        truth.Lines++;
        buffer[used++] = (byte)'\n';
    }

    public void Flush()
    {
        file.Write(buffer, 0, used);
        flushed += used;
        used = 0;
    }

    public LogWriter Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer.AsSpan(used));
        used += text.Length;
        return this;
    }

    public LogWriter Number(long value)
    {
        value.TryFormat(buffer.AsSpan(used), out var length);
        used += length;
        return this;
    }

    public LogWriter Id(QueueId id)
    {
        var (seconds, micros) = Math.DivRem(id.ArrivedMicros, 1_000_000);
        return id.IsLong
            ? Digits(seconds, 52, 6).Digits(micros, 52, 4).Text("z"u8).Digits(id.Inode, 51, 1)
            : Hex(micros, 5).Hex(id.Inode, 1);
    }

    /// <summary>YYYYMMDDHHMMSS, as Postfix writes it into Message-IDs of its own.</summary>
    public LogWriter CompactTime(long micros)
    {
        var time = DateTime.UnixEpoch.AddTicks(micros * 10);
        return Padded(time.Year, 4).Padded(time.Month, 2).Padded(time.Day, 2)
            .Padded(time.Hour, 2).Padded(time.Minute, 2).Padded(time.Second, 2);
    }

    /// <summary>Seconds with two significant digits and at most two decimals, as format_tv.c does.</summary>
    public LogWriter Seconds(long micros)
    {
        if (micros >= 10_000_000)
            return Number(micros / 1_000_000);
        var hundredths = micros >= 1_000_000 ? micros / 100_000 * 10 : micros / 10_000;
        Number(hundredths / 100);
        var (tenth, hundredth) = Math.DivRem(hundredths % 100, 10);
        if (tenth + hundredth > 0)
            Text("."u8).Number(tenth);
        return hundredth > 0 ? Number(hundredth) : this;
    }

    public LogWriter Hex(long value, int leastDigits)
    {
        value.TryFormat(buffer.AsSpan(used), out var length, leastDigits == 5 ? "X5" : "X");
        used += length;
        return this;
    }

    LogWriter Digits(long value, int radix, int leastDigits)
    {
        Span<byte> reversed = stackalloc byte[16];
        var count = 0;
        for (; value > 0 || count < leastDigits; value /= radix)
            reversed[count++] = Base52[(int)(value % radix)];
        while (count > 0)
            buffer[used++] = reversed[--count];
        return this;
    }

    public LogWriter Padded(long value, int digits)
    {
        for (var i = used + digits - 1; i >= used; i--, value /= 10)
            buffer[i] = (byte)('0' + value % 10);
        used += digits;
        return this;
    }

    LogWriter Begin()
    {
        if (used > buffer.Length - LongestLine)
            Flush();
        var (seconds, micros) = Math.DivRem(NowMicros, 1_000_000);
        if (seconds != stampedSecond)
            RememberSecond(seconds);
        Text(second.AsSpan(0, secondLength));
        return stamps == StampForm.Iso ? Text("."u8).Padded(micros, 6).Text("+00:00"u8) : this;
    }

    void RememberSecond(long seconds)
    {
        var time = DateTime.UnixEpoch.AddSeconds(seconds);
        stampedSecond = seconds;
        if (stamps == StampForm.Iso)
        {
            time.TryFormat(second, out secondLength, "yyyy-MM-ddTHH:mm:ss");
            return;
        }
        time.TryFormat(second, out secondLength, "MMM dd HH:mm:ss");
        if (second[4] == '0')
            second[4] = (byte)' ';
    }
}
