using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit;

/// <summary>What to audit.</summary>
public sealed record AuditRequest
{
    /// <summary>Files, directories, globs, <c>-</c>, <c>journal</c>; empty: this host's mail log.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>The moment that ages are counted to; null: the last line.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Of the first stamp, for stamps without one; null: inferred.</summary>
    public int? Year { get; init; }
    public TimeSpan? UtcOffset { get; init; }
    public string? Instance { get; init; }
    public string? Host { get; init; }

    /// <summary>Whether a rule is wanted (<c>--only</c>, <c>--ignore</c>); null: all.</summary>
    public Func<Rule, bool>? Wanted { get; init; }
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>What an audit found.</summary>
public sealed record AuditResult : IDisposable
{
    public required LogReport Log { get; init; }
    public required MailHistory Mail { get; init; }

    /// <summary>What to do first comes first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
    public required IReadOnlyList<NotEvaluated> NotEvaluated { get; init; }

    /// <summary>Sentences about the run, for standard error.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Where a line is, for people and editors: <c>mail.log</c> and 41822.</summary>
    public required Func<Input.LinePosition, (string Source, long Line, string Text)> Locate { get; init; }

    public void Dispose() { }
}

/// <summary>A rule that was not asked, and what it would have needed.</summary>
public sealed record NotEvaluated(RuleManual Rule, EvidenceKinds Needs);

/// <summary>The whole flow: evidence in, findings out.</summary>
public static class Audit
{
    /// <exception cref="Input.InputException">No audit was performed: the message says why.</exception>
    public static AuditResult Run(AuditRequest request) => throw new NotImplementedException();

    /// <summary>Audits a text, as a test or an example holds it.</summary>
    public static AuditResult OfText(string log, AuditRequest? request = null) => throw new NotImplementedException();
}
