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
        if (_helpPage > 0) DrawHelp(canvas);
    }

    /// <summary>The name of the tab that is seen is whole, whatever else there is room for; all numbers stay, as they are keys.</summary>
    private void DrawTabs(Canvas line)
    {
        string working = Audit is null || ReadsAnew ? Doing.Split(',')[0] : Frozen ? "FROZEN" : Follows ? Missing ?? "following" : "";
        int least = TabTitles.WidthOf([.. _tabs.Select((tab, i) => i == _tab ? tab.Title : "")]);
        int columns = Math.Clamp(line.Width - least - 2, 0, Canvas.ColumnsOf(working, Ascii));
        int room = line.Width - (columns > 0 ? columns + 2 : 0);
        string[] titles = TabTitles.In(room, [.. _tabs.Select(tab => tab.Title)], _tab);
        int at = 0, seenAt = 0, between = TabTitles.WidthOf(titles) + titles.Length - 1 <= room ? 2 : 1;
        string[] names = [.. titles.Select((title, i) => $" {$"{NumberOf(i)} {title}".TrimEnd()} ")];
        for (int i = 0; i < names.Length; i++)
        {
            if (i == _tab) seenAt = at;
            at += line.Write(at, 0, names[i], Tone.Dim) - 2 + between;
        }
        line.Write(seenAt, 0, names[_tab], Tone.Heading, marked: true); // last: it shares its blanks with those beside it
        if (columns > 0) line.Write(line.Width - columns - 1, 0, working, Tone.Medium, columns);
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

    /// <summary>The keys of this screen, and beside them those that are the same everywhere; without room for that, below them, page by page.</summary>
    private void DrawHelp(Canvas canvas)
    {
        KeyHint[] here = [.. Current.Keys], everywhere = [.. Keys, new("1...9 0", "a screen by its number", () => { })];
        int rows = Math.Max(here.Length, everywhere.Length), half = (Math.Min(canvas.Width, MostHelpWidth) - 4) / 2;
        bool beside = rows + HelpFrame <= canvas.Height && KeyWidth(here) + TextWidth(here) < half && KeyWidth(everywhere) + TextWidth(everywhere) <= half;
        int width = Math.Min(canvas.Width, beside ? MostHelpWidth : LeastWidth);
        (string Title, KeyHint? Hint)[] lines = beside ? [] : [.. Listed("here", here), .. Listed("everywhere", everywhere)];
        int height = Math.Min(canvas.Height, (beside ? rows + 1 : lines.Length) + HelpFrame - 1), page = Math.Max(1, height - HelpFrame + 1);
        _helpPages = beside ? 1 : (lines.Length + page - 1) / page;
        _helpPage = Math.Min(_helpPage, _helpPages);
        var box = canvas.Part((canvas.Width - width) / 2, (canvas.Height - height) / 2, width, height);
        box.Clear();
        box.Frame($"Keys: {Current.Title}");
        box.Write(2, 1, Current.Purpose, width: width - 4);
        if (beside)
        {
            DrawKeys(box.Part(2, 2, half - 1, height - 4), [.. Listed("here", here)], KeyWidth(here));
            DrawKeys(box.Part(2 + half, 2, half, height - 4), [.. Listed("everywhere", everywhere)], KeyWidth(everywhere));
        }
        else DrawKeys(box.Part(2, 2, width - 4, page), [.. lines.Skip((_helpPage - 1) * page).Take(page)], Math.Max(KeyWidth(here), KeyWidth(everywhere)));
        box.Write(2, height - 2, _helpPage < _helpPages ? $"Page {_helpPage} of {_helpPages}: any key goes on, Esc closes this." : "Any key closes this.", Tone.Dim);
    }

    private const int MostHelpWidth = 90, HelpFrame = 5;

    private static int KeyWidth(KeyHint[] hints) => hints.Max(hint => hint.Key.Length) + 2;

    private static int TextWidth(KeyHint[] hints) => hints.Max(hint => hint.Does.Length);

    private static IEnumerable<(string Title, KeyHint? Hint)> Listed(string title, KeyHint[] hints) =>
        hints.Select(hint => ("", (KeyHint?)hint)).Prepend((title, null));

    private static void DrawKeys(Canvas canvas, (string Title, KeyHint? Hint)[] lines, int keys)
    {
        for (int y = 0; y < lines.Length; y++)
        {
            var (title, hint) = lines[y];
            canvas.Write(0, y, title, Tone.Heading);
            if (hint is null) continue;
            canvas.Write(0, y, hint.Key, Tone.Command, keys - 1);
            canvas.Write(keys, y, hint.Does);
        }
    }
}
