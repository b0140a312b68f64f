namespace MxAudit.Screens;

/// <summary>What has room of the titles of the tabs. Their beginnings are enough for <c>:</c> to know a screen.</summary>
internal static class TabTitles
{
    private const int Short = 4, Shortest = 3;

    /// <summary>
    /// The title of the tab that is seen is whole. Of the others those near to it are, if not all; then all are short, and last the farthest are left out.
    /// </summary>
    public static string[] In(int width, IReadOnlyList<string> titles, int seen)
    {
        if (WidthOf(titles) <= width) return [.. titles];
        string[] shown = [.. titles.Select((title, tab) => tab == seen ? title : Begin(title, Short))];
        int[] nearestFirst = [.. Enumerable.Range(0, titles.Count).Where(tab => tab != seen).OrderBy(tab => Math.Abs(tab - seen))];
        foreach (int tab in nearestFirst)
            if (WidthOf(shown) + titles[tab].Length - shown[tab].Length <= width) shown[tab] = titles[tab];
        foreach (int length in (int[])[Shortest, 0])
            foreach (int tab in nearestFirst.Reverse())
                if (WidthOf(shown) > width) shown[tab] = Begin(titles[tab], length);
        return shown;
    }

    /// <summary>Each with its number before it, and one blank before, between and behind them.</summary>
    public static int WidthOf(IReadOnlyList<string> titles) => 1 + titles.Sum(title => title.Length > 0 ? title.Length + 3 : 2);

    private static string Begin(string title, int length) => title[..Math.Min(length, title.Length)];
}
