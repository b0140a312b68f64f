using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>What the shell draws around the screens.</summary>
internal sealed partial class Shell
{
    /// <summary>Lines of a sentence; the screen is not to be hidden by what an exception may say.</summary>
    private const int MostSaid = 6;

    public void Draw(Canvas canvas)
    {
        if (canvas.Width < LeastWidth || canvas.Height < LeastHeight)
        {
            string text = $"Too small: {canvas.Width}x{canvas.Height}, needs {LeastWidth}x{LeastHeight}.";
            canvas.Write(0, canvas.Height / 2, text, Tone.Heading);
            return;
        }
        DrawTabs(canvas.Part(0, 0, canvas.Width, 1));
        Current.Draw(canvas.Part(0, 1, canvas.Width, canvas.Height - 2));
        if (_prompt is { } prompt) prompt.Draw(canvas.Part(0, canvas.Height - prompt.HeightIn(canvas.Width), canvas.Width, prompt.HeightIn(canvas.Width)));
        else if (_said.Length > 0) DrawSaid(canvas);
        else DrawStatus(canvas.Part(0, canvas.Height - 1, canvas.Width, 1));
        if (_help) DrawHelp(canvas);
    }

    /// <summary>Where not all names fit, those farthest from the screen that is seen are left out; the numbers stay.</summary>
    private void DrawTabs(Canvas line)
    {
        string working = Audit is null || ReadsAnew ? $"{Doing.Split(',')[0]} " : Frozen ? "FROZEN " : Follows ? "following " : "";
        int room = line.Width - Canvas.ColumnsOf(working, Ascii);
        string[] names = [.. _tabs.Select((tab, i) => $"{NumberOf(i)} {tab.Title}")];
        foreach (int tab in Enumerable.Range(0, _tabs.Count).OrderByDescending(tab => Math.Abs(tab - _tab)))
            if (names.Sum(name => name.Length + 2) > room) names[tab] = NumberOf(tab);
        int at = 0;
        for (int i = 0; i < names.Length; i++)
        {
            bool seen = i == _tab;
            at += line.Write(at, 0, $" {names[i]} ", seen ? Tone.Heading : Tone.Dim, marked: seen);
        }
        line.WriteRight(line.Width, 0, working, Tone.Medium);
    }

    private static string NumberOf(int tab) => tab < 10 ? ((tab + 1) % 10).ToString(System.Globalization.CultureInfo.InvariantCulture) : "a";

    /// <summary>The whole sentence: its end may be the name of a file, or a command.</summary>
    private void DrawSaid(Canvas canvas)
    {
        ToneLine[] lines = [.. TextPanel.Filled(new ToneLine(_said, Tone.Heading), canvas.Width - 1, Ascii).Take(MostSaid)];
        var foot = canvas.Part(0, canvas.Height - lines.Length, canvas.Width, lines.Length);
        foot.Clear();
        for (int y = 0; y < lines.Length; y++) foot.Write(0, y, lines[y].Spans);
    }

    private void DrawStatus(Canvas line)
    {
        KeyHint[] ways = [.. Keys.Where(hint => hint.InBar).OrderByDescending(hint => Array.IndexOf(WaysOut, hint.Key))];
        int at = 0, kept = ways.Where(hint => WaysOut.Contains(hint.Key)).Sum(WidthOf);
        foreach (var hint in Current.Keys.Where(hint => hint.InBar))
            if (at + WidthOf(hint) + kept <= line.Width + 2) at += Write(line, at, hint);
        foreach (var hint in ways)
            if (at + WidthOf(hint) <= line.Width + 2) at += Write(line, at, hint);
    }

    /// <summary>These have room in the status bar before all others, the last one first.</summary>
    private static readonly string[] WaysOut = ["q Ctrl+C", "?", "Esc"];

    private static int WidthOf(KeyHint hint) => hint.Keys.First().Length + hint.Does.Length + 3;

    private static int Write(Canvas line, int at, KeyHint hint)
    {
        int key = line.Write(at, 0, hint.Keys.First(), Tone.Command);
        return key + line.Write(at + key, 0, $" {hint.Does}", Tone.Dim) + 2;
    }

    /// <summary>The keys of this screen, and beside them those that are the same everywhere: all of them have room on 80 by 24.</summary>
    private void DrawHelp(Canvas canvas)
    {
        KeyHint[] here = [.. Current.Keys], everywhere = [.. Keys, new("1...9 0", "a screen by its number", () => { })];
        int rows = Math.Max(here.Length, everywhere.Length), width = Math.Min(canvas.Width, MostHelpWidth), height = Math.Min(canvas.Height, rows + HelpFrame);
        var box = canvas.Part((canvas.Width - width) / 2, (canvas.Height - height) / 2, width, height);
        box.Clear();
        box.Frame($"Keys: {Current.Title}");
        box.Write(2, 1, Current.Purpose, width: width - 4);
        int half = (width - 4) / 2;
        DrawKeys(box.Part(2, 2, half - 1, height - 4), "here", here);
        DrawKeys(box.Part(2 + half, 2, half, height - 4), "everywhere", everywhere);
        box.Write(2, height - 2, "Any key closes this.", Tone.Dim);
    }

    private const int MostHelpWidth = 90, HelpFrame = 5;

    private static void DrawKeys(Canvas canvas, string title, KeyHint[] hints)
    {
        int keys = Math.Min(canvas.Width / 2, hints.Max(hint => hint.Key.Length) + 2);
        canvas.Write(0, 0, title, Tone.Heading);
        for (int i = 0; i < hints.Length; i++)
        {
            canvas.Write(0, 1 + i, hints[i].Key, Tone.Command, keys - 1);
            canvas.Write(keys, 1 + i, hints[i].Does);
        }
    }
}
