using System.Text.RegularExpressions;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>
/// What to tell the administrator of a fallback MX: where it stands by the published recipe, what to run in which
/// order, and the answer to the recipe's open question.
/// </summary>
public sealed partial record HostAdvice
{
    /// <summary>Why the commands may be incomplete; empty when the configuration was read.</summary>
    public required string Limits { get; init; }

    /// <summary>What matters before everything else, in one or two sentences.</summary>
    public required string First { get; init; }
    public required IReadOnlyList<ChecklistStep> Checklist { get; init; }

    /// <summary>Safe first: each step leaves a host that works, and later ones build on earlier ones.</summary>
    public required IReadOnlyList<PlannedStep> Plan { get; init; }

    /// <summary>
    /// Keeps the configuration as it is, before the first step; empty where no step changes it. mkdir refuses where there is an older copy, which would
    /// be brought back in its place; and the folder may be a link, of which nothing but the link would be copied.
    /// </summary>
    public required string Keep { get; init; }

    /// <summary>Brings back what <see cref="Keep"/> kept.</summary>
    public required string Undo { get; init; }

    /// <summary>Files that steps write outside of the folder that is kept, as a sentence; empty where there are none.</summary>
    public required string NotUndone { get; init; }

    /// <summary>What needs no command, as sentences.</summary>
    public required IReadOnlyList<string> AlreadyRight { get; init; }
    public required OutageAnswer Outage { get; init; }

    /// <summary>Findings of the audit that no step above is about: nothing is lost.</summary>
    public required IReadOnlyList<Finding> Others { get; init; }

    /// <summary>The same for people, one sentence for each fault, however many subjects it has.</summary>
    public IEnumerable<string> OtherFaults => Problem.Of(Others).Select(problem => $"{problem.Rule.Id} {problem.Rule.Title}: {problem.Subjects(most: 3)}");

    /// <summary>Deliberate exceptions: nothing above is about them.</summary>
    public required IReadOnlyList<Finding> LeftOut { get; init; }

    public static HostAdvice Of(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        var host = new AdvisedHost(evidence, findings);
        PlannedStep[] plan = host.Config is null ? [.. LogOnlySteps.Of(host)]
            : [.. UrgentSteps.Of(host), .. LoopSteps.Of(host), .. RouteSteps.Of(host), .. RecipientSteps.Of(host), .. DomainSteps.Of(host),
                .. RefiningSteps.Of(host), .. LaterSteps.Of(host)];
        plan = [.. plan.Where(step => !host.IsMeantSo(step))];
        var named = plan.SelectMany(step => step.Rules).ToHashSet(StringComparer.Ordinal);
        Finding[] others = [.. host.Findings
            .Where(finding => finding.Severity > Severity.Info && !named.Contains(finding.Rule.Id))
            .DistinctBy(finding => (finding.Rule.Id, finding.Subject))];
        plan = [.. plan.OrderBy(step => step.Stage)
            .Select(step =>
                step with { Command = InstanceCommands.Named(step.Command, host.Config), NotKnown = InstanceCommands.Named(step.NotKnown, host.Config) })];
        string folder = host.Config is { } config && plan.Any(step => step.Command.Contains("postconf -", StringComparison.Ordinal))
            ? InstanceCommands.FolderOf(config) : "";
        string[] elsewhere = folder.Length == 0 ? []
            : [.. plan.SelectMany(step => Written().Matches(step.Command)).Select(file => file.Value).Distinct()
                .Where(file => !file.StartsWith(folder + "/", StringComparison.Ordinal))];
        return new HostAdvice
        {
            NotUndone = elsewhere.Length == 0 ? "" : $"It does not bring back {Telling.Some(elsewhere)}: keep a copy.",
            Keep = folder.Length == 0 ? ""
                : $"mkdir {ShellWord.Of(folder + ".before")} && cp -a {ShellWord.Of(folder + "/.")} {ShellWord.Of(folder + ".before/")}",
            Undo = folder.Length == 0 ? ""
                : InstanceCommands.Named($"cp -a {ShellWord.Of(folder + ".before/.")} {ShellWord.Of(folder + "/")} && postfix reload", host.Config),
            Limits = host.Config is null
                ? "There is no configuration to look at: commands are few, and steps that need it are not known. On the host itself, --config live reads it."
                : "",
            First = FirstOf(host, plan, others),
            Checklist = [.. RoutingChecklist.Of(host), .. VerificationChecklist.Of(host), .. OtherChecklist.Of(host)],
            Plan = plan,
            AlreadyRight = host.AlreadyRight,
            Outage = OutageAnswer.For(host),
            Others = others,
            LeftOut = host.Suppressed,
        };
    }

