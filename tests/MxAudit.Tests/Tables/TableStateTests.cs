using MxAudit.Tables;

namespace MxAudit.Tests.Tables;

public class TableStateTests
{
    [Fact]
    public void The_cursor_stays_on_a_row_and_in_sight()
    {
        var state = new TableState();
        foreach (var move in new[] { TableMove.Up, TableMove.Down, TableMove.PageDown, TableMove.Last, TableMove.Down,
            TableMove.PageUp, TableMove.First, TableMove.PageUp })
        {
            state = state.Moved(move, rows: 100, height: 10);
            Assert.InRange(state.Cursor, 0, 99);
            Assert.InRange(state.Cursor - state.Top, 0, 9);
        }
        Assert.Equal((0, 0), (state.Cursor, state.Top));
    }

    [Fact]
    public void The_last_row_stands_at_the_foot() =>
        Assert.Equal((99, 90), new TableState().Moved(TableMove.Last, 100, 10) is var state ? (state.Cursor, state.Top) : default);

    [Fact]
    public void A_table_without_rows_has_its_cursor_at_0() => Assert.Equal(0, new TableState { Cursor = 7, Top = 3 }.Fitted(0, 10).Cursor);

    [Fact]
    public void Sorting_goes_up_then_down_then_back()
    {
        var state = new TableState { Cursor = 5 }.SortedByNext(2);
        Assert.Equal((2, false, 0), (state.SortedBy, state.Descending, state.Cursor));
        state = state.SortedByNext(2);
        Assert.True(state.Descending);
        Assert.Null(state.SortedByNext(2).SortedBy);
        Assert.Equal(3, state.SortedByNext(3).SortedBy);
        var greatest = state.SortedByNext(4, greatestFirst: true);
        Assert.Equal((4, true), (greatest.SortedBy, greatest.Descending));
        Assert.False(greatest.SortedByNext(4, greatestFirst: true).Descending);
        Assert.Null(greatest.SortedByNext(4, greatestFirst: true).SortedByNext(4, greatestFirst: true).SortedBy);
    }

    [Fact]
    public void Another_filter_begins_at_the_first_row()
    {
        var state = new TableState { Cursor = 5, Top = 2 };
        Assert.Same(state, state.Filtered(""));
        Assert.Equal((0, 0, "x"), state.Filtered("x") is var filtered ? (filtered.Cursor, filtered.Top, filtered.Filter) : default);
    }
}
