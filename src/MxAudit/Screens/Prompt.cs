using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>Why a line that was typed is not taken.</summary>
/// <param name="At">The character where it is wrong, from 0; null: the whole line.</param>
internal sealed record Mistake(string Sentence, int? At = null)
{
    public static implicit operator Mistake(string sentence) => new(sentence);
}

/// <summary>A line that is being typed at the foot of the screen: a filter, a command, a file name.</summary>
/// <param name="Label">Stands before it.</param>
/// <param name="Done">Takes the text, or answers with why it can not be taken; then the line stays open.</param>
/// <param name="Complete">The rest of what is likely meant, shown dim behind the text; Tab takes it.</param>
internal sealed record Prompt(string Label, Func<string, Mistake?> Done, Func<string, string>? Complete = null)
{
    public string Text { get; init; } = "";

    /// <summary>What can be typed, shown dim while nothing is.</summary>
    public string Hint { get; init; } = "";

    /// <summary>Between the characters; 0 is before the first.</summary>
    public int Cursor { get; init; }

    /// <summary>Why the text was not taken; null: it was not tried.</summary>
    public Mistake? Mistake { get; init; }

    /// <summary>Lines it takes on a screen of this width.</summary>
    public int HeightIn(int width) => 1 + LabelAbove(width).Length + (Mistake is null ? 0 : FitsBeside(width) ? 1 : 1 + Sentence(width).Count());

    public string Ghost => Cursor == Text.Length && Complete is not null ? Complete(Text) : "";

    public Prompt With(string text) => this with { Text = text, Cursor = text.Length, Mistake = null };

    /// <summary>The line was not taken: the cursor goes to where it is wrong.</summary>
    public Prompt Refused(Mistake mistake) => this with { Mistake = mistake, Cursor = Math.Min(mistake.At ?? Cursor, Text.Length) };

    /// <summary>The line after a key of an editor; Enter and Esc are the shell's.</summary>
    public Prompt Press(string key) => key switch
    {
        "Left" => this with { Cursor = Math.Max(0, Cursor - 1) },
        "Right" when Ghost.Length > 0 => With(Text + Ghost),
        "Tab" => With(Text + Ghost),
        "Right" => this with { Cursor = Math.Min(Text.Length, Cursor + 1) },
        "Home" or "Ctrl+A" => this with { Cursor = 0 },
        "End" or "Ctrl+E" => this with { Cursor = Text.Length },
        "Ctrl+U" => With(""),
        "Backspace" when Cursor > 0 => this with { Text = Text.Remove(Cursor - 1, 1), Cursor = Cursor - 1, Mistake = null },
        "Delete" when Cursor < Text.Length => this with { Text = Text.Remove(Cursor, 1), Mistake = null },
        _ when key.EnumerateRunes().Count() == 1 => this with { Text = Text.Insert(Cursor, key), Cursor = Cursor + key.Length, Mistake = null },
        _ => this,
    };

    /// <summary>
    /// The line is the last of the canvas; above it stands what is wrong, with a sign over the place, and a label that has no room before it. A long line moves
    /// with the cursor.
    /// </summary>
    public void Draw(Canvas canvas)
    {
        canvas.Clear();
        var above = LabelAbove(canvas.Width);
        int begin = Begin(canvas.Width), room = canvas.Width - begin - 1, foot = canvas.Height - 1, from = 0;
        while (Canvas.ColumnsOf(Text[from..Cursor], canvas.Ascii) > room) from++;
        if (above.Length == 0) canvas.Write(0, foot, Label, Tone.Heading);
        for (int i = 0; i < above.Length; i++) canvas.Write(0, foot - above.Length + i - (Mistake is null ? 0 : 1), above[i].Spans);
        int at = begin + canvas.Write(begin, foot, Text[from..]);
        canvas.Write(at, foot, Text.Length == 0 && Ghost.Length == 0 ? $" {Hint}" : Ghost, Tone.Dim);
        canvas.Mark(begin + Canvas.ColumnsOf(Text[from..Cursor], canvas.Ascii), foot, 1);
        if (Mistake is not { } mistake) return;
        int column = begin + Canvas.ColumnsOf(Text[Math.Min(from, Text.Length)..Math.Clamp(mistake.At ?? 0, from, Text.Length)], canvas.Ascii), y = foot - 1;
        if (FitsBeside(canvas.Width))
            canvas.Write(mistake.At is null ? 0 : column, y, mistake.At is null ? mistake.Sentence : $"▼ {mistake.Sentence}", Tone.High);
        else
        {
            if (mistake.At >= from) canvas.Write(column, y, "▼", Tone.High);
            y = 0;
            foreach (var line in Sentence(canvas.Width)) canvas.Write(0, y++, line.Spans);
        }
    }

    /// <summary>The sentence has room behind the sign, or needs none.</summary>
    private bool FitsBeside(int width) => Mistake is { } mistake && (mistake.At is { } at ? Begin(width) + at + 2 : 0) + mistake.Sentence.Length <= width;

    /// <summary>Where the text begins.</summary>
    private int Begin(int width) => LabelAbove(width).Length > 0 ? 0 : Canvas.ColumnsOf(Label);

    /// <summary>A label that would leave less than half of the line to the text; else nothing.</summary>
    private ToneLine[] LabelAbove(int width) =>
        Canvas.ColumnsOf(Label) <= width / 2 ? [] : [.. TextPanel.Filled(new ToneLine(Label.TrimEnd(), Tone.Heading), width, ascii: false)];

    private IEnumerable<ToneLine> Sentence(int width) => TextPanel.Filled(new ToneLine(Mistake?.Sentence ?? "", Tone.High), width, ascii: false);
}
