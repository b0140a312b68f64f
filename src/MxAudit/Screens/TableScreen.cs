using MxAudit.Tables;
using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>A screen that shows a table: it draws the lines that are seen, and no others.</summary>
internal abstract partial class TableScreen(Shell shell, string title, string purpose, Table table, IReadOnlyList<Seen> seen) : Screen(shell, title, purpose)
{
    private TableSheet? _sheet;
    private TableState _state = new() { Column = table.IndexOf(seen[0].Name) };
    private int _height = 1;

    /// <summary>The columns that there was room for: the cursor goes from one to the next.</summary>
    private IReadOnlyList<int> _shown = [];

    /// <summary>Stops the arranging that is going on; null when none is.</summary>
    private Action? _arranging;

    /// <summary>As the lines stand until it is done.</summary>
    private TableState _before = new();
    private double _done;

    /// <summary>The row under the cursor; null when there is none.</summary>
    protected object? Row => _sheet is { Count: > 0 } sheet ? sheet.RowAt(_state.Cursor) : null;
    protected TableSheet? Sheet => Audit is null ? null : _sheet ??= new TableSheet(table, Audit);

    /// <summary>Before it is opened: with a filter.</summary>
    public TableScreen Only(string filter)
    {
        _state = _state.Filtered(filter);
        return this;
    }

    /// <summary>What Enter opens; null, with a sentence in the status bar, where nothing stands behind a row.</summary>
    protected abstract Screen? Behind(object row);

    /// <summary>The tone of a line.</summary>
    protected virtual Tone ToneOf(object row) => Tone.Plain;

    /// <summary>What is said instead of rows, when there are none.</summary>
    protected virtual string Nothing => $"Nothing: not {table.Title}.";

    /// <summary>Without a log nothing is known of its rows.</summary>
    protected virtual bool IsOfLog => true;

    protected virtual IReadOnlyList<KeyHint> OwnKeys => [];

    /// <summary>What <c>y</c> copies.</summary>
    protected virtual KeyHint CopyKey => new("y", "copy this cell", CopyCell, InBar: false);

    public override IReadOnlyList<KeyHint> Keys =>
    [
        new("Enter", "open", OpenRow),
        CopyKey,
        .. OwnKeys,
        new("/", "filter", AskForFilter),
        new("f", "filter by this cell", FilterByCell),
        new("F", "all rows again", ShowAll, InBar: _state.Filter.Length > 0),
        new("s", "sort by this column",
            () => Arrange(_state.SortedByNext(_state.Column,
                greatestFirst: table.Kinds[_state.Column] is not (ColumnKind.Text or ColumnKind.Flag or ColumnKind.Time)))),
        new("x", "export these rows", () => Saving.AskForTable(Shell, Sheet), InBar: false),
        new("j Down", "down", () => Move(TableMove.Down), InBar: false),
        new("k Up", "up", () => Move(TableMove.Up), InBar: false),
        new("l Right", "next column", () => MoveColumn(1), InBar: false),
        new("h Left", "previous column", () => MoveColumn(-1), InBar: false),
        new("Ctrl+D PageDown", "page down", () => Move(TableMove.PageDown), InBar: false),
        new("Ctrl+U PageUp", "page up", () => Move(TableMove.PageUp), InBar: false),
        new("g Home", "first line", () => Move(TableMove.First), InBar: false),
        new("G End", "last line", () => Move(TableMove.Last), InBar: false),
    ];

    public override void Renew()
    {
        _sheet = null;
        Arrange(_state, before: _state with { SortedBy = null, Filter = "" });
    }

    public override Action Prepare(AuditResult audit)
    {
        if (_sheet is not { } old) return Renew; // nobody has looked at it yet
        var state = _state;
        var next = new TableSheet(table, audit);
        next.Take(next.Arrange(state, FilterOf(state, audit)));
        int found = SameRow.In(old, next, state.Cursor);
        return () =>
        {
            if (_sheet != old || !_state.ArrangesAs(state)) Renew(); // somebody was quicker
            else
            {
                StopArranging(); // the same was going on for the rows of before
                _state = IsAtEnd(old) ? _state.Moved(TableMove.Last, next.Count, _height)
                    : _state.Cursor == state.Cursor ? _state with { Cursor = found, Top = Math.Max(0, _state.Top + found - state.Cursor) }
                    : _state;
                _sheet = next;
            }
        };
    }

    /// <summary>Somebody waits for what comes next, as in <c>less +F</c>. Where there is one row, nobody went there.</summary>
    private bool IsAtEnd(TableSheet sheet) => _state.Cursor > 0 && _state.Cursor == sheet.Count - 1;

    private Filter? FilterOf(TableState state, AuditResult audit) =>
        state.Filter.Length == 0 ? null : Filter.Read(state.Filter, table, audit.Mail.Now ?? TimeProvider.System.GetUtcNow()).Filter;

