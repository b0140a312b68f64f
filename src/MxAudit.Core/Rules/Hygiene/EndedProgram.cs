using System.Text;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

/// <summary>A program of Postfix, not smtpd, that ended with <c>fatal:</c> as soon as it was asked for something, so that master did not start another for a while.</summary>
/// <param name="Program">The last part of its path: <c>smtp</c>, <c>cleanup</c>.</param>
internal sealed record EndedProgram(string Program, IReadOnlyList<Remark> Causes, IReadOnlyList<Remark> Startups)
{
    public DateTimeOffset? Last => Startups.Max(startup => startup.Last);

    /// <summary>Mail was delivered, or a recipient found, or at least another host had a word with this one.</summary>
    public bool WorkedLater(MailHistory mail) =>
        mail.Recipients.Any(recipient => recipient.LastAttempt > Last && (recipient.Outcome == Outcome.Delivered || IsHost(recipient.Relay)))
        || mail.Probes.Any(probe => probe.Time > Last && (probe.Result == ProbeResult.Deliverable || IsHost(probe.Relay)));

    private bool IsHost(string relay) => Program is "smtp" or "lmtp" && relay.Contains('[');

    public static IEnumerable<EndedProgram> In(MailHistory mail) =>
        from startup in mail.RemarksOf(RemarkKind.BadCommandStartup)
        group startup by startup.Subject[(startup.Subject.LastIndexOf('/') + 1)..] into program
        where program.Key != "smtpd" // HYG008
        let causes = mail.RemarksOf(RemarkKind.OtherFatal).Where(fatal => IsOf(mail, fatal, program.Key)).ToArray()
        where causes.Length > 0
        select new EndedProgram(program.Key, causes, [.. program]);

    /// <summary>Its name stands in the tag.</summary>
    private static bool IsOf(MailHistory mail, Remark fatal, string program) =>
        mail.Lines is not { } lines || lines.LineAt(fatal.FirstLine).IndexOf(Encoding.UTF8.GetBytes($"/{program}[")) >= 0;
}
