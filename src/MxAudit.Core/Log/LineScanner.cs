using System.Runtime.CompilerServices;
using MxAudit.Input;
using MxAudit.Log.Daemons;

namespace MxAudit.Log;

/// <summary>Reads what one line says: prefix, tag, then the reader of the daemon that wrote it. Makes no garbage.</summary>
public sealed class LineScanner(Origins origins)
{
    private readonly LinePrefix _prefix = new();
    private readonly PrefixMemo _memo = new();
    private readonly TagMemo _tags = new();

    /// <summary>A new source begins: its stamps without a year or an offset mean this.</summary>
    public void Begin(LogClock clock)
    {
        _prefix.Begin(clock);
        _memo.Forget();
    }

    /// <summary>
    /// Tells what <paramref name="line"/> says. Never throws: what can not be read is <see cref="EventKind.Unread"/> or <see cref="EventKind.NotPostfix"/>.
    /// </summary>
    /// <returns>True when the spans of the event point into memory that the next line overwrites, not into the line.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Read(ReadOnlySpan<byte> line, LinePosition position, ref LogEvent happened)
    {
        happened.Position = position;
        happened.Repeats = 0;
        happened.QueueId = default;
        int tag = _memo.Read(line, out happened.Time);
        if (tag == 0) return ReadAnew(line, ref happened);
        int message = _tags.Read(line, tag, ref happened); // "smtpd[123]: …" or "relay/smtp[123]: …" follows
        if (message == 0) return ReadAnew(line, ref happened);
        happened.Origin = _memo.Origin;
        return ReadMessage(line[message..], ref happened);
    }

    /// <returns>As of <see cref="Read"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadMessage(ReadOnlySpan<byte> message, ref LogEvent happened) =>
        !MessageReader.TryRead(message, ref happened) && ReadWrapped(message, ref happened);

    /// <summary>What syslogd, a terminal's program or a hand put around the message, or nothing that is known.</summary>
    private bool ReadWrapped(ReadOnlySpan<byte> message, ref LogEvent happened)
    {
        var plain = Colours.Without(message, ref _plainMessage);
        if (plain.IsEmpty) WrappedMessage.Read(message, ref happened);
        else if (!MessageReader.TryRead(plain, ref happened)) WrappedMessage.Read(plain, ref happened);
        return !plain.IsEmpty;
    }

    private byte[] _plainMessage = [], _plainLine = [];

    /// <summary>Whatever form the line has. Where nothing is read, colours may be in the way, or the line stands in a record.</summary>
    private bool ReadAnew(ReadOnlySpan<byte> line, ref LogEvent happened)
    {
        _formless = _coloured = false;
        bool decoded = ReadAnyForm(line, ref happened);
        if (!_formless && !_coloured) return decoded;
        bool mayBeRecord = _formless;
        var plain = Colours.Without(line, ref _plainLine);
        if (!plain.IsEmpty)
        {
            ReadAnyForm(plain, ref happened);
            return true;
        }
        if (!mayBeRecord || !LogfmtRecord.TryRead(line, ref _plainLine, out var message, out var stamp)) return decoded;
        ReadAnyForm(message, ref happened);
        if (_prefix.ReadStamp(stamp, out long time)) happened.Time = time;
        return true;
    }

    /// <summary>The line has no known form; its tag begins with a colour.</summary>
    private bool _formless, _coloured;

    private bool ReadAnyForm(ReadOnlySpan<byte> line, ref LogEvent happened)
    {
        line = line.TrimStart((byte)0); // after a crash the file system left zeros where the last lines should be
        happened.Daemon = Daemon.Unknown;
        happened.ByRelayService = false;
        happened.Pid = 0;
        ReadOnlySpan<byte> rest = default;
        bool known = _prefix.Read(line, ref rest, out bool hostMissing, out bool is5424);
        happened.Time = known && _prefix.HasTime ? _prefix.Time : long.MinValue;
        if (!known)
        {
            happened.Origin = Origins.None;
            happened.Text = line;
            if (RepeatedLines.TryReadBehindColon(line, ref happened)) return false;
            happened.Kind = line[..Math.Min(line.Length, 300)].IndexOf("postfix/"u8) >= 0 ? EventKind.Unread : EventKind.NotPostfix;
            _formless = true;
            return _prefix.Decoded;
        }
        ReadOnlySpan<byte> message = default;
        happened.Kind = EventKind.NotPostfix;
        happened.Text = rest;
        bool fromPostfix = is5424 ? ReadHeader5424(rest, ref happened, ref message) : ReadHostAndTag(rest, hostMissing, ref happened, ref message);
        if (!fromPostfix && !(_contained > 0 && ReadContained(line, rest, is5424, ref happened, ref message))) return _prefix.Decoded;
        if (_instanceEnd > 0 && !is5424 && _prefix.IsPlain) _memo.Remember(line, happened.Time, line.Length - rest.Length + _instanceEnd, happened.Origin);
        happened.Text = message;
        return ReadMessage(message, ref happened) | _prefix.Decoded;
    }

