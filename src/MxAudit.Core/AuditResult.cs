using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit;

/// <summary>What an audit found.</summary>
public sealed record AuditResult : IDisposable
{
    public required LogReport Log { get; init; }

    /// <summary>Empty when there was no log.</summary>
    public required MailHistory Mail { get; init; }

    /// <summary>What the rules were asked about, and what they answered: for advice that asks further.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Null when it was not asked for.</summary>
    public QueueSnapshot? Queue => Evidence.Queue;
    public QueueTimes QueueTimes => Evidence.QueueTimes;

    /// <summary>Null when it was not asked for or can not be had.</summary>
    public PostfixConfig? Config => Evidence.Config;

    /// <summary>Null when it was not asked for, or nobody answered.</summary>
    public DnsAnswers? Dns => Evidence.Dns;

    /// <summary>The audited host, as configuration and user name it.</summary>
    public OwnHost Own { get; init; } = OwnHost.Named([], []);
    public EvidenceKinds AtHand => Evidence.AtHand;

    /// <summary>What to do first comes first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
    public required IReadOnlyList<NotEvaluated> NotEvaluated { get; init; }

    /// <summary>The rules that were wanted, whether or not their evidence was at hand.</summary>
    public IReadOnlyList<RuleManual> Asked { get; init; } = [.. AllRules.InOrder.Select(rule => rule.Manual)];

    /// <summary>What an earlier run found and this one did not find again, although it looked; null: they were not compared.</summary>
    public IReadOnlyList<KnownFinding>? Gone { get; init; }

    /// <summary>Sentences about the run, for standard error.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>
    /// This host's log was looked for, and the audit went on without it: the note that nobody may miss. Null: a log was read, or none was wanted.
    /// </summary>
    public string? WhyNoLog { get; init; }

    /// <summary>The log has lines of Postfix, and none of the time that was asked for.</summary>
    public string? WhyNoLine { get; init; }

    /// <summary>As <see cref="WhyNoLog"/>, of this host's queue.</summary>
    public string? WhyNoQueue { get; init; }

    /// <summary>Where a line is, for people and editors: <c>mail.log</c> and 41822.</summary>
    public required Func<Input.LinePosition, (string Source, long Line, string Text)> Locate { get; init; }

    internal Action Close { get; init; } = () => { };

    /// <summary>Lets go of the log: views that read lines again stop working.</summary>
    public void Dispose() => Close();
}

/// <summary>A rule that was not asked, and what it would have needed.</summary>
public sealed record NotEvaluated(RuleManual Rule, EvidenceKinds Needs);
