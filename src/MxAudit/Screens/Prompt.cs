namespace MxAudit.Screens;

/// <summary>A line that is being typed at the foot of the screen: a filter, a command, a file name.</summary>
/// <param name="Label">Stands before it.</param>
/// <param name="Done">Takes the text, and answers with why it can not be taken; then the line stays open.</param>
/// <param name="Complete">The rest of what is likely meant, shown dim behind the text; Tab takes it.</param>
internal sealed record Prompt(string Label, Func<string, string?> Done, Func<string, string>? Complete = null)
{
    public string Text { get; init; } = "";

    /// <summary>Between the characters; 0 is before the first.</summary>
    public int Cursor { get; init; }

    /// <summary>Why the text was not taken.</summary>
    public string Error { get; init; } = "";

    public string Ghost => Cursor == Text.Length && Complete is not null ? Complete(Text) : "";

    public Prompt With(string text) => this with { Text = text, Cursor = text.Length, Error = "" };

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
        "Backspace" when Cursor > 0 => this with { Text = Text.Remove(Cursor - 1, 1), Cursor = Cursor - 1, Error = "" },
        "Delete" when Cursor < Text.Length => this with { Text = Text.Remove(Cursor, 1), Error = "" },
        _ when key.EnumerateRunes().Count() == 1 => this with { Text = Text.Insert(Cursor, key), Cursor = Cursor + key.Length, Error = "" },
        _ => this,
    };

    public void Draw(Canvas canvas)
    {
        int at = canvas.Write(0, 0, Label, Views.Tone.Heading);
        int begin = at;
        at += canvas.Write(at, 0, Text);
        canvas.Write(at, 0, Ghost, Views.Tone.Dim);
        canvas.Mark(begin + Canvas.ColumnsOf(Text[..Cursor], canvas.Ascii), 0, 1);
        if (Error.Length > 0) canvas.WriteRight(canvas.Width, 0, Error, Views.Tone.High);
    }
}