    /// <summary>Where the program's name begins behind host and instance, in the last line that had a tag with a slash.</summary>
    private int _instanceEnd;

    /// <summary>Bytes behind the tag of a container; 0 when the line was no container's.</summary>
    private int _contained;

    /// <summary>The line that a container wrote: with its own stamp and host, or with its tag alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadContained(ReadOnlySpan<byte> line, ReadOnlySpan<byte> outer, bool is5424, scoped ref LogEvent happened,
        scoped ref ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> host = default, rest = default, text = outer[^_contained..];
        _contained = 0;
        if (is5424) host = outer[..outer.IndexOf((byte)' ')];
        else StartOfTag.Again(outer, ref host);
        bool complete = happened.Time != long.MinValue && (_prefix.Decoded || RareStamps.IsComplete(line[..^outer.Length]));
        happened.Pid = 0;
        if (!_prefix.ReadContained(text, ref rest, out bool hostMissing)) return false;
        if (!hostMissing && !complete) happened.Time = _prefix.Time; // else the outer stamp counts, which knows its year and offset
        int tagStart = hostMissing ? 0 : StartOfTag.Again(rest, ref host);
        bool fromPostfix = tagStart >= 0 && ReadTag(rest[tagStart..], tagStart, host, ref happened, ref message);
        (_contained, _instanceEnd) = (0, 0); // a container in a container; a prefix that is no plain one
        _coloured = false; // as the grammar has it: in what a container wrote no tag is looked for again
        return fromPostfix;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool OfContainer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> behind, scoped ref LogEvent happened)
    {
        ReadOnlySpan<byte> text = default;
        _coloured = name[0] == 0x1b;
        return SkipPid(behind, ref happened, ref text) && OfContainer(name, text);
    }

    private bool OfContainer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (ContainerTag.IsOne(name)) _contained = text.Length;
        return false; // the line itself is not of Postfix
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadHostAndTag(ReadOnlySpan<byte> rest, bool hostMissing, scoped ref LogEvent happened, scoped ref ReadOnlySpan<byte> message)
    {
        _instanceEnd = 0;
        ReadOnlySpan<byte> host = default;
        int tagStart = hostMissing ? 0 : StartOfTag.In(rest, ref host);
        return (tagStart >= 0 && ReadTag(rest[tagStart..], tagStart, host, ref happened, ref message))
            || (tagStart > 0 && StartOfTag.IsAddress(host) && ReadBehindRelay(rest, tagStart, ref happened, ref message));
    }

    /// <summary>A central syslog wrote the address of the sender before the host: <c>192.0.2.1 mx2 postfix/smtpd[123]: </c>; no colours there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadBehindRelay(ReadOnlySpan<byte> rest, int at, scoped ref LogEvent happened, scoped ref ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> host = default;
        int tagStart = _contained > 0 || happened.Kind != EventKind.NotPostfix || rest[at..].StartsWith(" "u8) ? 0 : StartOfTag.Again(rest[at..], ref host);
        if (tagStart <= 0 || host.IsEmpty) return false;
        bool coloured = _coloured, fromPostfix = ReadTag(rest[(at + tagStart)..], at + tagStart, host, ref happened, ref message);
        _coloured = coloured;
        return fromPostfix;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadTagBehindBlanks(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> host, scoped ref LogEvent happened,
        scoped ref ReadOnlySpan<byte> message) =>
        text[0] == ' ' && StartOfTag.BehindBlanks(text) is > 0 and var start && ReadTag(text[start..], at + start, host, ref happened, ref message);

    private bool ReadTag(ReadOnlySpan<byte> tag, int tagStart, ReadOnlySpan<byte> host, scoped ref LogEvent happened, scoped ref ReadOnlySpan<byte> message)
    {
        if (RepeatedLines.TryRead(tag, host, origins, ref happened)) return false;
        int end = tag.IndexOfAny((byte)'[', (byte)' ');
        int colon = tag.IndexOf(": "u8);
        if (colon >= 0 && (end < 0 || colon < end)) end = colon;
        if (end <= 0) return end == 0 && ReadTagBehindBlanks(tag, tagStart, host, ref happened, ref message);
        if (tag[end] == '[' && tag[end - 1] == '/') end = EndOfNameWithAddress(tag);
        var name = tag[..end];
        if (LinesLost.IsReporter(name)) return LinesLost.TryRead(tag, host, origins, ref happened);
        if (PutBackLines.IsWriter(name)) return SkipPid(tag[end..], ref happened, ref message) && PutBackLines.TryRead(message, host, origins, ref happened);
        int slash = name.LastIndexOf((byte)'/');
        var instance = slash < 0 ? name : name[..name.IndexOf((byte)'/')];
        if (instance.IsEmpty) return false;
        if (slash < 0)
        {
            if (!IsPostfixName(name)) return OfContainer(name, tag[end..], ref happened);
            instance = WithoutUnit(name);
        }
        else
        {
            happened.Daemon = Tag.IsOfOther(instance) ? Daemon.Unknown : Tag.DaemonOf(name[(slash + 1)..]);
            if (happened.Daemon == Daemon.Unknown) return OfContainer(name, tag[end..], ref happened);
            happened.ByRelayService = slash > instance.Length && name[(instance.Length + 1)..slash].SequenceEqual("relay"u8);
        }
        if (!SkipPid(tag[end..], ref happened, ref message)) return false;
        if (host.IsEmpty && RepeatedLines.TryRead(message, host, origins, ref happened)) return false; // where each other line names a host
        happened.Origin = origins.Number(host, instance);
        if (slash >= 0 && tagStart > 0) _instanceEnd = tagStart + instance.Length + 1;
        return true;
    }

    /// <summary><c>HOST APP PROCID MSGID SD MSG</c>. rsyslog's template cuts the program off the name: the line's own words must tell.</summary>
    private bool ReadHeader5424(ReadOnlySpan<byte> rest, scoped ref LogEvent happened, scoped ref ReadOnlySpan<byte> message)
    {
        var cursor = new Cursor(rest);
        if (!cursor.TakeUntil(" "u8, out var host) || !cursor.TakeUntil(" "u8, out var name) || !cursor.TakeUntil(" "u8, out var pid)
            || !cursor.TakeUntil(" "u8, out _))
            return false;
        if (!SkipStructuredData(ref cursor)) return false;
        if (!cursor.AtEnd && !cursor.Skip((byte)' ')) return false;
        cursor.Skip((byte)' ');
        cursor.Skip("\uFEFF"u8);
        message = cursor.Rest;
        if (LinesLost.IsReporter(name)) return LinesLost.TryRead(message, host, origins, ref happened);
        if (PutBackLines.IsWriter(name)) return PutBackLines.TryRead(message, host, origins, ref happened);
        int slash = name.LastIndexOf((byte)'/');
        if (slash >= 0)
        {
            happened.Daemon = Tag.IsOfOther(name) ? Daemon.Unknown : Tag.DaemonOf(name[(slash + 1)..]);
            int first = name.IndexOf((byte)'/');
            if (happened.Daemon == Daemon.Unknown || first == 0) return OfContainer(name, message);
            happened.ByRelayService = slash > first && name[(first + 1)..slash].SequenceEqual("relay"u8);
            name = name[..first];
        }
        else if (IsPostfixName(name)) name = WithoutUnit(name);
        else return OfContainer(name, message);
        var number = new Cursor(pid);
        if (number.TakeNumber(out long process)) happened.Pid = Pid(process);
        happened.Origin = origins.Number(host, name);
        return true;
    }

    /// <summary>
    /// The name of a service may be an address, as in <c>postfix/[::1]:10025/smtpd[123]: </c>: the number of the process is in the last bracket of the word.
    /// </summary>
    private static int EndOfNameWithAddress(ReadOnlySpan<byte> tag)
    {
        int blank = tag.IndexOf((byte)' ');
        return (blank < 0 ? tag : tag[..blank]).LastIndexOf((byte)'[');
    }

    private static bool SkipStructuredData(ref Cursor cursor)
    {
        if (cursor.Skip((byte)'-')) return true;
        bool any = false;
        while (!cursor.AtEnd && cursor.Rest[0] == '[')
        {
            any = true;
            int i = 1;
            bool quoted = false;
            for (; i < cursor.Rest.Length; i++)
            {
                byte b = cursor.Rest[i];
                if (b == '\\') i++;
                else if (b == '"') quoted = !quoted;
                else if (b == ']' && !quoted) break;
            }
            if (i >= cursor.Rest.Length) return false;
            cursor.Rest = cursor.Rest[(i + 1)..];
        }
        return any;
    }

    /// <summary>From <c>[123]: message</c> or <c>: message</c>.</summary>
    private static bool SkipPid(ReadOnlySpan<byte> text, scoped ref LogEvent happened, scoped ref ReadOnlySpan<byte> message)
    {
        var cursor = new Cursor(text);
        if (cursor.Skip((byte)'['))
        {
            if (cursor.TakeNumber(out long pid)) happened.Pid = Pid(pid);
            if (!cursor.Skip((byte)']')) return false;
        }
        if (!cursor.Skip((byte)':')) return false;
        cursor.Skip((byte)' ');
        message = cursor.Rest;
        return true;
    }

    private static int Pid(long number) => number <= int.MaxValue ? (int)number : 0;

    private static bool IsPostfixName(ReadOnlySpan<byte> name) =>
        name.StartsWith("postfix"u8) && (name.Length == 7 || ("-@_.0123456789"u8.Contains(name[7]) && !Tag.IsOfOther(name)));

    /// <summary>journalctl with-unit: <c>postfix@-.service</c>, <c>postfix.service</c>.</summary>
    private static ReadOnlySpan<byte> WithoutUnit(ReadOnlySpan<byte> name)
    {
        int at = name.IndexOfAny((byte)'@', (byte)'.');
        return at > 0 ? name[..at] : name;
    }
}