    protected void Move(TableMove move) => _state = _state.Moved(move, Sheet?.Count ?? 0, _height);

    private void MoveColumn(int step)
    {
        if (_shown.Count == 0) return;
        int at = Math.Max(0, _shown.ToList().IndexOf(_state.Column));
        _state = _state with { Column = _shown[Math.Clamp(at + step, 0, _shown.Count - 1)] };
    }

    private string? OpenRow()
    {
        if (Row is not { } row) return NoneHere("row");
        if (Behind(row) is not { } screen) return "There is nothing more to show about this row.";
        Shell.Open(screen);
        return null;
    }

    private string NoneHere(string what) => Audit is null ? "The audit is still at work." : $"There is no {what} here.";

    private void AskForFilter() =>
        Shell.Ask(new Prompt("/", FilterBy, Completed) { Hint = "a text, or column=value, since 1h, not …; Tab completes, empty shows all" }
            .With(_state.Filter));

    /// <summary>Takes a filter, or says what is wrong with it and where.</summary>
    private Mistake? FilterBy(string text)
    {
        var (filter, error) = Filter.Read(text, table, Now);
        if (error is not null) return new Mistake(error.ToString(), error.Column - 1);
        Arrange(_state.Filtered(text.Trim()));
        if (filter?.Doubts is [var doubt, ..]) Shell.Say($"{doubt.Sentence}.");
        return null;
    }

    /// <summary>What ages in a filter count back from.</summary>
    private DateTimeOffset Now => Audit?.Mail.Now ?? TimeProvider.System.GetUtcNow();

    private string Completed(string text)
    {
        var completion = FilterCompletion.At(text, text.Length, table, column => Sheet?.ValuesOf(column) ?? []);
        return completion.Words.Count == 0 || (completion.Start == text.Length && !FilterCompletion.IsValue(text, text.Length)) ? ""
            : completion.Words[0][(text.Length - completion.Start)..];
    }

    private string? FilterByCell()
    {
        if (Sheet is not { Count: > 0 } sheet) return NoneHere("cell");
        return FilterBy(Filter.TextOfBoth(_state.Filter,
            Filter.TextFor(table.ColumnNames[_state.Column], sheet.At(_state.Cursor, _state.Column).ToString())))?.Sentence;
    }

    /// <summary>As the formats have it, and not as it is cut or shortened on the screen.</summary>
    private string CopyCell()
    {
        if (Sheet is not { Count: > 0 } sheet) return NoneHere("cell");
        string name = table.ColumnNames[_state.Column], text = Page.Plain(sheet.At(_state.Cursor, _state.Column).ToString());
        return text.Length == 0 ? $"{name} is empty here: there is nothing to copy." : $"{name} was {Shell.CopyText(text)}: {text}";
    }

    private string? ShowAll()
    {
        if (_state.Filter.Length == 0) return "There is no filter: all rows are shown.";
        Arrange(_state.Filtered(""));
        return null;
    }

    /// <summary>Arranges on another thread; the old arrangement stays until the new one is there.</summary>
    /// <param name="before">As the lines stand now, where that is not the state.</param>
    protected void Arrange(TableState wanted, TableState? before = null)
    {
        _before = before ?? (_arranging is null ? _state : _before);
        StopArranging();
        _state = wanted;
        if (Sheet is not { } sheet) return;
        if (wanted.SortedBy is null && wanted.Filter.Length == 0)
        {
            sheet.Take(null);
            return;
        }
        var source = new CancellationTokenSource();
        Action stop = _arranging = source.Cancel;
        var filter = wanted.Filter.Length == 0 ? null : Filter.Read(wanted.Filter, table, Now).Filter;
        _done = 0;
        _ = Task.Run(() =>
        {
            try
            {
                int[]? order = sheet.Arrange(wanted, filter, done => { _done = done; Shell.Post(Shell.Changed); }, source.Token);
                Shell.Post(() => Finish(stop, () => sheet.Take(order)));
            }
            catch (OperationCanceledException)
            {
                Shell.Post(() => Finish(stop, () => _state = _before));
            }
            catch (Exception e) // a reader of the log that is gone, after a second reading
            {
                Shell.Post(() => Finish(stop, () => { _state = _before; Shell.Say(e.Message); }));
            }
        });
    }

    private void StopArranging()
    {
        _arranging?.Invoke();
        _arranging = null;
    }

    private void Finish(Action stop, Action finish)
    {
        if (_arranging != stop) return;
        _arranging = null;
        finish();
        Shell.Changed();
    }

    /// <summary>Esc stops the work that is going on.</summary>
    public override bool Stop()
    {
        if (_arranging is null) return false;
        _arranging();
        return true;
    }
}
