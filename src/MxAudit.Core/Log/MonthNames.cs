using System.Text;
using System.Text.Unicode;

namespace MxAudit.Log;

/// <summary>
/// Months as journalctl and date(1) write them where the locale is not English: <c>Mär</c>, <c>févr.</c>, <c>дек</c>.
/// Remembers the last word, since a month has many lines.
/// </summary>
internal sealed class MonthNames
{
    /// <summary>In bytes, with the dot that some languages put behind.</summary>
    public const int ShortestWord = 3, LongestWord = 8;

    private const string English = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>
    /// The abbreviations of glibc for de, fr, es, it, pt, nl, sv, da, nb, fi, pl, cs, sk, hu, ru, uk, bg, el, tr, ro, zh, ja and ko, without dots. No word
    /// means two months; one that did would be left out.
    /// </summary>
    private static readonly string[] Words =
    [
        "jan jän janv ene gen ian tammi sty led oca янв січ яну ιαν 1月 1월",
        "feb fev févr febr helmi lut úno şub фев лют φεβ 2月 2월",
        "mar mär märz mars mrt márc maalis bře мар бер μάρ μαρ 3月 3월",
        "apr avril abr april ápr huhti kwi dub nis апр кві απρ 4月 4월",
        "may mai mag mei maj máj touko kvě мая май тра μάι μαΐ 5月 5월",
        "jun juin giu juni jún iun kesä cze čen haz июн чер юни ιουν ιούν 6月 6월",
        "jul juil lug juli júl iul heinä lip čec tem июл лип юли ιουλ ιούλ 7月 7월",
        "aug août ago elo sie srp ağu авг сер αυγ αύγ 8月 8월",
        "sep sept set szept syys wrz zář eyl сен вер сеп σεπ 9月 9월",
        "oct okt ott out loka paź říj eki окт жов οκτ 10月 10월",
        "nov marras lis kas ноя лис ное νοε νοέ 11月 11월",
        "dec dez déc dic des joulu gru pro ara дек гру δεκ 12月 12월",
    ];

    /// <summary>From the word in small letters and without a dot.</summary>
    internal static IReadOnlyDictionary<string, int> Months => All;

    private static readonly Dictionary<string, int> All = Words.SelectMany((line, index) => line.Split(' ').Select(word => (word, month: index + 1)))
        .ToDictionary(StringComparer.Ordinal);

    private readonly byte[] _lastWord = new byte[LongestWord];
    private int _lastLength, _lastMonth;

    /// <returns>1 to 12; 0 when this is no month.</returns>
    public int Of(ReadOnlySpan<byte> word)
    {
        if (word.Length is < ShortestWord or > LongestWord) return 0;
        if (word.SequenceEqual(_lastWord.AsSpan(0, _lastLength))) return _lastMonth;
        word.CopyTo(_lastWord);
        (_lastLength, _lastMonth) = (word.Length, LookUp(word[^1] == '.' ? word[..^1] : word));
        return _lastMonth;
    }

    /// <summary>In UTF-8; what is none is in Latin-1, as of older systems: <c>M\xE4r</c>, <c>f\xE9vr.</c></summary>
    private static int LookUp(ReadOnlySpan<byte> word)
    {
        Span<char> small = stackalloc char[LongestWord];
        int length = 0;
        bool isUtf8 = Utf8.IsValid(word);
        while (!word.IsEmpty)
        {
            var letter = new Rune((char)word[0]);
            int bytes = 1;
            if (isUtf8) Rune.DecodeFromUtf8(word, out letter, out bytes);
            length += Rune.ToLowerInvariant(letter).EncodeToUtf16(small[length..]);
            word = word[bytes..];
        }
        return All.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(small[..length], out int month) ? month : 0;
    }

    public static ReadOnlySpan<char> InEnglish(int month) => English.AsSpan(month * 3 - 3, 3);
}
