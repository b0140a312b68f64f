using System.Text;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The word for the exit status 0, 1, 2. With 3, unknown, there is no report.</summary>
public enum Verdict { Ok, Warning, Critical }

/// <summary>An audit and how strictly to judge it: what every format of <c>check</c> shows.</summary>
public sealed record CheckReport(AuditResult Audit)
{
    /// <summary>Findings below do not change the verdict.</summary>
    public Severity FailOn { get; init; } = Severity.Medium;

    /// <summary>From here on the verdict is critical.</summary>
    public Severity CriticalOn { get; init; } = Severity.High;
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>When the report was made, by the clock.</summary>
    public DateTimeOffset Generated { get; init; } = TimeProvider.System.GetUtcNow();

    public static string Version { get; } = typeof(CheckReport).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Findings were compared with those of an earlier run.</summary>
    public bool HasBaseline => Audit.Gone is not null;

    /// <summary>What the baseline names and this run did not find again, although it looked.</summary>
    public IReadOnlyList<KnownFinding> Gone => Audit.Gone ?? [];

    public Verdict Verdict => Audit.Findings.Select(VerdictOf).DefaultIfEmpty(Verdict.Ok).Max();

    /// <summary>What one finding adds to the verdict: known, suppressed and small ones nothing.</summary>
    public Verdict VerdictOf(Finding finding) =>
        finding.State != FindingState.New || finding.Severity < FailOn ? Verdict.Ok : finding.Severity >= CriticalOn ? Verdict.Critical : Verdict.Warning;

    /// <summary>The same report, compared with what an earlier run found.</summary>
    public CheckReport Against(Baseline baseline) => this with { Audit = baseline.Judge(Audit) };

    public string FingerprintOf(Finding finding) => FingerprintOf(Audit, finding);

    /// <summary>The same in every run: rule, instance and subject; never a line number or a count.</summary>
    public static string FingerprintOf(AuditResult audit, Finding finding)
    {
        string[] instances = [.. audit.Log.Origins.Select(origin => origin.Instance).Distinct()];
        string instance = instances.Length == 1 ? instances[0] : "*";
        return Fnv1a($"{finding.Rule.Id}\0{instance}\0{finding.Subject}").ToString("x16");
    }

    /// <summary>FNV-1a, 64 bits: the same everywhere and for ever. A hash of the platform's library would load OpenSSL, ten million instructions.</summary>
    private static ulong Fnv1a(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 0x100000001b3;
        return hash;
    }

    /// <summary>A piece of evidence as people and editors find it; the line is null where the source has none.</summary>
    public (string Source, long? Line, string Text) PlaceOf(Proof proof)
    {
        if (proof.Line is not { } position)
        {
            var config = proof.Kind == EvidenceKinds.Config ? Audit.Evidence.Config : null;
            return (config?.PathOf(proof.Source) ?? proof.Source, proof.Number, proof.Text);
        }
        var (source, line, text) = Audit.Locate(position);
        return (source, line, text);
    }

    /// <summary><c>mail.log:41822</c>; the source alone where it has no lines.</summary>
    public static string NameOf(string source, long? line) => line is { } number ? $"{source}:{number}" : source;

    /// <summary><c>1,234 lines, 1,200 of Postfix, 0 not understood</c></summary>
    public static string LinesOf(LogReport log) =>
        $"{Phrases.Count(log.Lines, "line")}, {Phrases.Number(log.PostfixLines)} of Postfix, {Phrases.Number(log.UnreadLines)} not understood";

    /// <summary>What a verdict adds where no log, or none of its lines, stands behind it.</summary>
    public static string WithoutLines(LogReport log) => !log.WasRead ? "; no log was read"
        : log.PostfixLines == 0 ? "; the log has no line of Postfix in this time" : "";

    /// <summary>The rules that were not evaluated, by the evidence that they lack: <c>config and dns</c>, <c>DNS001, DNS005</c>.</summary>
    public static IEnumerable<(string Needs, string Rules)> GroupsOf(IEnumerable<NotEvaluated> rules) =>
        from rule in rules group rule by rule.Needs into lacking orderby lacking.Key
        select (Phrases.List(WordsOf(lacking.Key)), string.Join(", ", lacking.Select(rule => rule.Rule.Id)));

    /// <summary>Findings that do not count, by why: <c>3 known</c>, <c>1 suppressed</c>.</summary>
    public static IReadOnlyList<string> SetAside(IEnumerable<Finding> findings) =>
        [.. findings.Where(finding => finding.State != FindingState.New).GroupBy(finding => finding.State).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Wording.Of(group.Key)}")];

    /// <summary>How long the oldest message of the queue waits; null when the queue is empty or was not looked at.</summary>
    public static TimeSpan? OldestOf(AuditResult audit) =>
        audit is { Queue.OldestArrival: { } oldest, Mail.Now: { } now } ? oldest < now ? now - oldest : TimeSpan.Zero : null;

    /// <summary>
    /// What of the mail the log does not tell, in sentences: lines that were lost, lines that name no message, and a log that was hardly understood.
    /// </summary>
    public static IEnumerable<string> LimitsOf(AuditResult audit)
    {
        var mail = audit.Mail;
        string[] losers = [.. mail.RemarksOf(RemarkKind.LinesLost).Select(loss => loss.Subject).Distinct()];
        if (losers.Length > 0)
            yield return $"{(mail.LinesLost is { } lost ? $"{Phrases.Count(lost, "line")} {(lost == 1 ? "was" : "were")}" : "Lines were")} lost before they reached the log, by the word of {Phrases.List(losers)}: that a line is missing proves nothing.";
        if (mail.LinesWithoutQueueId is > 0 and var unnamed)
        {
            var (source, line, _) = audit.Locate(mail.RemarksOf(RemarkKind.WithoutQueueId)[0].FirstLine);
            yield return $"{Phrases.Count(unnamed, "line")} {(unnamed == 1 ? "names" : "name")} no queue id ({(unnamed == 1 ? "" : "the first: ")}{source}:{line}): what {(unnamed == 1 ? "it tells" : "they tell")} belongs to no message, and is in no total.";
        }
        if (audit.Log.UnreadLines > audit.Log.UnderstoodLines)
            yield return "Most lines of Postfix were not understood: what they tell is in no total, and that nothing is found proves nothing.";
    }

    /// <summary>The words of the kinds of evidence.</summary>
    public static IEnumerable<string> WordsOf(EvidenceKinds kinds) =>
        new[] { EvidenceKinds.Log, EvidenceKinds.Queue, EvidenceKinds.Config, EvidenceKinds.Dns }.Where(kind => kinds.HasFlag(kind)).Select(Wording.Of);
}
