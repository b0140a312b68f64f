using System.Globalization;
using MxAudit.Input;

namespace MxAudit.Writers;

/// <summary>How far an audit is, in a few words: <c>reading 43 %, 430 of 1,000 MB, 280 MB/s, 2 s left</c>.</summary>
public static class ProgressWords
{
    private const double Mega = 1e6;

    /// <param name="elapsed">Since the reading began.</param>
    public static string Of(ReadingProgress progress, TimeSpan elapsed) => progress.Phase switch
    {
        ReadingPhase.Opening => "looking at the evidence",
        ReadingPhase.Reading => Reading(progress, elapsed),
        ReadingPhase.Following => $"following the mail of {Phrases.Count(progress.Lines, "line")}",
        ReadingPhase.Judging => "asking the rules",
        _ => "arranging the results",
    };

    private static string Reading(ReadingProgress progress, TimeSpan elapsed)
    {
        double rate = elapsed > TimeSpan.Zero ? progress.Bytes / elapsed.TotalSeconds : 0;
        string speed = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rate / Mega:0} MB/s") : "";
        if (progress.BytesInAll is not { } all) return $"reading, {Megabytes(progress.Bytes)} MB{speed}";
        string left = rate > 0 && all > progress.Bytes
            ? string.Create(CultureInfo.InvariantCulture, $", {Math.Ceiling((all - progress.Bytes) / rate):0} s left") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"reading {Math.Floor((progress.Share ?? 0) * 100):0} %, {Megabytes(progress.Bytes)} of {Megabytes(all)} MB{speed}{left}");
    }

    private static string Megabytes(long bytes) => Phrases.Number((long)Math.Round(bytes / Mega));
}
