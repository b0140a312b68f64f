using System.Runtime.InteropServices;

namespace MxAudit.Mail;

/// <summary>Finds hundreds of words in a text in one pass: a tree of their letters, entered wherever two letters begin one.</summary>
internal sealed class WordTree
{
    private const int None = 0, BitsOfByte = 8, AsciiLetters = 128;

    /// <param name="Next">The first letter that may follow; <see cref="None"/>: none does.</param>
    /// <param name="Other">Another letter that may stand in this place.</param>
    /// <param name="Marks">Of the words that end here.</param>
    private record struct Letter(byte Value, ushort Next, ushort Other, int Marks);

    private readonly List<Letter> _letters = [default];

    /// <summary>Where the second letter of a word is in the list, by the first two.</summary>
    private readonly ushort[] _beginnings = new ushort[AsciiLetters << BitsOfByte];

    /// <param name="word">ASCII, two letters or more.</param>
    /// <param name="mark">The bit that tells that it, or another word with this mark, was found.</param>
    public void Add(ReadOnlySpan<byte> word, int mark)
    {
        ref ushort beginning = ref _beginnings[word[0] << BitsOfByte | word[1]];
        if (beginning == None) beginning = Append(word[1], None);
        int at = beginning;
        foreach (byte letter in word[2..])
        {
            int next = Find(CollectionsMarshal.AsSpan(_letters), at, letter);
            at = next != None ? next : Grow(at, letter);
        }
        CollectionsMarshal.AsSpan(_letters)[at].Marks |= mark;
    }

    /// <summary>The marks of all words in the text.</summary>
    public int MarksIn(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<ushort> beginnings = _beginnings;
        int marks = 0, before = AsciiLetters;
        for (int at = 0; at < text.Length; at++)
        {
            int two = before << BitsOfByte | text[at];
            before = text[at];
            if ((uint)two < (uint)beginnings.Length && beginnings[two] != None) marks |= MarksFrom(beginnings[two], text[(at + 1)..]);
        }
        return marks;
    }

    private int MarksFrom(int at, ReadOnlySpan<byte> text)
    {
        var letters = CollectionsMarshal.AsSpan(_letters);
        int marks = letters[at].Marks;
        foreach (byte letter in text)
        {
            at = Find(letters, at, letter);
            if (at == None) break;
            marks |= letters[at].Marks;
        }
        return marks;
    }

    private static int Find(ReadOnlySpan<Letter> letters, int before, byte letter)
    {
        int at = letters[before].Next;
        while (at != None && letters[at].Value != letter) at = letters[at].Other;
        return at;
    }

    private int Grow(int before, byte letter)
    {
        ushort grown = Append(letter, _letters[before].Next);
        CollectionsMarshal.AsSpan(_letters)[before].Next = grown;
        return grown;
    }

    private ushort Append(byte letter, ushort other)
    {
        _letters.Add(new Letter(letter, None, other, 0));
        return checked((ushort)(_letters.Count - 1));
    }
}
