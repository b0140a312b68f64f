using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>A screen to read.</summary>
internal abstract class TextScreen(Shell shell, string title, string purpose) : Screen(shell, title, purpose)
{
    private readonly TextPanel _panel = new();
    private bool _read;
    private string _sought = "";

    /// <summary>Asked once for each audit.</summary>
    protected abstract IReadOnlyList<ToneLine> Text(AuditResult audit);

    public override IReadOnlyList<KeyHint> Keys =>
    [
        new("j Down", "down", () => _panel.Move(1)),
        new("k Up", "up", () => _panel.Move(-1)),
        new("Ctrl+D PageDown", "page down", () => _panel.MovePage(1), InBar: false),
        new("Ctrl+U PageUp", "page up", () => _panel.MovePage(-1), InBar: false),
        new("g Home", "first line", () => _panel.Move(int.MinValue / 2), InBar: false),
        new("G End", "last line", () => _panel.Move(int.MaxValue / 2), InBar: false),
        new("/", "find", AskForText),
        new("n", "next place", () => _panel.Find(_sought, 1), InBar: _sought.Length > 0),
        new("N", "place before", () => _panel.Find(_sought, -1), InBar: false),
        CopyKey,
    ];

    /// <summary>What <c>y</c> copies.</summary>
    protected virtual KeyHint CopyKey => new("y", "copy a line", CopyLine, InBar: false);

    private string CopyLine()
    {
        if (_panel.NextToCopy() is not var (text, number, count)) return "There is no line here.";
        string next = count > 1 ? "; y again: the next" : "";
        return FormattableString.Invariant($"Line {number} of {count} (marked) was {Shell.CopyText(Page.Plain(text))}{next}.");
    }

    private void AskForText() => Shell.Ask(new Prompt("find: ", text =>
    {
        _sought = text;
        Shell.Say(_panel.Find(text, 1));
        return null;
    }).With(_sought));

    public override void Renew() => _read = false;

    public override void Draw(Canvas canvas)
    {
        if (Audit is not { } audit)
        {
            canvas.Write(0, 1, $"{Shell.Doing} …", Tone.Dim);
            return;
        }
        if (!_read)
        {
            lock (audit.Mail) _panel.Renew(Text(audit));
            _read = true;
        }
        int at = canvas.Write(0, 0, Shell.PathIn(canvas.Width - Canvas.ColumnsOf(Purpose, canvas.Ascii)), Tone.Dim);
        canvas.Part(at, 0, canvas.Width - at, 1).Rule(0, Purpose);
        _panel.Draw(canvas.Part(0, 1, canvas.Width, canvas.Height - 1));
    }
}
