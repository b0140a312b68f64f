using System.Globalization;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>What the first screen says in words: the verdict, and one line for each thing that is counted.</summary>
public static class OverviewFacts
{
    /// <summary><c>CRITICAL  2 critical, 1 high  11-22 15:30 to 16:10, 40 min</c>: the first word is the worst severity that counts.</summary>
    public static ToneLine Verdict(AuditResult audit)
    {
        var report = new CheckReport(audit);
        string without = CheckReport.WithoutLines(audit.Log);
        var counted = audit.Findings.Where(finding => report.VerdictOf(finding) != Writers.Verdict.Ok).Select(finding => finding.Severity).ToArray();
        var (word, tone) = counted.Length == 0
            ? ("OK", without.Length == 0 ? Tone.Good : Tone.Plain)
            : (Wording.Of(counted.Max()).ToUpperInvariant(), ToneLine.ToneOf(counted.Max()));
        string findings = audit.Findings.Count == 0 ? "no findings"
            : string.Join(", ",
                audit.Findings
                    .GroupBy(finding => finding.Severity)
                    .OrderByDescending(group => group.Key)
                    .Select(group => $"{group.Count()} {Wording.Of(group.Key)}"));
        string when = audit.Mail is { First: { } first, Last: { } last } ? $"  {Window(first, last)}{(last > first ? $", {ShortAge.Of(last - first)}" : "")}" : "";
        return new([new Span(word, tone), new Span($"  {findings}"), new Span(when, Tone.Dim),
            new Span(without, Tone.Medium)]);
    }

