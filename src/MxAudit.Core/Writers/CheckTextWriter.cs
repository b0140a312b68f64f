using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>What <c>check</c> prints for people: what was read, what was counted, one line per finding that editors can jump to, and the verdict.</summary>
public static class CheckTextWriter
{
    public static void Write(Page page, CheckReport report)
    {
        WriteEvidence(page, report.Audit);
        page.Line();
        if (report.Audit.Log.WasRead)
        {
            WriteTotals(page, report.Audit.Mail.Totals);
            page.Line();
        }
        WriteFindings(page, report);
        WriteRivals(page, report.Audit.Findings);
        WriteGone(page, report.Gone);
        WriteNotEvaluated(page, report.Audit.NotEvaluated);
        page.Heading($"verdict: {Wording.Of(report.Verdict)} (exit status {(int)report.Verdict}): {Summary(report.Audit.Findings)}{CheckReport.WithoutLines(report.Audit.Log)}");
    }

    /// <summary>The findings alone.</summary>
    /// <param name="countingOnly">Those that the exit status speaks of: neither known nor suppressed, and not below --fail-on.</param>
    public static void WriteFindings(Page page, CheckReport report, bool countingOnly = false)
    {
        var told = new ToldFinding();
        Finding[] findings = [.. report.Audit.Findings.Where(finding => !countingOnly || report.VerdictOf(finding) != Verdict.Ok)];
        var fixes = new ToldFixes();
        for (int i = 0; i < findings.Length; i++)
        {
            bool again = told.IsLastAgain(findings[i]);
            if (again) WriteHeadline(page, report, findings[i]);
            else
            {
                WriteFinding(page, report, findings[i], fixes);
                told.Add(findings[i]);
            }
            if (again && i + 1 < findings.Length && told.IsLastAgain(findings[i + 1])) continue;
            if (again) page.Paragraph($"What is wrong, the fix and the evidence are those of {told.Last.Subject}.", indent: 4);
            page.Line();
        }
    }

    private static void WriteRivals(Page page, IReadOnlyList<Finding> findings)
    {
        string[] names = RivalFixes.In(findings.Where(finding => finding.State == FindingState.New));
        if (names.Length == 0) return;
        page.Paragraph($"Commands of several findings set {Phrases.List(names)}, each from the value of now: the second one undoes the first. \"mxaudit advise\" with the same evidence makes one plan of them.");
        page.Line();
    }

    /// <param name="told">The fixes of the findings before it; null: it stands by itself.</param>
    internal static void WriteFinding(Page page, CheckReport report, Finding finding, ToldFixes? told = null)
    {
        var places = finding.Proofs.Select(report.PlaceOf).ToArray();
        WriteHeadline(page, report, finding);
        page.Paragraph(finding.Message, indent: 4);
        if (finding.StateNote.Length > 0) page.Paragraph(finding.StateNote, indent: 4);
        foreach (var fix in told?.Shortened(finding) ?? finding.Fixes)
        {
            page.Paragraph(fix.Why, indent: 4, mark: "fix: ");
            if (fix.Command.Length > 0) page.Line(fix.Command, indent: 9);
        }
        string when = finding is { FirstSeen: { } first, LastSeen: { } last }
            ? first == last ? $", at {TimeText.Of(first)}" : $", {TimeText.Of(first)} to {TimeText.Of(last)}" : "";
        string surer = finding.Missing == EvidenceKinds.None ? "" : $"; {Phrases.List(CheckReport.WordsOf(finding.Missing))} would make it surer";
        page.Line($"evidence: {Wording.Of(finding.Confidence)}, {Phrases.Number(finding.Count)} in all{when}{surer}", indent: 4);
        foreach (var place in places) page.Quote(Name(place), place.Text, indent: 8);
    }

    private static void WriteHeadline(Page page, CheckReport report, Finding finding) =>
        page.SeverityLine($"{Name(report.PlaceOf(finding.Proofs[0]))}: ", finding.Severity,
            $" {finding.Rule.Id} {finding.Rule.Title}: {finding.Subject}{MarkOf(finding)}");

    /// <summary>A finding that does not count says so in its first line.</summary>
    private static string MarkOf(Finding finding) => finding.State == FindingState.New ? "" : $" ({Wording.Of(finding.State)})";

    private static string Name((string Source, long? Line, string Text) place) => CheckReport.NameOf(place.Source, place.Line);

    internal static void WriteEvidence(Page page, AuditResult audit)
    {
        if (audit.Log.WasRead) WriteLog(page, audit);
        WriteOthers(page, audit);
    }

    private static void WriteLog(Page page, AuditResult audit)
    {
        var log = audit.Log;
        page.Line($"log: {string.Join(", ", log.Files)}");
        page.Line(CheckReport.LinesOf(log) + (log.CutLines > 0 ? $", {Phrases.Number(log.CutLines)} cut" : ""), indent: 5);
        if (audit.Mail is { First: { } first, Last: { } last })
            page.Line($"{TimeText.Of(first)} to {TimeText.Of(last)}, {Phrases.Age(last - first)}", indent: 5);
        if (log.Origins.Count > 0) page.Line(string.Join(", ", log.Origins.Select(origin => $"{origin.Host} {origin.Instance}")), indent: 5);
        foreach (string limit in CheckReport.LimitsOf(audit)) page.Line(limit, indent: 5);
    }

