using MxAudit.Advice;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>One thing that the advice says: a step to do, a step of the recipe, or what there is to know.</summary>
/// <param name="Mark">Stands before the title: a number, <c>G7</c>.</param>
/// <param name="State">A word or two: <c>at once</c>, <c>follows</c>.</param>
/// <param name="Command">Empty: there is none to copy.</param>
/// <param name="Rules">Ids of the rules that ask for it.</param>
public sealed record AdviceItem(string Mark, string State, string Title, Tone Tone, IReadOnlyList<ToneLine> Text, string Command, IReadOnlyList<string> Rules);

/// <summary>The advice for this host as a list to walk through.</summary>
public static class AdviceView
{
    /// <summary>First the plan in its order, then the open question, then the recipe step by step.</summary>
    public static IReadOnlyList<AdviceItem> Of(AuditResult audit)
    {
        var advice = HostAdvice.Of(audit.Evidence, audit.Findings);
        return [First(advice), .. advice.Plan.Select(Planned), Question(advice.Outage), .. advice.Checklist.Select(Checked)];
    }

    private static AdviceItem First(HostAdvice advice)
    {
        var lines = new List<ToneLine> { new(advice.First, Tone.Heading) };
        if (advice.Limits.Length > 0) lines.AddRange([ToneLine.Empty, new(advice.Limits, Tone.Medium)]);
        if (advice.Keep.Length > 0)
        {
            lines.Head("keep what is there now; y copies it");
            lines.Add(new ToneLine(advice.Keep, Tone.Command, 2, hang: 2));
            lines.Head("to undo all steps");
            lines.Add(new ToneLine(advice.Undo, Tone.Command, 2, hang: 2));
            if (advice.NotUndone.Length > 0) lines.Say(advice.NotUndone, Tone.Medium);
        }
        if (advice.AlreadyRight.Count > 0) lines.Head("already right");
        foreach (string sentence in advice.AlreadyRight) lines.Say($"- {sentence}", Tone.Good, hang: 2);
        if (advice.Others.Count > 0) lines.Head("other findings, which no step is about");
        foreach (string fault in advice.OtherFaults) lines.Say($"- {fault}", hang: 2);
        return new AdviceItem("", "first of all", advice.First, advice.Plan is [{ Stage: < Stage.Refine }, ..] ? Tone.High : Tone.Good, lines, advice.Keep,
            [.. advice.Others.Select(finding => finding.Rule.Id)]);
    }

    private static AdviceItem Planned(PlannedStep step, int index)
    {
        var lines = new List<ToneLine> { new(step.Title, Tone.Heading), ToneLine.Empty, new(step.Why) };
        if (step.Command.Length > 0) lines.Head("command; y copies it");
        foreach (string command in step.Command.Split('\n', StringSplitOptions.RemoveEmptyEntries)) lines.Add(new ToneLine(command, Tone.Command, 2, hang: 2));
        if (step.NotKnown.Length > 0) lines.AddRange([ToneLine.Empty, new([new Span("Only you can know: ", Tone.Medium), new Span(step.NotKnown)])]);
        Because(lines, step.Rules);
        return new AdviceItem($"{index + 1}.", WordOf(step.Stage), step.Title,
            step.Stage switch { Stage.Now or Stage.Flow => Tone.High, Stage.Refine or Stage.Later => Tone.Low, _ => Tone.Medium },
            lines, step.Command, step.Rules);
    }

    private static AdviceItem Question(OutageAnswer answer)
    {
        var lines = new List<ToneLine>
        {
            new(OutageAnswer.Question, Tone.Heading),
            ToneLine.Empty,
            new(OutageAnswer.Short),
            ToneLine.Empty,
            new(OutageAnswer.TradeOff),
        };
        lines.Head($"measured on Postfix {OutageAnswer.MeasuredOn}");
        lines.Say(OutageAnswer.Legend, Tone.Dim);
        foreach (var row in answer.Rows)
        {
            lines.Add(ToneLine.Empty);
            lines.Add(new ToneLine(
                [
                    new Span(row.Configuration, row.IsThisHost ? Tone.Heading : Tone.Plain),
                    new Span(row.IsThisHost ? $"  <== this host now: {Phrases.List(row.Domains)}" : "", Tone.High),
                ],
                2));
            for (int i = 0; i < row.Answers.Count; i++)
                if (row.Answers[i] != "-") lines.Say($"{OutageAnswer.Cases[i]}: {row.Answers[i]}", indent: 6);
        }
        if (answer.Here.Length > 0) lines.AddRange([ToneLine.Empty, new(answer.Here)]);
        return new AdviceItem("?", "question", OutageAnswer.Question, Tone.Plain, lines, "", []);
    }

    private static AdviceItem Checked(ChecklistStep step)
    {
        var tone = step.Verdict switch
        {
            StepVerdict.Follows => Tone.Good,
            StepVerdict.DoesNot => Tone.Medium,
            StepVerdict.RecipeIsWrong => Tone.Low,
            _ => Tone.Dim,
        };
        string word = step.Verdict switch
        {
            StepVerdict.RecipeIsWrong => "recipe wrong",
            StepVerdict.NotKnown => "not known",
            var verdict => AdviceTextWriter.WordOf(verdict),
        };
        var lines = new List<ToneLine>
        {
            new([new Span($"{step.Id} of the recipe: ", Tone.Dim), new Span(step.Recipe, Tone.Heading)]),
            ToneLine.Empty,
            new([new Span($"{AdviceTextWriter.WordOf(step.Verdict)}. ", tone), new Span(step.Reason)]),
        };
        if (step.Own.Count > 0) lines.Head("here");
        foreach (var own in step.Own) lines.Add(new ToneLine(own.ToString(), Tone.Plain, 2, hang: 2));
        lines.Head("measured");
        lines.Say(step.Measured);
        Because(lines, step.Rules);
        return new AdviceItem(step.Id, word, step.Recipe, tone, lines, "", step.Rules);
    }

    private static string WordOf(Stage stage) => stage switch
    {
        Stage.Now => "at once",
        Stage.Flow => "mail flow",
        Stage.Refine => "refinement",
        _ => stage.ToString().ToLowerInvariant(),
    };

    private static void Because(List<ToneLine> lines, IReadOnlyList<string> rules)
    {
        if (rules.Count > 0) lines.AddRange([ToneLine.Empty, new($"because of {Phrases.List(rules)}; e opens the first", Tone.Dim)]);
    }
}
