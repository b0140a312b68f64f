using System.Globalization;
using MxAudit.Rules;

namespace MxAudit.Commands;

/// <summary>A deliberate exception: this rule says nothing about this subject, for a reason, up to a day.</summary>
/// <param name="Expires">The last day on which it holds, in UTC; null: it has no end.</param>
internal sealed record Suppression(string Rule, string Subject, string Reason, DateOnly? Expires);

/// <summary>The exceptions of a site (<c>--suppress FILE</c>): tables <c>[[suppress]]</c> in TOML.</summary>
internal sealed class Suppressions(IReadOnlyList<Suppression> all)
{
    private static readonly string[] Keys = ["rule", "subject", "reason", "expires"];

    /// <exception cref="UsageException">The file can not be read, or a table lacks something.</exception>
    public static Suppressions OfFile(string path) => Of(InputFile.Read("--suppress", path), path);

    public static Suppressions Of(byte[] text, string source)
    {
        var all = new List<Suppression>();
        foreach (var table in TomlText.Read(text, source))
        {
            if (table is { Name: "", Entries: [] }) continue;
            if (table.Name != "suppress")
                throw TomlText.Wrong(source, table.Entries is [var first, ..] ? first.Line : table.Line,
                    "expected is a table [[suppress]] with rule, subject, reason and expires");
            all.Add(OneOf(table, source));
        }
        return new Suppressions(all);
    }

    /// <summary>The finding as it counts: suppressed, or new again with a word where the exception has expired.</summary>
    public Finding Judge(Finding finding, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var those = all.Where(one => one.Rule == finding.Rule.Id && one.Subject.Equals(finding.Subject, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (those.FirstOrDefault(one => one.Expires is null || one.Expires >= today) is { } holds)
            return finding with
            {
                State = FindingState.Suppressed,
                StateNote = $"Suppressed{(holds.Expires is { } last ? $" until {Written(last)}" : "")}: {holds.Reason}",
            };
        return those.MaxBy(one => one.Expires) is { } expired
            ? finding with
            {
                StateNote = $"The suppression expired on {Written(expired.Expires!.Value)}, so this counts again. Its reason was: {expired.Reason}"
            }
            : finding;
    }

    private static Suppression OneOf(TomlTable table, string source)
    {
        if (table.Entries.FirstOrDefault(entry => !Keys.Contains(entry.Key)) is { } unknown)
            throw TomlText.Wrong(source, unknown.Line, $"there is no \"{unknown.Key}\" here; a suppression has {string.Join(", ", Keys)}");
        if (table.Entries.FirstOrDefault(entry => entry.Values is not [{ Length: > 0 }]) is { } empty)
            throw TomlText.Wrong(source, empty.Line, $"{empty.Key} is one text");
        string rule = Value(table, "rule", source);
        if (AllRules.Find(rule) is not { } known) throw TomlText.Wrong(source, LineOf(table, "rule"), $"there is {RuleChoice.NoRule(rule)}");
        DateOnly? expires = table.Entries.FirstOrDefault(entry => entry.Key == "expires") is not { } end ? null
            : DateOnly.TryParseExact(end.Values[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
            : throw TomlText.Wrong(source, end.Line, $"expires = {end.Values[0]}: expected is a date, as 2027-01-31");
        return new Suppression(known.Manual.Id, Value(table, "subject", source), Value(table, "reason", source), expires);
    }

    private static string Value(TomlTable table, string key, string source) =>
        table.Entries.FirstOrDefault(entry => entry.Key == key)?.Values[0] ?? throw TomlText.Wrong(source, table.Line, $"this suppression has no {key}");

    private static int LineOf(TomlTable table, string key) => table.Entries.First(entry => entry.Key == key).Line;

    private static string Written(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
