namespace MxAudit.Views;

/// <summary>Headings and lines that several texts to read are made of.</summary>
internal static class Passage
{
    private const int FactWidth = 14;

    public static void Head(this List<ToneLine> lines, string text)
    {
        lines.Add(ToneLine.Empty);
        lines.Add(new ToneLine(text, Tone.Heading));
    }

    public static void Say(this List<ToneLine> lines, string text, Tone tone = Tone.Plain, int indent = 2, int hang = 0) =>
        lines.Add(new ToneLine(text, tone, indent, hang));

    /// <summary>The word first, then what there is to say.</summary>
    public static void Fact(this List<ToneLine> lines, string word, string text, Tone tone = Tone.Plain) =>
        lines.Add(new ToneLine([new Span($"{word,-FactWidth}", Tone.Dim), new Span(text, tone)], 2, FactWidth));

    /// <summary>Day and time, without the year; empty: not known.</summary>
    public static string Moment(DateTimeOffset? time) => time is { } known ? $"{known:MM-dd HH:mm:ss}" : "";

    /// <summary><c>11-24 10:00:00, in 3 hours</c></summary>
    public static string Moment(DateTimeOffset time, DateTimeOffset? now) => now is not { } known ? Moment(time)
        : time > known ? $"{Moment(time)}, in {Writers.Phrases.Age(time - known)}" : $"{Moment(time)}, {Writers.Phrases.Age(known - time)} ago";
}
