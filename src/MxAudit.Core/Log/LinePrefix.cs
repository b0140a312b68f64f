namespace MxAudit.Log;

/// <summary>What comes before Postfix's own text: time, host and tag, in every form that a log has them. Told apart for each line.</summary>
/// <remarks>
/// The forms are those of syslogd, rsyslog's templates, maillog_file, journalctl's text outputs, journal JSON, docker and its syslog driver, compose and CRI.
/// </remarks>
internal sealed class LinePrefix
{
    private const int DeepestNesting = 4;

    private readonly Timestamps _stamps = new();
    private readonly RareStamps _rare;
    private byte[] _scratch = Scratch.Of(16 * 1024);

    public long Time;
    public bool HasTime;

    public LinePrefix() => _rare = new RareStamps(_stamps);

    public void Begin(LogClock clock) => _stamps.Begin(clock);

    /// <summary>The bytes of this line lie in scratch memory that the next line overwrites, not in the line itself.</summary>
    public bool Decoded { get; private set; }

    /// <summary>The line begins with its stamp, and nothing is wrapped in anything.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>Reads time, and leaves <paramref name="rest"/> at the host (or at the tag, where <paramref name="hostMissing"/>).</summary>
    /// <returns>False when no known form fits.</returns>
    public bool Read(ReadOnlySpan<byte> line, scoped ref ReadOnlySpan<byte> rest, out bool hostMissing, out bool is5424)
    {
        HasTime = Decoded = IsPlain = false;
        hostMissing = is5424 = false;
        rest = line;
        if (line.IsEmpty) return false;
        byte first = line[0];
        if (first is >= (byte)'A' and <= (byte)'S')
        {
            int read = _stamps.ReadBsd(line, out Time);
            if (read > 0 && read < line.Length && line[read] == ' ')
            {
                HasTime = true;
                rest = line[(read + 1)..];
                return IsPlain = true;
            }
        }
        else if (first is >= (byte)'1' and <= (byte)'9')
        {
            int read = _stamps.ReadIso(line, out Time);
            if (read > 0 && read < line.Length && line[read] == ' ')
            {
                HasTime = true;
                rest = line[(read + 1)..];
                if (!IsWrapping(rest)) return IsPlain = true;
            }
        }
        return ReadOther(line, ref rest, out hostMissing, out is5424, DeepestNesting);
    }

    /// <summary>The rarer forms, one wrapped in another at times: compose around BSD, CRI around BSD, docker JSON around anything.</summary>
    private bool ReadOther(ReadOnlySpan<byte> line, scoped ref ReadOnlySpan<byte> rest, out bool hostMissing, out bool is5424, int nesting)
    {
        hostMissing = is5424 = false;
        rest = line;
        if (nesting == 0 || line.IsEmpty) return false;
        byte first = line[0];
        if (first == '<' && StripPriority(ref line))
        {
            if (line.StartsWith("1 "u8)) return is5424 = Read5424(line[2..], ref rest);
            return ReadOther(line, ref rest, out hostMissing, out is5424, nesting - 1);
        }
        if (first is (byte)' ' or (byte)'\t' or (byte)'>' or (byte)'[' && StripQuote(ref line))
            return ReadOther(line, ref rest, out hostMissing, out is5424, nesting - 1);
        if (first == '{') return ReadJson(line, ref rest, out hostMissing, out is5424, nesting);
        if (line.StartsWith("1 "u8) && Read5424(line[2..], ref rest)) return is5424 = true;

        int read = Stamp(line, out long time);
        if (read > 0 && read < line.Length && line[read] == ' ')
        {
            (Time, HasTime) = (time, true);
            rest = line[(read + 1)..];
            if (line.Length < 5 || (line[4] != '-' && line[0] != '@') || !IsWrapping(rest)) return true;
            bool stream = StripContainerStream(ref rest);
            var inner = rest;
            bool known = ReadOther(inner, ref rest, out hostMissing, out is5424, nesting - 1);
            (Time, HasTime) = (time, true); // the outer stamp knows its year and offset
            if (known || stream) return known;
            rest = inner;
            return true;
        }
        int nameEnd = line.IndexOfAny((byte)' ', (byte)'|');
        if (nameEnd > 0 && line[nameEnd..].TrimStart((byte)' ') is var bar && bar.StartsWith("| "u8)) // compose
            return ReadOther(bar[2..].TrimStart((byte)' '), ref rest, out hostMissing, out is5424, nesting - 1);
        int nameOfFile = line.IndexOfAny((byte)' ', (byte)':');
        if (nameOfFile > 0 && line[nameOfFile] == ':' && Stamp(line[(nameOfFile + 1)..], out _) > 0) // grep over several files
            return ReadOther(line[(nameOfFile + 1)..], ref rest, out hostMissing, out is5424, nesting - 1);
        return hostMissing = LooksLikeTag(line);
    }

