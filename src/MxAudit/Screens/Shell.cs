using System.Collections.Immutable;
using System.Globalization;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>
/// What the screens stand in: tabs, the screen that is seen, the status bar, help, the palette. It knows no terminal: keys come in by name, a canvas goes out.
/// </summary>
internal sealed partial class Shell
{
    public const int LeastWidth = 60, LeastHeight = 16;

    private readonly List<Screen> _tabs = [];

    /// <summary>Screens opened from others, the newest on top: Esc goes back. The thread of the audit reads it, too.</summary>
    private ImmutableStack<Screen> _opened = [];
    private int _tab;
    private string _said = "";
    private Prompt? _prompt;

    /// <summary>0: help is not seen.</summary>
    private int _helpPage, _helpPages = 1;

    public Shell() => _tabs.AddRange(AllScreens.Of(this));

    /// <summary>Null while the audit is at work.</summary>
    public AuditResult? Audit { get; private set; }

    /// <summary>What the audit is doing, while it is; to the first comma where there is little room.</summary>
    public string Doing { get; set; } = "reading the evidence";

    /// <summary>Everything is read again, because somebody wants it.</summary>
    public bool ReadsAnew { get; set; }

    /// <summary>The evidence is watched, and what changes is shown.</summary>
    public bool Follows { get; init; }

    /// <summary>A log that is followed can not be read any more: which, and why, in a few words; null: all can.</summary>
    public string? Missing { get; set; }

    /// <summary>What is shown stays as it is.</summary>
    public bool Frozen { get; private set; }
    public bool Ascii { get; init; }

    /// <summary>Nobody sees the program any more.</summary>
    public bool Left { get; private set; }
    public Screen Current => _opened.IsEmpty ? _tabs[_tab] : _opened.Peek();
    public IReadOnlyList<Screen> Tabs => _tabs;

    /// <summary>How one came to the screen that is seen, for its first line: <c>Overview > BKS008 example.com > </c>; empty on a tab.</summary>
    public string Path => PathIn(int.MaxValue);

    /// <summary>Without room for all, the last steps of it: <c>… > BKS008 example.com > </c>.</summary>
    public string PathIn(int columns)
    {
        var names = _opened.Skip(1).Reverse().Select(screen => screen.Purpose).Prepend(_tabs[_tab].Title).Take(_opened.Count());
        string[] steps = [.. names.Select(name => $"{name} > ")];
        for (int from = 0; from <= steps.Length; from++)
            if ((from == 0 ? "" : LeftOut) + string.Concat(steps[from..]) is var path && Canvas.ColumnsOf(path, Ascii) <= columns) return path;
        return steps.Length == 0 ? "" : LeftOut;
    }

    private const string LeftOut = "… > ";

    /// <summary>Something is to be drawn again; the host sets it.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Runs on the thread of the screens; the host sets it.</summary>
    public Action<Action> Post { get; set; } = action => action();

    /// <summary>Gives a text to the clipboard of the terminal, also over ssh; the host sets it.</summary>
    public Action<string> Copy { get; set; } = _ => { };

    /// <returns>What was done with it, to be put behind what it was; whether the terminal took it, no terminal tells.</returns>
    public string CopyText(string text)
    {
        Copy(text);
        return "given to the terminal's clipboard";
    }

    /// <summary>Starts the audit again; the host sets it.</summary>
    public Action? Reload { get; set; }

    /// <summary>Writes a file, whole or not at all; the host sets it.</summary>
    /// <remarks>What it throws is a sentence for people.</remarks>
    public Action<string, Action<Stream>> Save { get; set; } = (_, _) => { };

    /// <summary>Findings that somebody has marked as known; null: nothing was marked.</summary>
    public Baseline? Known { get; private set; }

    /// <summary>From now on these findings are known, in this audit and those that follow.</summary>
    public void Know(Baseline known)
    {
        Known = known;
        if (Audit is { } audit) Prepare(audit)();
    }

    public void Show(AuditResult audit)
    {
        _opened = [];
        Prepare(audit)();
    }

    /// <summary>Does what takes long before another audit can be shown; may run on any thread.</summary>
    /// <returns>Shows it: to be called on the thread of the screens. Everybody stays where they are.</returns>
    public Action Prepare(AuditResult audit)
    {
        if (Known is { } known) audit = new CheckReport(audit).Against(known).Audit;
        Screen[] prepared = [.. _tabs, .. _opened];
        Action[] renewals = [.. prepared.Select(screen => screen.Prepare(audit))];
        return () =>
        {
            Audit = audit;
            foreach (var renew in renewals) renew();
            foreach (var screen in _opened.Except(prepared)) screen.Renew(); // opened meanwhile
            Changed();
        };
    }

