using MxAudit.Input;

namespace MxAudit.Log;

/// <summary>Gathers lines that were not understood by what they look like, so that nothing is dropped silently and a flood of them stays small.</summary>
public sealed class UnreadShapes
{
    private const int MostShapes = 5_000, LongestShape = 160;

    private sealed class Entry
    {
        public required string Daemon, Shape, Example;
        public required LinePosition FirstLine;
        public long Count;
    }

    private readonly Dictionary<string, Entry> _shapes = [];
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public UnreadShapes() => _lookup = _shapes.GetAlternateLookup<ReadOnlySpan<char>>();

    public long Count { get; private set; }

    public void Add(scoped in LogEvent happened)
    {
        Count++;
        Span<char> shape = stackalloc char[LongestShape + 1];
        shape[0] = (char)('A' + (int)happened.Daemon);
        int length = 1 + ShapeOf(happened.Text, shape[1..]);
        if (!_lookup.TryGetValue(shape[..length], out var entry))
        {
            if (_shapes.Count >= MostShapes)
            {
                shape[0] = '…';
                length = 1;
            }
            if (!_lookup.TryGetValue(shape[..length], out entry))
            {
                entry = new Entry
                {
                    Daemon = happened.Daemon == Daemon.Unknown ? "" : happened.Daemon.ToString().ToLowerInvariant(),
                    Shape = length == 1 ? "(more shapes than are kept)" : new string(shape[1..length]),
                    Example = PlainText.Of(happened.Text[..Math.Min(happened.Text.Length, 1000)]),
                    FirstLine = happened.Position,
                };
                _shapes.Add(new string(shape[..length]), entry);
            }
        }
        entry.Count++;
    }

    /// <summary>The text with every word that holds a digit as <c>#</c>, and what stands in brackets of any kind left out.</summary>
    private static int ShapeOf(ReadOnlySpan<byte> text, Span<char> shape)
    {
        int length = 0;
        byte closing = 0;
        for (int i = 0; i < text.Length && length < shape.Length; i++)
        {
            byte b = text[i];
            if (closing != 0)
            {
                if (b != closing) continue;
                closing = 0;
            }
            else if (b is (byte)'<' or (byte)'[' or (byte)'(' or (byte)'"')
                closing = b switch { (byte)'<' => (byte)'>', (byte)'[' => (byte)']', (byte)'(' => (byte)')', _ => b };
            else if (IsWord(b))
            {
                int end = i;
                bool digit = false;
                for (; end < text.Length && IsWord(text[end]); end++) digit |= (uint)(text[end] - '0') <= 9;
                if (digit) { shape[length++] = '#'; i = end - 1; continue; }
                for (; i < end && length < shape.Length; i++) shape[length++] = (char)text[i];
                i--;
                continue;
            }
            shape[length++] = b is >= 32 and < 127 ? (char)b : '?';
        }
        return length;
    }

    private static bool IsWord(byte b) => (uint)(b - '0') <= 9 || (uint)((b | 0x20) - 'a') <= 25 || b is (byte)'.' or (byte)'-' or (byte)'_' or (byte)'@';

    /// <summary>Most frequent first.</summary>
    public IReadOnlyList<UnreadShape> All =>
        [.. _shapes.Values
            .OrderByDescending(entry => entry.Count)
            .ThenBy(entry => entry.FirstLine)
            .Select(entry => new UnreadShape(entry.Daemon, entry.Shape, entry.Count, entry.Example, entry.FirstLine))];
}
