using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Input;

/// <summary>One line without its line end and the blanks before it. Valid until the next line is read.</summary>
public readonly ref struct LogLine(ReadOnlySpan<byte> bytes, long offset, bool wasCut)
{
    public readonly ReadOnlySpan<byte> Bytes = bytes;

    /// <summary>Bytes from the beginning of the text to the first byte of the line.</summary>
    public readonly long Offset = offset;

    /// <summary>The line was longer than <see cref="LineReader.LongestLine"/>; what follows was left out.</summary>
    public readonly bool WasCut = wasCut;
}

/// <summary>Splits a stream into lines, without garbage: one native buffer, refilled; a line's bytes never move while they are valid.</summary>
public sealed unsafe class LineReader : IDisposable
{
    public const int LongestLine = 64 * 1024;
    private const int BufferSize = 256 * 1024;
    // behind: a line end that stops the search, and readers may load whole words beyond the last byte; before: a look at the last byte of an empty line
    private const int Step = 32, Padding = 64;

    private readonly Stream _stream;
    private readonly byte* _buffer;
    private byte* _start, _end;

    /// <summary>What makes a place in the buffer one in the text.</summary>
    private long _offsetOfPlaces;
    private bool _atEnd, _skipping;

    public LineReader(Stream stream, long offset = 0)
    {
        _stream = stream;
        _buffer = _start = _end = (byte*)NativeMemory.AllocZeroed(Padding + BufferSize + Padding) + Padding;
        _offsetOfPlaces = offset - (long)_buffer;
        *_buffer = (byte)'\n';
    }

    /// <summary>Called before the buffer is overwritten: spans that point into it end here.</summary>
    public Action? BeforeRefill { get; set; }

    public long LinesCut { get; private set; }

    /// <summary>Bytes of text read so far.</summary>
    public long Offset => OffsetOf(_start);

    private long OffsetOf(byte* place) => _offsetOfPlaces + (long)place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(out LogLine line)
    {
        byte* start = _start;
        int length = LengthOfLine(start, (int)(_end - start));
        if ((uint)length > LongestLine || _skipping || start[length - 1] <= ' ')
        {
            bool any = TryReadSlowly(out var slowly); // a variable of its own: the other one stays in registers
            line = slowly;
            return any;
        }
        _start = start + length + 1;
        line = new LogLine(new ReadOnlySpan<byte>(start, length), OffsetOf(start), false);
        return true;
    }

    /// <summary>
    /// Bytes before the next line end, -1 when there is none: one stands behind the last byte. Thirty-two at once:
    /// 65 instructions for a line, where IndexOf takes 125.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LengthOfLine(byte* text, int length)
    {
        var end = Vector128.Create((byte)'\n');
        for (byte* at = text; ; at += Step)
        {
            uint ends = Vector128.Equals(Vector128.Load(at), end).ExtractMostSignificantBits()
                | (Vector128.Equals(Vector128.Load(at + 16), end).ExtractMostSignificantBits() << 16);
            if (ends == 0) continue;
            int found = (int)(at - text) + BitOperations.TrailingZeroCount(ends);
            return found < length ? found : -1;
        }
    }

    /// <summary>The buffer ends before the line does, or the line is too long, or ends in a blank or a carriage return.</summary>
    private bool TryReadSlowly(out LogLine line)
    {
        if (_skipping) SkipRestOfCutLine();
        while (true)
        {
            var rest = new ReadOnlySpan<byte>(_start, (int)(_end - _start));
            int length = rest.IndexOf((byte)'\n');
            if (length >= 0 && length <= LongestLine)
            {
                line = new LogLine(WithoutBlanks(rest[..length]), Offset, false);
                _start += length + 1;
                return true;
            }
            if (length > LongestLine || rest.Length > LongestLine) return CutLine(rest, out line);
            if (_atEnd)
            {
                line = new LogLine(WithoutBlanks(rest), Offset, false);
                _start = _end;
                return rest.Length > 0;
            }
            Refill();
        }
    }

    /// <summary>
    /// A carriage return is part of the line end; blanks come from a filter of syslogd, or from a page that lines were copied from, and say nothing.
    /// </summary>
    internal static ReadOnlySpan<byte> WithoutBlanks(ReadOnlySpan<byte> line) => line.TrimEnd(" \r"u8);

    /// <summary>Gives the first <see cref="LongestLine"/> bytes of a line; the next read begins after its line end.</summary>
    private bool CutLine(ReadOnlySpan<byte> rest, out LogLine line)
    {
        LinesCut++;
        line = new LogLine(rest[..LongestLine], Offset, true);
        _skipping = true;
        _start += LongestLine;
        return true;
    }

    private void SkipRestOfCutLine()
    {
        while (_skipping)
        {
            var rest = new ReadOnlySpan<byte>(_start, (int)(_end - _start));
            int length = rest.IndexOf((byte)'\n');
            if (length >= 0) { _start += length + 1; _skipping = false; }
            else
            {
                _start = _end;
                if (_atEnd) _skipping = false; else Refill();
            }
        }
    }

    private void Refill()
    {
        BeforeRefill?.Invoke();
        int kept = (int)(_end - _start);
        if (kept > 0) Buffer.MemoryCopy(_start, _buffer, BufferSize, kept);
        _offsetOfPlaces += _start - _buffer;
        _start = _buffer;
        _end = _buffer + kept;
        int read = _stream.Read(new Span<byte>(_end, BufferSize - kept));
        if (read == 0) _atEnd = true;
        _end += read;
        *_end = (byte)'\n';
    }

    public void Dispose() => NativeMemory.Free(_buffer - Padding);
}
