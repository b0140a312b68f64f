using MxAudit.Advice;

namespace MxAudit.Writers;

/// <summary>What <c>advise</c> prints for people: what comes first, the commands in their order, the open question, the checklist.</summary>
public static class AdviceTextWriter
{
    public static void Write(Page page, HostAdvice advice)
    {
        page.Heading("first of all");
        page.Paragraph(advice.First, indent: 4);
        if (advice.Limits.Length > 0) page.Paragraph(advice.Limits, indent: 4);
        page.Line();
        WritePlan(page, advice);
        WriteOutage(page, advice.Outage);
        WriteChecklist(page, advice);
    }

    private static void WritePlan(Page page, HostAdvice advice)
    {
        page.Heading(advice.Plan.Count > 0 ? "what to do, in this order" : advice.Others.Count > 0 ? "what to do: there is no command for it here" : "what to do: nothing");
        page.Line();
        if (advice.Keep.Length > 0)
        {
            page.Paragraph("Keep what is there now:", indent: 4);
            page.Line(advice.Keep, indent: 8);
            page.Paragraph("To undo all steps:", indent: 4);
            page.Line(advice.Undo, indent: 8);
            if (advice.NotUndone.Length > 0) page.Paragraph(advice.NotUndone, indent: 4);
            page.Line();
        }
        for (int i = 0; i < advice.Plan.Count; i++)
        {
            var step = advice.Plan[i];
            if (i == 0 || advice.Plan[i - 1].Stage != step.Stage) page.Heading($"  {WordOf(step.Stage)}");
            string mark = $"{i + 1}. ";
            page.Paragraph($"{step.Title}{Named(step.Rules)}", indent: 4, mark: mark);
            page.Paragraph(step.Why, indent: 4 + mark.Length);
            if (step.Command.Length > 0) page.Line(step.Command, indent: 8 + mark.Length);
            if (step.NotKnown.Length > 0) page.Paragraph(step.NotKnown, indent: 4 + mark.Length, mark: "note: ");
            page.Line();
        }
        if (advice.AlreadyRight.Count > 0)
        {
            page.Heading("already right");
            foreach (string sentence in advice.AlreadyRight) page.Paragraph(sentence, indent: 4, mark: "- ");
            page.Line();
        }
        if (advice.LeftOut.Count > 0)
        {
            page.Heading("left out, because it is meant so");
            foreach (var finding in advice.LeftOut)
                page.Paragraph($"{finding.Rule.Id} {finding.Rule.Title}: {finding.Subject}. {finding.StateNote}", indent: 4, mark: "- ");
            page.Line();
        }
        if (advice.Others.Count == 0) return;
        page.Heading("other findings of the audit, which no command above is about");
        foreach (string fault in advice.OtherFaults) page.Paragraph(fault, indent: 4, mark: "- ");
        page.Paragraph("\"mxaudit check\" shows them, each with its fix.", indent: 4);
        page.Line();
    }

    private static void WriteOutage(Page page, OutageAnswer answer)
    {
        page.Heading("the recipe's open question");
        page.Paragraph(OutageAnswer.Question, indent: 4);
        page.Line();
        page.Paragraph(OutageAnswer.Short, indent: 4);
        page.Line();
        page.Paragraph(OutageAnswer.TradeOff, indent: 4);
        page.Line();
        page.Paragraph($"Measured on Postfix {OutageAnswer.MeasuredOn}. {OutageAnswer.Legend}", indent: 4);
        foreach (var row in answer.Rows)
        {
            page.Line();
            page.Paragraph($"{row.Configuration}{(row.IsThisHost ? $"  <== this host now: {Phrases.List(row.Domains)}" : "")}", indent: 4,
                mark: row.IsThisHost ? "=> " : "   ");
            int width = OutageAnswer.Cases.Max(text => text.Length);
            for (int i = 0; i < row.Answers.Count; i++)
                if (row.Answers[i] != "-") page.Line($"{OutageAnswer.Cases[i].PadRight(width)}  {row.Answers[i]}", indent: 11);
        }
        page.Line();
        if (answer.Here.Length > 0) { page.Paragraph(answer.Here, indent: 4); page.Line(); }
    }

    private static void WriteChecklist(Page page, HostAdvice advice)
    {
        page.Heading("the recipe, step by step");
        page.Paragraph("A published recipe for a Postfix fallback MX, and what this host does of it. Where the recipe is wrong, it is right not to follow it.", indent: 4);
        foreach (var step in advice.Checklist)
        {
            page.Line();
            page.Paragraph(step.Recipe, indent: 2, mark: $"{step.Id,-4}");
            page.Heading($"      {WordOf(step.Verdict)}{Named(step.Rules)}");
            page.Paragraph(step.Reason, indent: 6);
            foreach (var own in step.Own) page.Line(own.ToString(), indent: 8);
            page.Paragraph(step.Measured, indent: 6, mark: "measured: ");
        }
    }

    private static string Named(IReadOnlyList<string> rules) => rules.Count == 0 ? "" : $" ({string.Join(", ", rules)})";

    internal static string WordOf(StepVerdict verdict) => verdict switch
    {
        StepVerdict.Follows => "follows",
        StepVerdict.DoesNot => "not followed",
        StepVerdict.RecipeIsWrong => "recipe is wrong here",
        _ => "not known (needs configuration)",
    };

    private static string WordOf(Stage stage) => stage switch
    {
        Stage.Now => "at once",
        Stage.Flow => "so that mail comes in at all",
        Stage.Loops => "loops",
        Stage.Routes => "the way to the primary",
        Stage.Recipients => "unknown recipients",
        Stage.Domains => "domains",
        Stage.Queue => "the queue",
        Stage.Refine => "refinements",
        _ => "later",
    };
}
