namespace MxAudit.Input;

internal enum Repeated { Nothing, WholeFirst, WholeSecond, EndOfFirst }

/// <summary>Bytes and line ends at the beginning of the second that the first holds too.</summary>
internal readonly record struct Repetition(Repeated What, long Bytes, long Lines);

/// <summary>Looks for the beginning of one source's text in another's.</summary>
internal sealed class RepeatedText(LogSource first, LogSource second)
{
    private const int SampleSize = 4096, ReadSize = 1 << 20;

    /// <summary>Where every line is the same, every line is a place to compare from; a log is not like that.</summary>
    private const int ComparisonsAllowed = 100;

    private byte[] _sample = [];
    private int _comparisons;

    public Repetition Find()
    {
        using var text = first.OpenAgain();
        using var other = second.OpenAgain();
        _sample = new byte[SampleSize];
        _sample = _sample[..other.ReadAt(0, _sample)];
        if (_sample.Length == 0) return default;

        var buffer = new byte[ReadSize];
        long offset = 0;
        while (true)
        {
            int length = text.ReadAt(offset, buffer);
            bool atEnd = length < buffer.Length;
            var here = buffer.AsSpan(0, length);
            foreach (int place in PlacesIn(here, offset == 0, atEnd))
            {
                if (++_comparisons > ComparisonsAllowed) return default;
                var found = Compare(offset + place, other);
                if (found.What is not Repeated.Nothing) return found;
            }
            if (atEnd) return default;
            offset += length - SampleSize - 1; // the line end before a place belongs to it
        }
    }

    /// <summary>Beginnings of lines where the sample stands; at the end of the text also where its first lines stand.</summary>
    private List<int> PlacesIn(ReadOnlySpan<byte> text, bool atBeginning, bool atEnd)
    {
        List<int> places = [];
        for (int from = 0; places.Count <= ComparisonsAllowed;)
        {
            int found = text[from..].IndexOf(_sample);
            if (found < 0) break;
            int place = from + found;
            if (place == 0 ? atBeginning : text[place - 1] == '\n') places.Add(place);
            from = place + 1;
        }
        if (!atEnd) return places;
        for (int place = Math.Max(0, text.Length - _sample.Length + 1); place < text.Length; place++)
            if ((place == 0 ? atBeginning : text[place - 1] == '\n') && _sample.AsSpan().StartsWith(text[place..])) places.Add(place);
        return places;
    }

    private Repetition Compare(long place, TextAgain other)
    {
        using var text = first.OpenAgain();
        byte[] here = new byte[ReadSize], there = new byte[ReadSize];
        long common = 0, lines = 0, lastLineEnd = 0;
        while (true)
        {
            int hereLength = text.ReadAt(place + common, here), thereLength = other.ReadAt(common, there);
            int length = Math.Min(hereLength, thereLength);
            if (!here.AsSpan(0, length).SequenceEqual(there.AsSpan(0, length))) return default;
            lines += there.AsSpan(0, length).Count((byte)'\n');
            if (there.AsSpan(0, length).LastIndexOf((byte)'\n') is >= 0 and var last) lastLineEnd = common + last + 1;
            common += length;
            if (thereLength < ReadSize && length == thereLength)
            {
                bool areEqual = place == 0 && hereLength == length;
                bool firstIsSlower = areEqual && first.IsCompressed && !second.IsCompressed;
                return new Repetition(firstIsSlower ? Repeated.WholeFirst : Repeated.WholeSecond, common, lines);
            }
            if (hereLength == ReadSize || length < hereLength) continue;
            if (place == 0) return new Repetition(Repeated.WholeFirst, common, lines);
            if (common == lastLineEnd) return new Repetition(Repeated.EndOfFirst, common, lines);
            // The first ends without a line end. Where the second has it the line is the same; where not, only the second has the whole line.
            bool isWholeLine = other.ReadAt(common, there.AsSpan(0, 1)) == 1 && there[0] == '\n';
            return isWholeLine ? new Repetition(Repeated.EndOfFirst, common + 1, lines + 1) : new Repetition(Repeated.EndOfFirst, lastLineEnd, lines);
        }
    }
}
