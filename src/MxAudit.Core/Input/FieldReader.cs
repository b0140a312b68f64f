using System.Buffers;
using System.Buffers.Binary;

namespace MxAudit.Input;

internal enum FieldKind
{
    Field, EndOfRecord,
    /// <summary>A line that no journal wrote.</summary>
    Other,
    /// <summary>The text ends within a field.</summary>
    CutOff,
    End,
}

/// <summary>Splits the journal's export format into fields. Names and values are valid until the next read.</summary>
internal sealed class FieldReader(Stream records, int longestField)
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;
    private bool _atEnd;

    public FieldKind Read(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        int length = FindLineEnd();
        if (length < 0 && _start == _end) return FieldKind.End;
        bool cut = length < 0;
        if (cut) length = _end - _start;
        var line = _buffer.AsSpan(_start, length);
        int equals = line.IndexOf((byte)'=');
        if (equals < 0 && !cut && IsName(line) && TryBinary(length, ref name, ref value, out bool cutOff))
            return cutOff ? FieldKind.CutOff : FieldKind.Field;

        line = _buffer.AsSpan(_start, length); // the look at a binary value may have moved the buffer
        _start += cut ? length : length + 1;
        value = line;
        if (cut && _atEnd) return FieldKind.CutOff;
        if (line.IsEmpty) return FieldKind.EndOfRecord;
        if (equals <= 0 || !IsName(line[..equals])) return FieldKind.Other;
        name = line[..equals];
        value = line[(equals + 1)..];
        return FieldKind.Field;
    }

    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 64 && !name.ContainsAnyExcept(NameBytes);

    /// <summary>Bytes before the next line end; -1 when the text ends first, or the longest field is exceeded.</summary>
    private int FindLineEnd()
    {
        int searched = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0) return searched + found;
            searched = _end - _start;
            if (searched >= longestField || !Need(searched + 1)) return -1;
        }
    }

    /// <summary>Behind a name alone on its line: length and value. Not taken when the length is nonsense.</summary>
    private bool TryBinary(int nameLength, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> value, out bool cutOff)
    {
        const int lengthOfLength = 8;
        const ulong nonsense = 1 << 30; // journald stores no field of more than 768 MB
        cutOff = false;
        int valueAt = nameLength + 1 + lengthOfLength;
        if (!Need(valueAt)) { cutOff = true; _start = _end; return true; }
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(_start + nameLength + 1));
        if (length > nonsense) return false;
        if ((int)length > longestField)
        {
            _start += valueAt;
            cutOff = !Pass((int)length + 1);
            return true;
        }
        if (!Need(valueAt + (int)length + 1)) { cutOff = true; _start = _end; return true; }
        name = _buffer.AsSpan(_start, nameLength);
        value = _buffer.AsSpan(_start + valueAt, (int)length);
        _start += valueAt + (int)length + 1;
        return true;
    }

    private bool Pass(long count)
    {
        while (count > 0 && (_start < _end || Need(1)))
        {
            int passed = (int)Math.Min(count, _end - _start);
            _start += passed;
            count -= passed;
        }
        return count == 0;
    }

    /// <summary>Sees to it that so many bytes are in the buffer; false when the text ends before.</summary>
    private bool Need(int count)
    {
        while (_end - _start < count)
        {
            if (_atEnd) return false;
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            if (_buffer.Length < count) Array.Resize(ref _buffer, Math.Max(count, _buffer.Length * 2));
            int read = records.Read(_buffer.AsSpan(_end));
            _end += read;
            _atEnd = read == 0;
        }
        return true;
    }
}