    /// <summary>A file that lines are added to, or a table that is compiled.</summary>
    [GeneratedRegex(@"(?<=>> ?|\bpostmap \w+:)/[^\s;&|]+", RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    private static string FirstOf(AdvisedHost host, PlannedStep[] plan, Finding[] others)
    {
        string closed = host.WhyNoMailIsTaken is { Length: > 0 } why ? $"No mail is accepted at all: {why}" : "";
        string open = plan.Length > 0 && plan[0].Stage == Stage.Now && closed.Length > 0 ? $" Before it is opened again: {plan[0].Title}." : "";
        if (closed.Length > 0) return closed + open;
        var first = plan.FirstOrDefault(step => step.Stage is not (Stage.Refine or Stage.Later));
        if (others.FirstOrDefault() is { Severity: >= Severity.Medium } worst
            && (first is null || (worst.Severity >= Severity.High && first.Stage > Stage.Recipients)))
            return $"{worst.Rule.Title}: {worst.Subject} ({worst.Rule.Id}). {Telling.Sentences(worst.Message, worst.Fixes is [var fix, ..] ? fix.Why : "")} No step below is about it: \"mxaudit check\" has the commands.";
        if (first is not null) return $"{first.Title}. {Telling.FirstSentence(first.Why)}"; // the step itself tells the rest
        return plan.Length > 0 ? "Nothing is urgent. What follows are refinements."
            : host.Config is null ? "The log alone shows nothing to change."
            : "There is nothing to change.";
    }
}

/// <summary>In the order of the plan.</summary>
public enum Stage
{
    /// <summary>Harm to others, or mail that is about to be lost.</summary>
    Now,
    /// <summary>Without it no mail comes in at all.</summary>
    Flow,
    Loops, Routes, Recipients, Domains, Queue,
    /// <summary>It works without.</summary>
    Refine,
    /// <summary>Not today: after a clean week, or when the list is there.</summary>
    Later,
}

/// <summary>One thing to do.</summary>
/// <param name="Command">For a shell on this host; empty where there is none to give.</param>
/// <param name="NotKnown">What only the administrator can know; empty when nothing is.</param>
/// <param name="Rules">Ids of the findings, or rules, that ask for it.</param>
public sealed record PlannedStep(Stage Stage, string Title, string Why, string Command, string NotKnown, IReadOnlyList<string> Rules);

public enum StepVerdict { Follows, DoesNot, RecipeIsWrong, NotKnown }

/// <summary>A step of the published recipe, and this host.</summary>
/// <param name="Id"><c>G1</c> to <c>G17</c>, and <c>G18</c> for what the recipe leaves out.</param>
/// <param name="Recipe">What the recipe says.</param>
/// <param name="Measured">What was observed on real Postfix, or what its documentation says.</param>
/// <param name="Own">This host's own settings, without secrets.</param>
public sealed record ChecklistStep(string Id, string Recipe, StepVerdict Verdict, string Reason, string Measured, IReadOnlyList<OwnSetting> Own,
    IReadOnlyList<string> Rules);

/// <summary><c>address_verify_negative_cache = no</c>, and where it is set.</summary>
/// <param name="Line">Null for a default, and for what has no line.</param>
public sealed record OwnSetting(string Text, string Source, int? Line)
{
    public override string ToString() => Line is { } line ? $"{Text} ({Source}:{line})" : $"{Text} ({Source})";
}
