using MxAudit.Rules;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>What to change on this host, in which order, and the recipe step by step; beside the list the step under the cursor.</summary>
internal sealed class AdviceScreen(Shell shell) : Screen(shell, "Advice", "What to do, in this order, and the recipe step by step")
{
    private const int MarkWidth = 4, StateWidth = 13;

    /// <summary>Columns from which the step is explained beside the list: in less than half of them sentences would be broken too often.</summary>
    private const int WideEnough = 120;

    private readonly TextPanel _panel = new();
    private IReadOnlyList<AdviceItem>? _items;
    private int _cursor, _top;

    private AdviceItem? Item => _items is { Count: > 0 } items ? items[_cursor] : null;

    public override IReadOnlyList<KeyHint> Keys =>
    [
        new("y", "copy the command", CopyCommand),
        new("j Down", "down", () => Move(1)),
        new("k Up", "up", () => Move(-1), InBar: false),
        new("J Ctrl+D PageDown", "explanation down", () => _panel.MovePage(1)),
        new("K Ctrl+U PageUp", "explanation up", () => _panel.MovePage(-1), InBar: false),
        new("g Home", "first step", () => Move(-_cursor), InBar: false),
        new("G End", "last step", () => Move(_items?.Count ?? 0), InBar: false),
    ];

    public override void Renew() => _items = null;

    protected override IReadOnlyList<Finding> Related(AuditResult audit) =>
        [.. audit.Findings.Where(finding => Item?.Rules.Contains(finding.Rule.Id) ?? false)];

    public override void Draw(Canvas canvas)
    {
        if (Audit is not { } audit)
        {
            canvas.Write(0, 1, $"{Shell.Doing} …", Tone.Dim);
            return;
        }
        if (_items is null)
        {
            lock (audit.Mail) _items = AdviceView.Of(audit);
            Move(0);
        }
        bool beside = canvas.Width >= WideEnough;
        int list = beside ? canvas.Width / 2 : Math.Min(_items.Count + 1, canvas.Height / 2);
        DrawList(beside ? canvas.Part(0, 0, list, canvas.Height) : canvas.Part(0, 0, canvas.Width, list), _items);
        var panel = beside ? canvas.Part(list + 2, 0, canvas.Width - list - 2, canvas.Height) : canvas.Part(0, list, canvas.Width, canvas.Height - list);
        _panel.Draw(panel.Part(0, 1, panel.Width, panel.Height - 1));
        panel.Rule(0, $"{Item?.Mark} {Item?.State}{(_panel.IsAll ? "" : "; J and K move it")}".TrimStart());
    }

    private void DrawList(Canvas canvas, IReadOnlyList<AdviceItem> items)
    {
        canvas.Write(0, 0, Purpose, Tone.Heading);
        int height = canvas.Height - 1;
        _top = Math.Clamp(_top, Math.Max(0, _cursor - height + 1), Math.Min(_cursor, Math.Max(0, items.Count - height)));
        for (int y = 0; y < height && _top + y < items.Count; y++)
        {
            var item = items[_top + y];
            bool marked = _top + y == _cursor;
            if (marked) canvas.Write(0, y + 1, new string(' ', canvas.Width), marked: true);
            canvas.Write(0, y + 1, item.Mark, Tone.Dim, marked: marked);
            canvas.Write(MarkWidth, y + 1, item.State, item.Tone, StateWidth - 1, marked);
            canvas.Write(MarkWidth + StateWidth, y + 1, item.Title, Tone.Plain, marked: marked);
        }
    }

    private void Move(int step)
    {
        _cursor = Math.Clamp(_cursor + step, 0, Math.Max(0, (_items?.Count ?? 0) - 1));
        _panel.Take(Item?.Text ?? []);
    }

    private string CopyCommand()
    {
        if (Item is not { } item) return "There is nothing to copy yet.";
        if (item.Command.Length == 0) return "This has no command to copy.";
        return $"The command was {Shell.CopyText(item.Command)}.";
    }
}
