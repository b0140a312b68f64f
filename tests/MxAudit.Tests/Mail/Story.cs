using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>What an audit tells, as sorted lines of text: two logs that tell the same have equal stories.</summary>
internal sealed record Story(string Totals, string Messages, string Recipients, string Notices, string Probes, string Findings)
{
    public static Story Of(AuditResult audit, Func<string, string>? rename = null)
    {
        rename ??= text => text;
        var mail = audit.Mail;
        return new Story(
            Flat(mail.Totals),
            Sorted(mail.Messages.Select(one =>
                rename($"{one.Host} {one.Instance} {one.QueueId} {one.Class} <{one.Sender}> {one.Client} {one.MessageId} {At(one.AcceptedAt)} {At(one.RemovedAt)} {one.EndState} before={one.Previous?.QueueId} after={Joined(one.Next.Select(next => next.QueueId))} trusted={one.Trusted}"))),
            Sorted(mail.Recipients.Select(one =>
                rename($"{one.Message.QueueId} {one.Address} ({one.OriginalAddress}) {one.Outcome} {one.Dsn} {one.Relay} {one.AttemptCount} {At(one.LastAttempt)} {one.ReasonClass} notice={one.NonDeliveryNotice?.Itself.QueueId}"))),
            Sorted(mail.Notices.Select(one =>
                rename($"{At(one.Time)} {one.Kind} {one.Itself.QueueId} about={one.About?.QueueId} {one.To} {one.Fate} stranger={one.ToStranger}"))),
            Sorted(mail.Probes.Select(one =>
                rename($"{At(one.Time)} {one.Message.QueueId} {one.Recipient} {one.Result} {one.NotCached} {one.CausedReject?.Code} {one.CausedAcceptance}"))),
            Sorted(audit.Findings.Select(one => rename($"{one.Rule.Id} {one.Severity} {one.Subject} {one.Count}"))));
    }

    public static string Flat(Totals totals) => totals.ToString();

    /// <summary>To the second, as every form of log has it.</summary>
    private static string At(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : "?";

    private static string Joined(IEnumerable<string> texts) => string.Join('+', texts.Order(StringComparer.Ordinal));

    /// <summary>string.Join keeps its buffers for the next text: what a story takes would depend on the tests before it.</summary>
    private static string Sorted(IEnumerable<string> lines) => new StringBuilder().AppendJoin('\n', lines.Order(StringComparer.Ordinal)).ToString();
}

/// <summary>Recorded logs, and audits of texts and files.</summary>
internal static class Samples
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(FolderOf())!, "Samples");

    private static string FolderOf([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    public static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>What was logged, whole: rotated pieces in their order.</summary>
    public static string[] Lines(string name) =>
        [.. (File.Exists(PathOf(name + ".1")) ? File.ReadLines(PathOf(name + ".1")) : []).Concat(File.ReadLines(PathOf(name)))];

    public static AuditRequest Request(params IEnumerable<string> logs) => new() { Logs = [.. logs], Year = 2026, UtcOffset = TimeSpan.Zero };

    public static Story Read(params IEnumerable<string> logs)
    {
        using var audit = Audit.Run(Request(logs));
        return Story.Of(audit);
    }

    public static Story ReadText(string text)
    {
        using var audit = Audit.OfText(text);
        return Story.Of(audit);
    }
}
