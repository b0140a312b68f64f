using System.Text;
using MxAudit.Screens;
using MxAudit.Tests.Screens;

namespace MxAudit.Tests.Docs;

/// <summary><c>docs/keys.md</c> is what the screens themselves say of their keys.</summary>
public class KeysPageTests
{
    [Fact]
    public void The_page_of_keys_is_what_the_screens_say()
    {
        using var screens = Headless.On("backscatter-no-verify", 140, 40);
        var shell = screens.Shell;
        var page = new StringBuilder("""
            # Keys

            `?` shows the keys of the screen that is seen. A key that does nothing there says so. This page is made of the same list.

            ## Everywhere


            """);
        KeyHint[] everywhere = [.. shell.Keys, new("1 2 3 4 5 6 7 8 9 0", "a screen by its number", () => { })];
        Write(page, everywhere);
        var tables = Common(shell.Tabs.OfType<TableScreen>());
        page.Append("\n## Tables\n\n");
        Write(page, tables);
        Screen[] opened = [.. Opened(screens, "2 Enter", "3 Enter", "4 Enter", "8 Enter", "9 Enter").DistinctBy(screen => screen.Title)];
        var texts = Common(opened.OfType<TextScreen>());
        page.Append("\n## Texts\n\n");
        Write(page, texts);
        page.Append("\n## On one screen only\n\n| screen | key | does |\n|---|---|---|\n");
        foreach (var screen in shell.Tabs.Concat(opened))
            foreach (var hint in screen.Keys.Where(hint => !Holds(screen is TableScreen ? tables : screen is TextScreen ? texts : [], hint)))
                page.Append($"| {screen.Title} | {Keys(hint)} | {hint.Does} |\n");
        page.Append("\nIn a line that is typed, `Tab` or `→` takes what stands dim behind it, `Ctrl+U` empties it, `Enter` ends it, `Esc` leaves it.\n");
        Golden.Holds("docs/keys.md", page.ToString().ReplaceLineEndings("\n"));
    }

    private static IEnumerable<Screen> Opened(Headless screens, params string[] ways)
    {
        foreach (string keys in ways) yield return screens.Press(keys).Shell.Current;
    }

    /// <summary>In the order of the last of them. One that does something else with a key is told of below.</summary>
    private static KeyHint[] Common(IEnumerable<Screen> screens)
    {
        var all = screens.ToArray();
        return [.. all[^1].Keys.Where(hint => all.All(screen => screen.Keys.Any(other => other.Key == hint.Key)) && all.Count(Has(hint)) >= all.Length - 1)];

        static Func<Screen, bool> Has(KeyHint hint) => screen => Holds(screen.Keys, hint);
    }

    private static bool Holds(IEnumerable<KeyHint> hints, KeyHint one) => hints.Any(hint => (hint.Key, hint.Does) == (one.Key, one.Does));

    private static void Write(StringBuilder page, IEnumerable<KeyHint> hints)
    {
        page.Append("| key | does |\n|---|---|\n");
        foreach (var hint in hints) page.Append($"| {Keys(hint)} | {hint.Does} |\n");
    }

    private static string Keys(KeyHint hint) => string.Join(" ", hint.Keys.Select(key => $"`{key}`"));
}
