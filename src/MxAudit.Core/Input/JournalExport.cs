namespace MxAudit.Input;

/// <summary>
/// Turns the journal's export format into log lines, one per record: <c>2026-11-22T16:05:50.275778+00:00 host tag[pid]: message</c>.
/// Nothing is lost on the way: what is not a record passes as it is.
/// </summary>
/// <remarks>The format: https://systemd.io/JOURNAL_EXPORT_FORMATS/ . A field is <c>NAME=value</c>, or, for values that are not plain text,
/// the name alone on a line, 64 bits of length (little endian), the value and a line end. An empty line ends the record.</remarks>
internal sealed class JournalExport(Stream records, Action tellCutOff) : ForwardStream
{
    public const int LongestSign = 64;
    private const int LongestField = 16 << 20;

    private readonly FieldReader _fields = new(records, LongestField);
    private readonly JournalRecord _record = new();
    private byte[] _line = new byte[4096];
    private int _start, _end;
    private bool _atEnd;

    /// <summary>The first field of a record is an address of the journal, <c>__CURSOR=</c> or another with two underscores.</summary>
    public static bool BeginsWith(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("__"u8)) return false;
        int nameLength = text.IndexOf((byte)'=');
        return nameLength > 2 && FieldReader.IsName(text[..nameLength]);
    }

    public override int Read(Span<byte> into)
    {
        int given = 0;
        while (given < into.Length && (_start < _end || NextLine()))
        {
            int length = Math.Min(into.Length - given, _end - _start);
            _line.AsSpan(_start, length).CopyTo(into[given..]);
            _start += length;
            given += length;
        }
        return given;
    }

    private bool NextLine()
    {
        (_start, _end) = (0, 0);
        while (!_atEnd)
        {
            var kind = _fields.Read(out var name, out var value);
            switch (kind)
            {
                case FieldKind.Field:
                    _record.Keep(name, value);
                    continue;
                case FieldKind.EndOfRecord when _record.IsEmpty:
                    continue;
                case FieldKind.Other: // what stood in the record before it becomes a line of its own
                    if (!_record.IsEmpty) _end = _record.WriteTo(ref _line);
                    Append(value);
                    return true;
                case FieldKind.CutOff:
                    tellCutOff();
                    _atEnd = true;
                    break;
                case FieldKind.End:
                    _atEnd = true;
                    break;
            }
            if (_record.IsEmpty) continue;
            _end = _record.WriteTo(ref _line);
            return true;
        }
        return false;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (_line.Length < _end + text.Length + 1) Array.Resize(ref _line, _end + text.Length + 1);
        text.CopyTo(_line.AsSpan(_end));
        _end += text.Length;
        _line[_end++] = (byte)'\n';
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) records.Dispose();
        base.Dispose(disposing);
    }
}
