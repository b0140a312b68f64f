using System.Reflection;
using MxAudit.Tables;

namespace MxAudit.Tests.Tables;

public class TableTests
{
    /// <summary>What users and scripts rely on: a column may be added, here as well; none is renamed, dropped or moved.</summary>
    [Theory]
    [InlineData("recipients", "host instance queue_id class sender recipient original_recipient client trusted accepted_at outcome dsn relay attempts first_attempt last_attempt reason_class reason notice_queue_id notice_fate")]
    [InlineData("messages", "host instance queue_id class sender client helo sasl_username message_id size recipients accepted_at removed_at end_state previous_queue_id next_queue_ids source line")]
    [InlineData("bounces", "time queue_id sender recipient domain dsn reason_class reason stage relay trusted notice_queue_id notice_recipient notice_fate backscatter")]
    [InlineData("notices", "time kind queue_id original_queue_id to fate stranger")]
    [InlineData("probes", "time queue_id recipient domain result dsn relay cached delay_seconds caused_reply reason")]
    [InlineData("deferrals", "queue_id recipient domain next_hop first_deferred last_deferred attempts reason_class reason outcome next_retry expires_at")]
    [InlineData("rejects", "time daemon stage client helo sender recipient domain code dsn reason_class reason repeated")]
    [InlineData("domains", "domain class accepted delivered bounced deferred rejected notices_to_strangers probes_deliverable probes_undeliverable probes_unknown next_hop mx_lists_this_host")]
    [InlineData("next_hops", "next_hop attempts sent deferred bounced first_failure last_success down_since outages median_delay p95_delay")]
    [InlineData("findings", "rule severity confidence subject message count first_seen last_seen state fix")]
    [InlineData("unread", "daemon shape count example source line")]
    public void A_table_has_the_promised_columns(string name, string columns) =>
        Assert.Equal(columns.Split(' '), AllTables.Find(name)!.ColumnNames);

    [Fact]
    public void No_table_is_forgotten()
    {
        var defined = typeof(Table).Assembly.GetTypes().Select(type => type.GetProperty("Definition", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property is not null && property.PropertyType.IsSubclassOf(typeof(Table))).Select(property => property!.GetValue(null));
        Assert.Equal(AllTables.InOrder.Select(table => table.Name).Order(), defined.Select(table => ((Table)table!).Name).Order());
    }

    [Fact]
    public void Only_chosen_columns_are_asked()
    {
        var table = new Table<int>("t", "a number", _ => [1, 2],
        [
            new("one", "One", _ => throw new InvalidOperationException("not asked for")),
            new("two", "Two", number => number * 2),
        ]);
        Assert.Equal(["2", "4"], table.Rows(Writers.Specimen.Audit(), [1]).Select(cells => cells[0].ToString()));
    }

    /// <summary>Filters and typed formats rely on it.</summary>
    [Theory]
    [InlineData("backscatter-no-verify")]
    [InlineData("seed-primary-down")]
    [InlineData("verify-storm")]
    public void Every_cell_is_of_the_kind_of_its_column(string story)
    {
        string folder = Golden.PathOf($"sample-logs/{story}");
        using var audit = Audit.Run(new AuditRequest { Logs = [Path.Combine(folder, "mail.log")], QueueFile = Path.Combine(folder, "postqueue-j.json"), Year = 2026, UtcOffset = TimeSpan.Zero });
        foreach (var table in AllTables.InOrder)
            foreach (var cells in table.Rows(audit, table.AllColumns))
                Assert.All(cells.Index(), cell => Assert.True(Fits(cell.Item.Kind, table.Kinds[cell.Index]), $"{table.Name}.{table.ColumnNames[cell.Index]} has a cell of kind {cell.Item.Kind}."));
    }

    private static bool Fits(CellKind cell, ColumnKind column) => cell == CellKind.Empty || column switch
    {
        ColumnKind.Text => cell == CellKind.Text,
        ColumnKind.Flag => cell == CellKind.Flag,
        ColumnKind.Time => cell == CellKind.Time,
        ColumnKind.Duration => cell is CellKind.Whole or CellKind.Fraction,
        _ => cell == CellKind.Whole,
    };
}