    /// <summary>Opens a screen above the one that is seen; Esc goes back to it as it was.</summary>
    public void Open(Screen screen)
    {
        screen.Renew();
        _opened = _opened.Push(screen);
    }

    /// <summary>Shows another screen in the place of the one that was opened last.</summary>
    public void Replace(Screen screen)
    {
        if (!_opened.IsEmpty) _opened = _opened.Pop();
        Open(screen);
    }

    public void Ask(Prompt prompt) => _prompt = prompt;

    /// <summary>One sentence in the status bar, until the next key.</summary>
    public void Say(string sentence)
    {
        _said = sentence;
        Changed();
    }

    public void GoTo(Screen tab)
    {
        _opened = [];
        _tab = _tabs.IndexOf(tab);
    }

    public IReadOnlyList<KeyHint> Keys =>
    [
        new("?", "all keys", () => { _helpPage = 1; }),
        new(":", "go to a screen", AskForScreen),
        new("a", "advice", () => GoTo(_tabs.OfType<AdviceScreen>().Single()), InBar: false),
        new("T", "trace an address or an id", AskForKey, InBar: false),
        new("Tab", "next screen", () => GoTo(_tabs[(_tab + 1) % _tabs.Count]), InBar: false),
        new("Shift+Tab", "previous screen", () => GoTo(_tabs[(_tab + _tabs.Count - 1) % _tabs.Count]), InBar: false),
        new("e", "next finding", () => Current.StepFinding(1), InBar: false),
        new("E", "previous finding", () => Current.StepFinding(-1), InBar: false),
        new("Esc", "back", Back, InBar: !_opened.IsEmpty),
        new("r F5", "read the evidence again",
            () => { if (Reload is null) return "There is nothing to read again here."; Reload(); return null; }, InBar: false),
        new("p", Frozen ? "follow again" : "freeze", Freeze, InBar: Follows),
        new("q Ctrl+C", "leave", () => { Left = true; }),
    ];

    /// <summary>What a key does, by its name; a key that does nothing here says so.</summary>
    public void Press(string key)
    {
        _said = "";
        if (_helpPage > 0) _helpPage = key == "Esc" || _helpPage >= _helpPages ? 0 : _helpPage + 1;
        else if (_prompt is { } prompt && key != "Ctrl+C") Type(prompt, key);
        else if (Digit(key) is { } tab) GoToNumber(tab);
        else if (Current.Keys.Concat(Keys).FirstOrDefault(hint => hint.Keys.Contains(key)) is { } hint) _said = hint.Press() ?? _said;
        else _said = $"{key} does nothing here; ? lists the keys.";
    }

    private void Type(Prompt prompt, string key)
    {
        if (key == "Esc")
        {
            _prompt = null;
            return;
        }
        if (key != "Enter")
        {
            _prompt = prompt.Press(key);
            return;
        }
        _prompt = null;
        if (prompt.Done(prompt.Text) is { } error) _prompt = prompt.Refused(error);
    }

    private string? Back()
    {
        if (Current.Stop()) return "Stopped.";
        if (_opened.IsEmpty) return "This is the first screen of this tab; q leaves.";
        _opened = _opened.Pop();
        return null;
    }

    private string Freeze()
    {
        if (!Follows) return "Nothing changes here: the evidence is not followed.";
        Frozen = !Frozen;
        return Frozen ? "Frozen: what is new is not shown until p is pressed again." : "Following again.";
    }

    /// <summary>1 is the first tab, 0 the tenth.</summary>
    private static int? Digit(string key) => key.Length == 1 && char.IsAsciiDigit(key[0]) ? (key[0] - '0' + 9) % 10 : null;

    private void GoToNumber(int tab)
    {
        if (tab < _tabs.Count) GoTo(_tabs[tab]);
        else _said = $"There are {_tabs.Count.ToString(CultureInfo.InvariantCulture)} screens; : goes to one by its name.";
    }

    private void AskForKey() => Ask(new Prompt("trace: ", key =>
    {
        if (key.Trim() is { Length: > 0 } wanted) Open(new SearchScreen(this, wanted));
        return null;
    })
    { Hint = "user@example.com, @example.com, a queue id or a Message-ID" });

    private void AskForScreen()
    {
        string titles = string.Join(' ', _tabs.Select(tab => tab.Title));
        Screen? Named(string begun) => begun.Length == 0 ? null : _tabs.FirstOrDefault(tab => tab.Title.StartsWith(begun, StringComparison.OrdinalIgnoreCase));
        Mistake? GoToNamed(string name)
        {
            if (name.Length == 0) return null;
            if (Named(name) is not { } screen) return $"no screen {name}: {titles}";
            GoTo(screen);
            return null;
        }
        Ask(new Prompt(":", GoToNamed, typed => Named(typed)?.Title[typed.Length..] ?? "") { Hint = titles });
    }
}
