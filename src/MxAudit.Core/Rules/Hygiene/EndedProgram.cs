using System.Text;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

/// <summary>
/// A program of Postfix, not smtpd, that ended with <c>fatal:</c> as soon as it was asked for something, so that master did not start another for a while.
/// </summary>
/// <param name="Program">The last part of its path: <c>smtp</c>, <c>cleanup</c>.</param>
internal sealed record EndedProgram(string Program, IReadOnlyList<Remark> Causes, IReadOnlyList<Remark> Startups)
{
    public DateTimeOffset? Last => Startups.Max(startup => startup.Last);

    /// <summary>
    /// Of an agent that delivers to other hosts: one had a word with it, whatever it said, and the service is the same. Of another
    /// program: mail was delivered, or taken where it has a part in that.
    /// </summary>
    public bool WorkedLater(MailHistory mail)
    {
        if (Program is "cleanup" or "trivial-rewrite" && mail.TookMailAfter(Startups)) return true;
        if (Program is not ("smtp" or "lmtp")) return mail.Recipients.Any(recipient => recipient.Outcome == Outcome.Delivered && recipient.LastAttempt > Last);
        bool isRelay = Causes.All(cause => Says(mail, cause, $"/relay/{Program}["));
        return mail.Recipients.Any(recipient => recipient.LastAttempt > Last && recipient.ByRelayService == isRelay && recipient.Relay.Contains('['))
            || mail.Probes.Any(probe => probe.Time > Last && probe.ByRelayService == isRelay && probe.Relay.Contains('['));
    }

    /// <summary>Nobody was asked: it was ending about then.</summary>
    public bool WasEndingAt(DateTimeOffset? time) => time >= Startups.Min(startup => startup.First) - Throttled && time <= Last + Throttled;

    /// <summary>So long master waits (throttle_time), and smtpd with it for an answer.</summary>
    private static readonly TimeSpan Throttled = TimeSpan.FromMinutes(2);

    public static IEnumerable<EndedProgram> In(MailHistory mail) =>
        from startup in mail.RemarksOf(RemarkKind.BadCommandStartup)
        group startup by startup.Subject[(startup.Subject.LastIndexOf('/') + 1)..] into program
        where program.Key != "smtpd" // HYG008
        let causes = mail.RemarksOf(RemarkKind.OtherFatal).Where(fatal => IsOf(mail, fatal, program.Key)).ToArray()
        where causes.Length > 0
        select new EndedProgram(program.Key, causes, [.. program]);

    /// <summary>Its name stands in the tag.</summary>
    private static bool IsOf(MailHistory mail, Remark fatal, string program) => mail.Lines is null || Says(mail, fatal, $"/{program}[");

    private static bool Says(MailHistory mail, Remark fatal, string words) =>
        mail.Lines is { } lines && lines.LineAt(fatal.FirstLine).IndexOf(Encoding.UTF8.GetBytes(words)) >= 0;
}
