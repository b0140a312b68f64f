using System.Text.Json;

namespace MxAudit.Benchmarks;

/// <summary>The truth of a log beside what `check --format json` says of it.</summary>
static class Comparison
{
    public static bool Run(string truthFile, string checkFile, TextWriter report)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(truthFile));
        using var check = JsonDocument.Parse(File.ReadAllBytes(checkFile));
        var (compared, differences) = (0, 0);
        foreach (var (path, expected) in Numbers(truth.RootElement, []))
        {
            compared++;
            // Counts of lines are evidence, everything else is a total.
            string[] section = path[0] is "lines" or "postfix_lines" ? ["evidence", "log"] : ["totals"];
            var found = Find(check.RootElement, [.. section, .. path]);
            if (found == expected)
                continue;
            differences++;
            report.WriteLine($"totals differ: {string.Join('.', path)}: check says {found?.ToString() ?? "nothing"}, the truth is {expected}");
        }
        if (differences == 0)
            report.WriteLine($"totals agree: {compared} numbers");
        return differences == 0;
    }

    static IEnumerable<(string[] Path, long Value)> Numbers(JsonElement element, string[] path) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property => Numbers(property.Value, [.. path, property.Name]))
            : [(path, element.GetInt64())];

    static long? Find(JsonElement element, string[] path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        return element.ValueKind == JsonValueKind.Number ? element.GetInt64() : null;
    }
}
