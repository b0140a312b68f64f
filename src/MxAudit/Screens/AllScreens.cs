namespace MxAudit.Screens;

/// <summary>Every screen that has a tab, in the order of their numbers. A test proves that none is forgotten.</summary>
internal static class AllScreens
{
    public static IReadOnlyList<Screen> Of(Shell shell) =>
    [
        new OverviewScreen(shell),
        new FindingsScreen(shell),
        new DomainsScreen(shell),
        new NextHopsScreen(shell),
        new QueueScreen(shell),
        new BouncesScreen(shell),
        new ProbesScreen(shell),
        new MessagesScreen(shell),
        new RejectsScreen(shell),
        new UnreadScreen(shell),
        new AdviceScreen(shell),
    ];
}
