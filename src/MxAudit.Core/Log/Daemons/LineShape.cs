using System.Text;

namespace MxAudit.Log.Daemons;

/// <summary>The outline of a line, as <c>host * said: *</c>: literal text, and a star for whatever stands between.</summary>
/// <remarks>For lines that are known and of no consequence; a beginning alone would call too much understood.</remarks>
internal sealed class LineShape
{
    private readonly byte[] _begins;
    private readonly byte[][] _contains;
    private readonly bool _isOpen;

    private LineShape(string outline)
    {
        string[] parts = outline.Split('*');
        _begins = Encoding.ASCII.GetBytes(parts[0]);
        _isOpen = parts.Length > 1 && parts[^1].Length == 0;
        _contains = [.. parts.Skip(1).Where(part => part.Length > 0).Select(Encoding.ASCII.GetBytes)];
    }

    /// <summary>By the first byte: a line is held against the few outlines that begin like it.</summary>
    public static LineShape[][] All(params string[] outlines)
    {
        var byFirst = new LineShape[256][];
        Array.Fill(byFirst, []);
        foreach (string outline in outlines) byFirst[outline[0]] = [.. byFirst[outline[0]], new LineShape(outline)];
        return byFirst;
    }

    public static bool AnyFits(LineShape[][] shapes, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        foreach (var shape in shapes[text[0]])
            if (shape.Fits(text)) return true;
        return false;
    }

    private bool Fits(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(_begins)) return false;
        var rest = text[_begins.Length..];
        foreach (byte[] part in _contains)
        {
            int at = rest.IndexOf(part);
            if (at < 0) return false;
            rest = rest[(at + part.Length)..];
        }
        return _isOpen || rest.IsEmpty;
    }
}
