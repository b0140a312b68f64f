using System.Text;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The manual of a rule as a page of <c>docs/rules</c>, in Markdown.</summary>
public static class RulePage
{
    /// <summary>The families, in the order of the manual.</summary>
    private static readonly (string Prefix, string Title)[] Families =
    [
        ("BKS", "Backscatter"), ("LUP", "Loops"), ("RLY", "Relay domains and routing"), ("VRF", "Address verification"),
        ("QUE", "Queue"), ("REL", "Open relay"), ("HYG", "Hygiene"), ("DNS", "DNS"),
    ];

    /// <summary><c>Backscatter</c> of <c>BKS</c>.</summary>
    public static string TitleOf(string prefix) => Families.First(family => family.Prefix == prefix).Title;

    public static string Of(RuleManual manual)
    {
        var page = new StringBuilder();
        page.Append($"# {manual.Id} {manual.Name}\n\n{manual.Title}.\n\n");
        page.Append($"- Severity: {Wording.Of(manual.Severity)}\n- Needs: {InWords(manual.Needs)}\n");
        if (manual.OrElse != EvidenceKinds.None) page.Append($"- Or else, for a part of it: {InWords(manual.OrElse)}\n");
        if (manual.SurerWith != EvidenceKinds.None) page.Append($"- Surer with: {InWords(manual.SurerWith)}\n");
        if (manual.Limit is { } limit) page.Append($"- Limit: {limit.Written(limit.Default)} ({limit.Means}); `--threshold {manual.Id}=VALUE` sets another\n");
        page.Append($"\n## Why it matters\n\n{manual.Why}\n\n## How it is found\n\n{manual.Detects}\n\n## What to do\n\n");
        foreach (var fix in manual.Fix)
        {
            page.Append($"- {fix.Why}\n");
            if (fix.Command.Length > 0) page.Append($"\n      {fix.Command}\n\n");
        }
        page.Append($"\n## What shows it\n{Blocks(manual.Fires)}\n## Almost the same, and no fault\n{Blocks(manual.Quiet)}\n## References\n\n");
        foreach (string reference in manual.References) page.Append($"- <{reference}>\n");
        return Tidy(page.ToString());
    }

    /// <summary>The index: one row for each rule.</summary>
    public static string Index(IReadOnlyList<Rule> rules)
    {
        var page = new StringBuilder("# Rules\n\nEach page says why it matters, how it is found and what to do. `mxaudit explain RULE` prints the same.\n");
        foreach (var (prefix, title) in Families)
        {
            RuleManual[] family = [.. rules.Select(rule => rule.Manual).Where(manual => manual.Id.StartsWith(prefix, StringComparison.Ordinal))];
            if (family.Length == 0) continue;
            page.Append($"\n## {title}\n\n| rule | name | severity | needs | what is wrong |\n|---|---|---|---|---|\n");
            foreach (var manual in family)
                page.Append($"| [{manual.Id}]({manual.Id}.md) | {manual.Name} | {Wording.Of(manual.Severity)} | {InWords(manual.Needs)} | {manual.Title} |\n");
        }
        return page.ToString();
    }

    /// <summary><c>log, configuration</c>.</summary>
    public static string InWords(EvidenceKinds kinds) => string.Join(", ",
        new[] { (EvidenceKinds.Log, "log"), (EvidenceKinds.Queue, "queue"), (EvidenceKinds.Config, "configuration"), (EvidenceKinds.Dns, "DNS") }
            .Where(kind => kinds.HasFlag(kind.Item1)).Select(kind => kind.Item2));

    private static string Blocks(Example example) => string.Concat(example.Parts.Select(part => part.Kind switch
    {
        EvidenceKinds.Queue => Block("The queue (`postqueue -j`)", "json", part.Text),
        EvidenceKinds.Config => Block("The configuration (`main.cf`)", "text", part.Text),
        EvidenceKinds.Dns => Block("DNS (`--dns FILE`)", "json", part.Text),
        _ => Block("The log", "text", part.Text),
    }));

    private static string Block(string source, string language, string text) => $"\n{source}:\n\n```{language}\n{text}\n```\n";

    private static string Tidy(string page)
    {
        while (page.Contains("\n\n\n")) page = page.Replace("\n\n\n", "\n\n");
        return page;
    }
}
