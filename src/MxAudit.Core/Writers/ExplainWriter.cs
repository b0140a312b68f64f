using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The manual of a rule as text, and the list of rules.</summary>
public static class ExplainWriter
{
    public static void Write(Page page, RuleManual manual)
    {
        page.SeverityLine($"{manual.Id} {manual.Name} (", manual.Severity, ")");
        page.Heading(manual.Title);
        page.Line();
        string orElse = manual.OrElse == EvidenceKinds.None ? "" : $", or else {Phrases.List(CheckReport.WordsOf(manual.OrElse))} for a part of it";
        string surer = manual.SurerWith == EvidenceKinds.None ? "" : $"; surer with {Phrases.List(CheckReport.WordsOf(manual.SurerWith))}";
        page.Line($"needs {Phrases.List(CheckReport.WordsOf(manual.Needs))}{orElse}{surer}");
        if (manual.Limit is { } limit) page.Line($"limit {limit.Written(limit.Default)} ({limit.Means}); --threshold {manual.Id}=VALUE sets another");
        Part(page, "why it matters", manual.Why);
        Part(page, "how it is detected", manual.Detects);
        page.Line();
        page.Heading("what to do");
        foreach (var fix in manual.Fix)
        {
            page.Paragraph(fix.Why, indent: 4);
            if (fix.Command.Length > 0) page.Line(fix.Command, indent: 8);
        }
        Show(page, "what shows it", manual.Fires);
        Show(page, "almost the same, and nothing wrong", manual.Quiet);
        page.Line();
        page.Heading("references");
        foreach (string reference in manual.References) page.Line(reference, indent: 4);
    }

    public static void WriteList(Page page, IEnumerable<RuleManual> manuals)
    {
        foreach (var manual in manuals)
            page.SeverityLine($"{manual.Id}  ", manual.Severity,
                new string(' ', 10 - Wording.Of(manual.Severity).Length)
                    + $"{manual.Title} ({manual.Name}; needs {Phrases.List(CheckReport.WordsOf(manual.Needs))})");
    }

    /// <summary>Paragraphs are parted by an empty line.</summary>
    private static void Part(Page page, string heading, string text)
    {
        page.Line();
        page.Heading(heading);
        foreach (string paragraph in text.Split("\n\n")) page.Paragraph(paragraph, indent: 4);
    }

    private static void Show(Page page, string heading, Example example)
    {
        foreach (var (kind, text) in example.Parts)
        {
            page.Line();
            page.Heading($"{heading}: {SourceOf(kind)}");
            page.Line(text.Trim('\n'), indent: 4);
        }
    }

    private static string SourceOf(EvidenceKinds kind) => kind switch
    {
        EvidenceKinds.Queue => "the queue (postqueue -j)",
        EvidenceKinds.Config => "the configuration (main.cf)",
        EvidenceKinds.Dns => "DNS (--dns FILE)",
        _ => "the log",
    };
}
