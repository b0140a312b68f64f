using System.Reflection;
using MxAudit.Tables;

namespace MxAudit.Tests.Tables;

public class TableTests
{
    /// <summary>What users and scripts rely on: a column may be added, here as well; none is renamed, dropped or moved.</summary>
    private static readonly Dictionary<string, string> Promised = new()
    {
        ["recipients"] = "host instance queue_id class sender recipient original_recipient client trusted accepted_at outcome dsn relay attempts first_attempt last_attempt reason_class reason notice_queue_id notice_fate",
        ["messages"] = "host instance queue_id class sender client helo sasl_username message_id size recipients accepted_at removed_at end_state previous_queue_id next_queue_ids source line",
        [
            "bounces"
        ] = "time queue_id sender recipient domain dsn reason_class reason stage relay trusted notice_queue_id notice_recipient notice_fate backscatter",
        ["notices"] = "time kind queue_id original_queue_id to fate stranger",
        ["probes"] = "time queue_id recipient domain result dsn relay cached delay_seconds caused_reply reason",
        ["deferrals"] = "queue_id recipient domain next_hop first_deferred last_deferred attempts reason_class reason outcome next_retry expires_at",
        ["rejects"] = "time daemon stage client helo sender recipient domain code dsn reason_class reason repeated",
        ["domains"] = "domain class accepted delivered bounced deferred rejected notices_to_strangers probes_deliverable probes_undeliverable probes_unknown next_hop mx_lists_this_host queued",
        ["next_hops"] = "next_hop attempts sent deferred bounced first_failure last_success down_since outages median_delay p95_delay",
        ["findings"] = "rule severity confidence subject message count first_seen last_seen state fix",
        ["unread"] = "daemon shape count example source line",
        ["queue"] = "queue_id queue arrival age_seconds size sender recipient domain reason_class reason next_retry expires_at seen_in_log",
    };

    public static TheoryData<string> Names => [.. AllTables.InOrder.Select(table => table.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_table_has_the_promised_columns(string name) => Assert.Equal(Promised[name].Split(' '), AllTables.Find(name)!.ColumnNames);

    [Fact]
    public void No_promised_table_is_missing() => Assert.All(Promised.Keys, name => Assert.NotNull(AllTables.Find(name)));

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
        using var audit = Audit.Run(new AuditRequest
        {
            Logs = [Path.Combine(folder, "mail.log")],
            QueueFile = Path.Combine(folder, "postqueue-j.json"),
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
        });
        foreach (var table in AllTables.InOrder)
            foreach (var cells in table.Rows(audit, table.AllColumns))
                Assert.All(cells.Index(),
                    cell => Assert.True(Fits(cell.Item.Kind, table.Kinds[cell.Index]),
                        $"{table.Name}.{table.ColumnNames[cell.Index]} has a cell of kind {cell.Item.Kind}."));
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
