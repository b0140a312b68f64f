namespace MxAudit.Tables;

/// <summary>Every table, in the order of the manual. A test proves that none is forgotten.</summary>
public static class AllTables
{
    public static IReadOnlyList<Table> InOrder { get; } =
    [
        RecipientsTable.Definition,
        MessagesTable.Definition,
        BouncesTable.Definition,
        NoticesTable.Definition,
        ProbesTable.Definition,
        DeferralsTable.Definition,
        RejectsTable.Definition,
        QueueTable.Definition,
        DomainsTable.Definition,
        NextHopsTable.Definition,
        FindingsTable.Definition,
        UnreadTable.Definition,
    ];

    public static Table? Find(string name) => InOrder.FirstOrDefault(table => table.Name == name);
}
