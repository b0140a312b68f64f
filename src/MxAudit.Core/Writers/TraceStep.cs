using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Writers;

/// <summary>LeftOut: a count, in the place of what lies between the first and the last of very many.</summary>
public enum TraceStepKind { Life, ShownAbove, Birth, Action, Attempt, Notice, Waiting, End, Refusals, Refusal, LeftOut }

/// <summary>One step of a trace: a life of a message, or something that happened in it; a reply that refused something.</summary>
/// <param name="Depth">0: where the trace begins. What goes on under another queue id, a notice, and all hops of a loop are one deeper.</param>
/// <param name="What">What happened: <c>bounced 5.1.1</c>; of a life its queue id.</param>
/// <param name="More">With whom: <c>to ghost@example.com by mx1.example.com[192.0.2.10]:25</c>.</param>
public sealed record TraceStep(TraceStepKind Kind, int Depth, string What, string More)
{
    /// <summary>Null: not known.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The line of the log that says so; null: none does.</summary>
    public LinePosition? Line { get; init; }

    /// <summary>What the listing of the queue says; null: it says nothing of it.</summary>
    public (string Source, long? Line, string Text)? Listed { get; init; }

    /// <summary>Of a birth; empty: not known.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>Of an attempt.</summary>
    public DeliveryStatus Status { get; init; }

    /// <summary>A notice to somebody who may never have written.</summary>
    public bool IsBackscatter { get; init; }

    /// <summary>Of the end of a message that waits: the earliest next attempt; null: it is being tried, is held, or the last attempt is not known.</summary>
    public DateTimeOffset? NextRetry { get; init; }

    /// <summary>Of the same: when it is given up.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>These times are those of Postfix's defaults.</summary>
    public bool TimesAreAssumed { get; init; }

    /// <summary>It begins something new, and a line is left empty before it.</summary>
    public bool IsHead => Depth == 0 && (Kind is TraceStepKind.Life or TraceStepKind.ShownAbove or TraceStepKind.Refusals);

    /// <summary><c>, next retry from 2026-11-22T10:05:31+00:00 on, expires …</c>; empty where nothing waits.</summary>
    public string Waits(Func<DateTimeOffset, string> moment) =>
        (NextRetry is { } retry ? $", next retry from {moment(retry)} on" : "") + (Expires is { } expiry ? $", expires {moment(expiry)}" : "")
        + (TimesAreAssumed && (NextRetry ?? Expires) is not null ? " (by Postfix's defaults: the configuration is not at hand)" : "");
}
