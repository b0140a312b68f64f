using System.Globalization;
using MxAudit.Dns;
using MxAudit.Config;
using MxAudit.Config.Tables;
using MxAudit.Input;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules;

/// <summary>Something that is wrong, with what shows it and what to do about it.</summary>
public sealed record Finding
{
    public required RuleManual Rule { get; init; }
    public required Severity Severity { get; init; }
    public required Confidence Confidence { get; init; }

    /// <summary>What it is about: a domain, parameter, next hop or client. Part of the fingerprint.</summary>
    public required string Subject { get; init; }

    /// <summary>Domains or next hops that one finding is about, where there are too many for one each; its subject is the host then.</summary>
    internal IReadOnlyList<string> Together { get; init; } = [];

    /// <summary>The domains whose mail suffers, where the subject is none of them.</summary>
    internal IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>One or two plain sentences with the numbers.</summary>
    public required string Message { get; init; }
    public required long Count { get; init; }
    public DateTimeOffset? FirstSeen { get; init; }
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>At least one: no finding without something to show.</summary>
    public required IReadOnlyList<Proof> Proofs { get; init; }

    /// <summary>Kinds of evidence that would have made it surer and were not at hand.</summary>
    public EvidenceKinds Missing { get; init; }
    public required IReadOnlyList<Fix> Fixes { get; init; }
    public FindingState State { get; init; }

    /// <summary>Why it has this state: the reason of a suppression, or that one has expired. Empty: there is nothing to say.</summary>
    public string StateNote { get; init; } = "";

    /// <summary>By severity, confidence, rule and count.</summary>
    internal static IComparer<Finding> WorstFirst { get; } = Comparer<Finding>
        .Create((a, b) => (b.Severity - a.Severity, b.Confidence - a.Confidence, string.CompareOrdinal(a.Rule.Id, b.Rule.Id)) switch
        {
            (not 0 and var severity, _, _) => severity,
            (_, not 0 and var confidence, _) => confidence,
            (_, _, not 0 and var rule) => rule,
            _ => b.Count.CompareTo(a.Count),
        });
}

/// <summary>Whether a finding counts: only a new one does.</summary>
public enum FindingState { New, Known, Suppressed }

/// <summary>One piece of evidence: a line of the log by its position, or a text of another source.</summary>
/// <param name="Number">Of the line in that other source; null where it has none.</param>
public sealed record Proof(EvidenceKinds Kind, LinePosition? Line, string Source, string Text, long? Number = null)
{
    /// <summary>A queued message, as one line: <c>1A2B3C4D01 deferred since 2026-11-22 15:32:30Z: from=&lt;…&gt; to=&lt;…&gt; (reason)</c>.</summary>
    public static Proof FromQueue(QueueSnapshot queue, QueuedMessage message, QueuedRecipient? recipient = null)
    {
        recipient ??= message.Recipients.Count > 0 ? message.Recipients[0] : null;
        string arrival = message.Arrival is { } time ? string.Create(CultureInfo.InvariantCulture, $" since {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : "";
        string to = recipient is null ? "" : $" to=<{recipient.Address}>{(recipient.Reason.Length > 0 ? $" ({recipient.Reason})" : "")}";
        return new Proof(EvidenceKinds.Queue, null, queue.Source, $"{message.QueueId} {Wording.Of(message.Queue)}{arrival}: from=<{message.Sender}>{to}",
            message.Line == 0 ? null : message.Line);
    }

    /// <summary>One parameter, as a service sees it, where it is set: <c>relayhost = [smtp.isp.example]</c>.</summary>
    public static Proof FromConfigAt(PostfixConfig config, string parameter, Place? place) =>
        place is { Line: > 0 } known ? new(EvidenceKinds.Config, null, known.Source, config.Shown(parameter), known.Line) : FromConfig(config, parameter);

    /// <summary>One entry of a lookup table: <c>example.com relay:</c>.</summary>
    public static Proof FromTable(TableEntry entry) =>
        new(EvidenceKinds.Config, null, entry.Place.Source, Redaction.OfText($"{entry.Key} {entry.Value}"), entry.Place.Line == 0 ? null : entry.Place.Line);

    /// <summary>What DNS said of a domain: <c>example.com: MX 10 mx1.example.com [192.0.2.10]</c>.</summary>
    public static Proof FromDns(DnsAnswers dns, DnsAnswer answer) => new(EvidenceKinds.Dns, null, dns.Source, answer.ToString());

    public static Proof FromConfig(PostfixConfig config, string parameter, MasterEntry? service = null)
    {
        string shown = config.Shown(parameter, service);
        return config.PlaceOf(parameter, service) is { } place
            ? new Proof(EvidenceKinds.Config, null, place.Source, shown, place.Line)
            : new Proof(EvidenceKinds.Config, null, config.SourceOfDefaults, $"{shown} (the default)");
    }

    /// <summary>What is odd about the configuration, where it stands.</summary>
    public static Proof FromRemark(PostfixConfig config, ConfigRemark remark) =>
        new(EvidenceKinds.Config, null, remark.Place?.Source ?? config.SourceOfDefaults, remark.Text, remark.Place is { Line: > 0 } place ? place.Line : null);

    /// <summary>Nothing without configuration.</summary>
    public static IEnumerable<Proof> IfKnown(PostfixConfig? config, string parameter) => config is null ? [] : [FromConfig(config, parameter)];

    /// <summary>Nothing where the domain was not asked for.</summary>
    public static IEnumerable<Proof> IfKnown(DnsAnswers? dns, DnsAnswer? answer) => dns is null || answer is null ? [] : [FromDns(dns, answer)];

    public static Proof FromLog(LinePosition line) => new(EvidenceKinds.Log, line, "", "");
}

/// <summary>What to do: the reason, and a command for this host where one can be given (else empty).</summary>
public sealed record Fix(string Why, string Command = "")
{
    /// <summary>With a name of this host in place of the manual's.</summary>
    internal Fix Naming(string inManual, string here) => this with { Command = Command.Replace(inManual, here, StringComparison.Ordinal) };
}
