using MxAudit.Screens;
using MxAudit.Tables;
using MxAudit.Tests.Screens;
using MxAudit.Views;

namespace MxAudit.Tests.Views;

public class TableSheetTests
{
    private const int Million = 1_000_000;

    private static readonly Table<int> Numbers = new("numbers", "a number", _ => Enumerable.Range(0, Million).ToArray(),
        [new("number", "Number", number => Asked(number)), new("name", "Name", number => $"name{Asked(number) % 7}")]);

    [ThreadStatic] private static int _cellsAsked;

    private static int Asked(int number)
    {
        _cellsAsked++;
        return number;
    }

    [Fact]
    public void Rows_are_sorted_as_numbers_and_equal_ones_keep_their_order()
    {
        using var audit = Headless.AuditOf("seed-primary-down");
        var sheet = new TableSheet(RecipientsTable.Definition, audit);
        int attempts = RecipientsTable.Definition.IndexOf("attempts");
        sheet.Take(sheet.Arrange(new TableState { SortedBy = attempts, Descending = true }, filter: null, stopped: TestContext.Current.CancellationToken));
        long[] sorted = [.. Enumerable.Range(0, sheet.Count).Select(line => sheet.At(line, attempts).Whole)];
        Assert.Equal(sorted.OrderDescending(), sorted);
        Assert.True(sorted[0] > sorted[^1]);
    }

    /// <summary>When summer time ends, an hour comes twice.</summary>
    [Fact]
    public void Moments_are_sorted_as_moments_whatever_their_offset()
    {
        DateTimeOffset[] hours = [new(2026, 10, 25, 2, 10, 0, TimeSpan.FromHours(1)), new(2026, 10, 25, 2, 30, 0, TimeSpan.FromHours(2))];
        using var audit = Headless.AuditOf("seed-primary-down");
        var sheet = new TableSheet(
            new Table<DateTimeOffset>("hours", "an hour", _ => hours, [new("time", "Time", hour => Cell.Of(hour), ColumnKind.Time)]), audit);
        Assert.Equal([1, 0], sheet.Arrange(new TableState { SortedBy = 0 }, filter: null, stopped: TestContext.Current.CancellationToken)!);
    }

    [Fact]
    public void What_is_stopped_arranges_nothing()
    {
        using var audit = Headless.AuditOf("seed-primary-down");
        var sheet = new TableSheet(Numbers, audit);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            sheet.Arrange(new TableState { SortedBy = 1 }, null, done => { if (done > 0.1) stop.Cancel(); }, stop.Token));
        Assert.Equal(Million, sheet.Count);
    }

    /// <summary>Cells are counted, not milliseconds: a busy machine changes nothing.</summary>
    [Theory]
    [InlineData(140, 40)]
    [InlineData(200, 60)]
    public void A_key_press_on_a_million_rows_looks_at_what_is_seen_only(int width, int height)
    {
        using var audit = Headless.AuditOf("seed-primary-down");
        var shell = new Shell();
        shell.Show(audit);
        shell.Open(new NumbersScreen(shell));
        shell.Draw(new Canvas(width, height));
        foreach (string key in (string[])["G", "k", "k", "Ctrl+U", "g", "j", "Ctrl+D", "l", "j", "G", "?", "Esc", "/", "Esc"])
        {
            _cellsAsked = 0;
            shell.Press(key);
            shell.Draw(new Canvas(width, height));
            Assert.InRange(_cellsAsked, 1, 2 * height);
        }
        var canvas = new Canvas(width, height);
        shell.Draw(canvas);
        Assert.Contains("999,999", canvas.ToString());
    }

    private sealed class NumbersScreen(Shell shell) : TableScreen(shell, "Numbers", "Numbers", Numbers, [new("number", 12), new("name", 0)])
    {
        protected override Screen? Behind(object row) => null;
    }
}