    private static void WriteOthers(Page page, AuditResult audit)
    {
        if (audit.Queue is { } queue)
        {
            page.Line($"queue: {queue.Source}");
            string oldest = CheckReport.OldestOf(audit) is { } age ? $"; the oldest waits for {Phrases.Age(age)}" : "";
            page.Line($"{Phrases.Count(queue.Messages.Count, "message")} for {Phrases.Count(queue.RecipientCount, "recipient")}{oldest}", indent: 7);
        }
        if (audit.Config is { } config) page.Line($"config: {config.Source}, {Phrases.Count(config.Settings.Count(), "parameter")} set");
        if (audit.Dns is { } dns) page.Line($"dns: {dns.Source}, answers for {Phrases.Count(dns.All.Count, "domain")}");
        string missing = string.Join(", ",
            CheckReport.WordsOf(EvidenceKinds.All & ~audit.AtHand).Select(word => word == Wording.Of(EvidenceKinds.Log) ? word : $"{word} (--{word})"));
        page.Line($"evidence at hand: {string.Join(", ", CheckReport.WordsOf(audit.AtHand))}{(missing.Length == 0 ? "" : $"; missing: {missing}")}");
    }

    private static void WriteTotals(Page page, Totals totals)
    {
        page.Heading("totals");
        var (notices, fates, probes) = (totals.Notices, totals.NoticeFates, totals.Probes);
        Row(page, totals.MessagesAccepted, "messages accepted");
        Row(page, totals.SmtpdRejects, "refusals by smtpd");
        if (totals.PostscreenRejects > 0) Row(page, totals.PostscreenRejects, "refusals by postscreen");
        Row(page, totals.RecipientsDelivered, "recipients delivered");
        Row(page, totals.RecipientsBounced, "recipients bounced");
        Row(page, totals.RecipientsExpired, "recipients expired");
        Row(page, totals.RecipientsDeferred, "recipients deferred", $"in {Phrases.Count(totals.Deferrals, "deferral")}");
        Row(page, notices.All, "notices",
            Parts((notices.NonDelivery, "non-delivery"), (notices.Delay, "delay"), (notices.DeliveryStatus, "delivery status"),
                (notices.Postmaster, "postmaster")));
        Row(page, totals.NoticesToStrangers, "notices to strangers",
            "backscatter: "
                + Parts((fates.Delivered, "delivered"), (fates.Deferred, "deferred"), (fates.Undeliverable, "undeliverable"), (fates.Unknown, "unknown")));
        Row(page, probes.All, "probes",
            Parts((probes.Deliverable, "deliverable"), (probes.Undeliverable, "undeliverable"), (probes.Unknown, "unknown"))
                + (probes.NotCached > 0 ? $"; {Phrases.Number(probes.NotCached)} not cached" : ""));
    }

    private static string Parts(params ReadOnlySpan<(long Number, string Name)> parts)
    {
        var words = new List<string>();
        foreach (var (number, name) in parts)
            if (number > 0) words.Add($"{Phrases.Number(number)} {name}");
        return string.Join(", ", words);
    }

    /// <param name="more">Left out where there is nothing to say more of.</param>
    private static void Row(Page page, long number, string name, string more = "") =>
        page.Line($"{Phrases.Number(number),9}  {name}{(number == 0 || more.Length == 0 ? "" : $" ({more})")}");

    internal static void WriteGone(Page page, IReadOnlyList<KnownFinding> gone)
    {
        if (gone.Count == 0) return;
        page.Heading($"gone since the baseline: {Phrases.Count(gone.Count, "finding")}");
        foreach (var finding in gone) page.Line($"{finding.Rule} {finding.Subject}", indent: 4);
        page.Line();
    }

    internal static void WriteNotEvaluated(Page page, IReadOnlyList<NotEvaluated> rules)
    {
        if (rules.Count == 0) return;
        page.Heading($"not evaluated: {Phrases.Count(rules.Count, "rule")}");
        foreach (var (needs, lacking) in CheckReport.GroupsOf(rules)) page.Paragraph($"needs {needs}: {lacking}", indent: 4);
        page.Line();
    }

    /// <summary><c>1 critical, 2 high; 3 known</c></summary>
    public static string Summary(IReadOnlyList<Finding> findings)
    {
        var counted = findings.Where(finding => finding.State == FindingState.New).GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {Wording.Of(group.Key)}").DefaultIfEmpty(findings.Count == 0 ? "no findings" : "no new findings");
        var others = CheckReport.SetAside(findings);
        return string.Join(", ", counted) + (others.Count == 0 ? "" : $"; {string.Join(", ", others)}");
    }
}
