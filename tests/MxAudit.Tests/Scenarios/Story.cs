using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Scenarios;

/// <summary>One folder of <c>sample-logs</c>: a whole host, and what truly became of its mail.</summary>
internal sealed record Story(string Name)
{
    /// <summary>What makes a run repeatable. An hour later than the end of every log.</summary>
    public static readonly string[] Fixed = ["--year", "2026", "--utc-offset", "+00:00", "--now", "2026-11-22T18:00:00Z"];

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetDirectories(Golden.PathOf("sample-logs")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Folder => Path.Combine(Golden.PathOf("sample-logs"), Name);
    public string Log => Path.Combine(Folder, "mail.log");

    /// <summary>The same lines with the other kind of stamp; null where there is no such file.</summary>
    public string? Twin => new[] { "mail.iso.log", "mail.classic.log" }.Select(file => Path.Combine(Folder, file)).FirstOrDefault(File.Exists);

    /// <summary>The program in this process.</summary>
    public static (int Status, string Output, string Error) Run(params IEnumerable<string> words) => Screenless.Run([.. words]);

    /// <summary>Totals by name: lines of <c>truth.tsv</c> that begin with <c>#</c>.</summary>
    public IReadOnlyDictionary<string, string> Totals => Rows.Where(row => row[0] == "#").ToDictionary(row => row[1], row => row[2]);

    public IEnumerable<(string QueueId, string Recipient, string Fate)> Fates => Rows.Where(row => row[0] != "#").Select(row => (row[0], row[1], row[2]));

    private IEnumerable<string[]> Rows => File.ReadLines(Path.Combine(Folder, "truth.tsv")).Select(line => line.Split('\t'));
}