    /// <summary>
    /// The line of a container behind the tag that its runtime gave it: a stamp, or a tag of Postfix at once. Nothing
    /// else, since other containers log words of strangers.
    /// </summary>
    public bool ReadContained(ReadOnlySpan<byte> text, scoped ref ReadOnlySpan<byte> rest, out bool hostMissing)
    {
        int read = Stamp(text, out long time);
        bool stamped = read > 0 && read < text.Length && text[read] == ' ';
        if (stamped) Time = time;
        rest = stamped ? text[(read + 1)..] : text;
        hostMissing = !stamped && LooksLikeTag(text);
        return stamped || hostMissing;
    }

    /// <summary>A stamp and nothing else.</summary>
    public bool ReadStamp(ReadOnlySpan<byte> text, out long time) => Stamp(text, out time) is > 0 and var read && read == text.Length;

    private int Stamp(ReadOnlySpan<byte> line, out long time)
    {
        int read = _stamps.ReadIso(line, out time);
        if (read > 0) return read;
        read = _stamps.ReadBsd(line, out time);
        if (read > 0) return read;
        read = _stamps.ReadBsdShort(line, out time);
        if (read > 0) return read;
        read = Timestamps.ReadUnix(line, out time);
        if (read > 0) return read;
        return _rare.Read(line, out time);
    }

    /// <summary>Indented or quoted, as in mail and tickets: <c>&gt; </c>; <c>kubectl logs --prefix</c>: <c>[pod/postfix-0/postfix] </c></summary>
    private static bool StripQuote(ref ReadOnlySpan<byte> line)
    {
        int end = line[0] != '[' ? line.IndexOfAnyExcept(" \t>"u8) : line.StartsWith("[pod/"u8) && line.IndexOf("] "u8) is > 0 and var close ? close + 2 : -1;
        if (end <= 0) return false;
        line = line[end..];
        return true;
    }

    private static bool StripPriority(ref ReadOnlySpan<byte> line)
    {
        int close = line[..Math.Min(line.Length, 5)].IndexOf((byte)'>');
        if (close < 2) return false;
        for (int i = 1; i < close; i++)
            if ((uint)(line[i] - '0') > 9) return false;
        line = line[(close + 1)..];
        return true;
    }

    /// <summary>Another stamp follows, or the stream of a container: one form in another.</summary>
    private static bool IsWrapping(ReadOnlySpan<byte> rest) =>
        rest.Length > 19
        && ((rest[9] == ':' && rest[12] == ':' && rest[6] == ' ') || (rest[13] == ':' && rest[16] == ':' && rest[4] == '-') || rest[0] == '<' || rest[0] == '{'
            || (rest[0] == 's' && (rest.StartsWith("stdout "u8) || rest.StartsWith("stderr "u8))));

    private static bool StripContainerStream(ref ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith("stdout "u8) && !rest.StartsWith("stderr "u8)) return false;
        var after = rest[7..];
        if (after.Length < 2 || after[0] is not ((byte)'F' or (byte)'P') || after[1] != ' ') return false;
        rest = after[2..];
        return true;
    }

    /// <summary>A tag of Postfix at the very beginning: <c>postfix/smtpd[534]: </c></summary>
    private static bool LooksLikeTag(ReadOnlySpan<byte> text)
    {
        int space = text.IndexOf((byte)' ');
        return space > 0 && text[space - 1] == ':' && text.StartsWith("postfix"u8);
    }

    /// <summary><c>TIMESTAMP HOST APP PROCID MSGID SD  MSG</c>; leaves the rest at <c>HOST APP PROCID MSGID SD MSG</c>.</summary>
    private bool Read5424(ReadOnlySpan<byte> text, scoped ref ReadOnlySpan<byte> rest)
    {
        int read = _stamps.ReadIso(text, out long time);
        if (read == 0 || read >= text.Length || text[read] != ' ') return false;
        (Time, HasTime) = (time, true);
        rest = text[(read + 1)..];
        return true;
    }

    /// <summary>journalctl -o json and docker's json-file.</summary>
    private bool ReadJson(ReadOnlySpan<byte> line, scoped ref ReadOnlySpan<byte> rest, out bool hostMissing, out bool is5424, int nesting)
    {
        hostMissing = is5424 = false;
        if (Decoded || !JsonRecord.TryRead(line, ref _scratch, out var record)) return false;
        Decoded = true;
        if (record.Time != 0) (Time, HasTime) = (record.Time, true);
        rest = _scratch.AsSpan(0, record.Length);
        if (record.IsFromJournal) return true;
        var text = rest.TrimEnd("\r\n"u8); // docker: the text is a line of its own
        bool known = ReadOther(text, ref rest, out hostMissing, out is5424, nesting - 1);
        if (record.Time != 0) (Time, HasTime) = (record.Time, true);
        return known;
    }
}