    /// <summary>Within one minute the begin alone: how long it lasted stands behind it.</summary>
    private static string Window(DateTimeOffset first, DateTimeOffset last)
    {
        if (At(first, "yyyy-MM-dd HH:mm") == At(last, "yyyy-MM-dd HH:mm")) return At(first, "MM-dd HH:mm:ss");
        return $"{At(first, "MM-dd HH:mm")} to {(last.Date == first.Date ? "" : At(last, "MM-dd "))}{At(last, "HH:mm")}";

        static string At(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A word and what there is to say of it.</summary>
    public static IReadOnlyList<(string Name, ToneLine Line)> Of(AuditResult audit) =>
    [
        ("mail", ByTheLog(audit, MailLine(audit.Mail))),
        ("queue", QueueLine(audit)),
        ("notices", ByTheLog(audit, NoticesLine(audit.Mail.Totals))),
        ("probes", ByTheLog(audit, ProbesLine(audit.Mail.Totals.Probes))),
        ("evidence", EvidenceLine(audit)),
        ("unread", ByTheLog(audit, UnreadLine(audit))),
        .. audit.Notes.Count == 0 ? Array.Empty<(string, ToneLine)>() : [("notes", NotesLine(audit))],
    ];

    /// <summary>Without a log nothing is known of it, good or bad.</summary>
    private static ToneLine ByTheLog(AuditResult audit, ToneLine line) => audit.Log.WasRead ? line : new("not known: no log was read", Tone.Dim);

    /// <summary>Messages, and what became of their recipients: these are not as many.</summary>
    private static ToneLine MailLine(MailHistory mail)
    {
        var totals = mail.Totals;
        var messages = Parts((totals.MessagesAccepted, "accepted", Tone.Accepted), (totals.SmtpdRejects + totals.PostscreenRejects, "refused", Tone.Rejected));
        if (mail.RecipientsUntried == 0 && Enum.GetValues<Outcome>().Sum(mail.RecipientsThatAre) == 0) return messages;
        var recipients = Parts(Of(Outcome.Delivered, Tone.Delivered), Of(Outcome.Bounced, Tone.Bounced), Of(Outcome.Expired, Tone.Bounced),
            (totals.RecipientsDeferred, "wait", Tone.Deferred), (mail.RecipientsUntried, "not tried yet", Tone.Deferred), Of(Outcome.Held, Tone.Deferred),
            Of(Outcome.Queued, Tone.Plain), Of(Outcome.Filtered, Tone.Plain), Of(Outcome.Deleted, Tone.Plain), Of(Outcome.Discarded, Tone.Plain),
            Of(Outcome.Unknown, Tone.Plain));
        return new([.. messages.Spans, new Span("; recipients: "), .. recipients.Spans]);

        (long, string, Tone) Of(Outcome outcome, Tone tone) => (mail.RecipientsThatAre(outcome), Wording.Of(outcome), tone);
    }

    private static ToneLine QueueLine(AuditResult audit)
    {
        if (audit.WhyNoQueue is not null) return new("not known: it could not be listed", Tone.Medium);
        if (audit.Queue is not { } queue) return new("not looked at: --queue live, or a saved \"postqueue -j\"", Tone.Dim);
        string text = Phrases.Count(queue.Messages.Count, "message");
        if (audit.Mail.Now is { } now && queue.Messages.Count > 0)
        {
            var ages = AgeMatrix.OfRecipients(queue, now).Total.ByAge;
            text += $" for {Phrases.Count(queue.RecipientCount, "recipient")}";
            if (ages.Any(count => count > 0)) text += $"; these by age in minutes: {string.Join("  ", ages.Select((count, i) => (count, i)).Where(age => age.count > 0).Select(age => $"{AgeMatrix.Heading(age.i)}: {Phrases.Number(age.count)}"))}";
            if (queue.RecipientCount > ages.Sum()) text += $"; {Phrases.Number(queue.RecipientCount - ages.Sum())} held";
            if (CheckReport.OldestOf(audit) is { } oldest) text += $"; the oldest {ShortAge.Of(oldest)}";
        }
        return new(text);
    }

    private static ToneLine NoticesLine(Totals totals)
    {
        var (notices, fates) = (totals.Notices, totals.NoticeFates);
        if (totals.NoticesToStrangers == 0) return new([new Span($"{Phrases.Number(notices.All)}, "), new Span("none to strangers", Tone.Good)]);
        string fate = string.Join(", ",
            new[] { (fates.Delivered, "delivered"), (fates.Deferred, "deferred"), (fates.Undeliverable, "undeliverable"), (fates.Unknown, "fate unknown") }
                .Where(part => part.Item1 > 0).Select(part => $"{Phrases.Number(part.Item1)} {part.Item2}"));
        return new([new Span($"{Phrases.Number(notices.All)}, "),
            new Span($"{Phrases.Number(totals.NoticesToStrangers)} to strangers: backscatter", Tone.High), new Span($" ({fate})")]);
    }

    private static ToneLine ProbesLine(ProbeCounts probes) => probes.All == 0
        ? new("none: no recipient was verified", Tone.Dim)
        : new([.. Parts((probes.Deliverable, "deliverable", Tone.Delivered), (probes.Undeliverable, "undeliverable", Tone.Plain),
            (probes.Unknown, "unknown", Tone.Deferred)).Spans,
            new Span(probes.NotCached == 0 ? "" : $"; {Phrases.Number(probes.NotCached)} not cached", Tone.Deferred)]);

    private static ToneLine EvidenceLine(AuditResult audit)
    {
        string[] missing = [.. CheckReport.WordsOf(EvidenceKinds.All & ~audit.AtHand)];
        string without = missing.Length == 0 ? "" : $"; without {Phrases.List(missing)}, {Phrases.Count(audit.NotEvaluated.Count, "rule")} not evaluated";
        return new([new Span(Phrases.List(CheckReport.WordsOf(audit.AtHand))), new Span(without, missing.Length == 0 ? Tone.Plain : Tone.Medium),
            new Span(audit.Log.WasRead ? $"; {Phrases.Count(audit.Log.Lines, "line")} of {string.Join(", ", audit.Log.Files.Select(Path.GetFileName))}" : "",
                Tone.Dim)]);
    }

    private static ToneLine UnreadLine(AuditResult audit) => new(
    [
        audit.Log.UnreadLines == 0 ? new Span("every Postfix line was understood", Tone.Good)
            : new Span($"{Phrases.Count(audit.Log.UnreadLines, "line")} not understood, in {Phrases.Count(audit.Log.Unread.Count, "shape")}", Tone.Medium),
        new Span(audit.Mail.LinesWithoutQueueId is > 0 and var unnamed ? $"; {Phrases.Number(unnamed)} without a queue id" : "", Tone.Medium),
        new Span(audit.Mail.LinesWereLost ? audit.Mail.LinesLost is { } lost ? $"; {Phrases.Number(lost)} lost" : "; some were lost" : "", Tone.Medium),
    ]);

    /// <summary>What stands on standard error when the screens are gone; first what nobody may miss.</summary>
    private static ToneLine NotesLine(AuditResult audit)
    {
        string? missing = audit.WhyNoQueue ?? audit.WhyNoLog;
        string more = audit.Notes.Count == 1 ? "" : $" (and {Phrases.Number(audit.Notes.Count - 1)} more)";
        return new((missing ?? audit.Notes[0]) + more, missing is null ? Tone.Dim : Tone.Medium);
    }

    private static ToneLine Parts(params ReadOnlySpan<(long Number, string Name, Tone Tone)> parts)
    {
        var spans = new List<Span>();
        foreach (var (number, name, tone) in parts)
        {
            if (number == 0 && spans.Count > 0) continue;
            if (spans.Count > 0) spans.Add(new Span(", "));
            spans.Add(new Span($"{Phrases.Number(number)} {name}", number == 0 ? Tone.Plain : tone));
        }
        return new(spans);
    }
}
