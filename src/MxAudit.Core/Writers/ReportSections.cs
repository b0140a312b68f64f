using System.Globalization;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>The report for the people upstairs, drawn from the same tables that are exported.</summary>
public static class ReportSections
{
    private const int MostBars = 10;

    /// <summary>The columns of <see cref="AgeMatrix"/>, for people.</summary>
    private static readonly string[] Ages = [.. AgeMatrix.Ends.Select(Under), "longer"];

    private static string Under(TimeSpan end) =>
        end.TotalMinutes < 100 ? $"under {end.TotalMinutes:0} min" : string.Create(CultureInfo.InvariantCulture, $"under {end.TotalHours:0.#} h");

    private static readonly string[] ProbeResults = ["deliverable", "undeliverable", "unknown"];

    public static ReportPage Of(CheckReport check)
    {
        var (audit, tally) = (check.Audit, new Tally(check.Audit));
        string host = string.Join(", ", audit.Log.Origins.Select(origin => origin.Host).Distinct());
        return new ReportPage(check, host.Length > 0 ? $"Mail audit of {host}" : "Mail audit", WindowOf(audit), [.. Figures(audit)],
            [ByTheLog(Traffic(audit, tally)), ByTheLog(Bounces(tally)), ByTheLog(Notices(audit, tally)), ByTheLog(Probes(audit, tally)), Queue(audit, tally)]);

        ReportSection ByTheLog(ReportSection section) => audit.Log.WasRead ? section : section with { Lead = "Not known: no log was read.", Blocks = [] };
    }

    private static string WindowOf(AuditResult audit) =>
        audit.Mail is { First: { } first, Last: { } last }
            ? $"{TimeScale.Shown(first)} to {TimeScale.Shown(last)} (times are UTC{last.ToString("zzz", CultureInfo.InvariantCulture)})" : "";

    /// <summary>What nobody knows is left out: it is not 0.</summary>
    private static IEnumerable<ReportFigure> Figures(AuditResult audit)
    {
        var totals = audit.Mail.Totals;
        if (audit.Log.WasRead)
        {
            long refused = totals.SmtpdRejects + totals.PostscreenRejects, lost = totals.RecipientsBounced + totals.RecipientsExpired;
            yield return new("Messages accepted", totals.MessagesAccepted, $"{Phrases.Count(totals.RecipientsDelivered, "recipient")} delivered");
            yield return new("Refused at the door", refused, "before mail was taken");
            yield return new("Bounced or expired", lost, "accepted, then not delivered", lost > 0);
            yield return new("Notices to strangers", totals.NoticesToStrangers, "to people who never wrote: backscatter", totals.NoticesToStrangers > 0);
        }
        if (audit.Queue is { } queue)
            yield return new("Recipients waiting", queue.RecipientCount,
                CheckReport.OldestOf(audit) is { } age ? $"the oldest for {Phrases.Age(age)}" : "in the queue");
        else if (audit.Log.WasRead) yield return new("Recipients waiting", totals.RecipientsDeferred, "as the log tells");
    }

    private static ReportSection Traffic(AuditResult audit, Tally tally)
    {
        if (audit.Mail is not { First: { } first, Last: { } last }) return new ReportSection("traffic", "Traffic and outages", "The log tells no time.", []);
        var scale = TimeScale.Of(first, last);
        long[] Lane(Table table, string column, string filter = "", string repeats = "") => tally.OverTime(table, column, scale, filter, repeats);
        var outages = audit.Mail.Outages.Select(outage => new ReportOutage(outage.NextHop.Name, outage.From, outage.To, outage.Failures)).ToArray();
        var timeline = new ReportTimeline($"From {TimeScale.Shown(first)} to {TimeScale.Shown(last)}, each bar stands for {Phrases.Age(scale.Step)}", scale.From, scale.Step,
        [
            new("Accepted", "message", Lane(MessagesTable.Definition, "accepted_at", "class=mail previous_queue_id=''")),
            new("Delivered", "recipient", Lane(RecipientsTable.Definition, "last_attempt", "outcome=delivered")),
            new("Refused at the door", "reply", Lane(RejectsTable.Definition, "time", repeats: "repeated")),
            new("Deferred for the first time", "recipient", Lane(DeferralsTable.Definition, "first_deferred"), IsBad: true),
            new("Bounced or expired", "recipient", Lane(BouncesTable.Definition, "time"), IsBad: true),
            new("Notices to strangers", "notice", Lane(NoticesTable.Definition, "time", "stranger=yes"), IsBad: true),
        ], outages);
        string lead = outages.Length == 0
            ? "No next hop was down."
            : $"{Phrases.Count(outages.Length, "outage")} of {Phrases.Count(outages.Select(outage => outage.NextHop).Distinct().Count(), "next hop")}.";
        var rows = outages.OrderByDescending(outage => (outage.To ?? last) - outage.From).Take(MostBars)
            .Select(outage => (IReadOnlyList<string>)[outage.NextHop, TimeScale.Shown(outage.From), outage.To is { } to ? TimeScale.Shown(to) : "it lasts",
                Phrases.Age((outage.To ?? last) - outage.From), Phrases.Number(outage.Failures)])
            .ToArray();
        return new ReportSection("traffic", "Traffic and outages", lead,
            rows.Length == 0 ? [timeline] : [timeline, new ReportTable("The longest outages", ["Next hop", "From", "To", "Lasted", "Failed attempts"], rows)]);
    }

    private static ReportSection Bounces(Tally tally)
    {
        var bounces = BouncesTable.Definition;
        long all = tally.Count(bounces), backscatter = tally.Count(bounces, "backscatter=yes");
        if (all == 0) return new ReportSection("bounces", "Accepted and then not delivered", "Nothing that was accepted bounced or expired.", []);
        return new ReportSection("bounces", "Accepted and then not delivered",
            $"{Phrases.Count(all, "recipient")} bounced or expired after this host had said yes; {Phrases.Number(backscatter)} of them made a notice to somebody who may never have written.",
            [Bars("By reason", tally.By(bounces, "reason_class")), Bars("By recipient domain", tally.By(bounces, "domain"))]);
    }

    private static ReportSection Notices(AuditResult audit, Tally tally)
    {
        var groups = tally.By(NoticesTable.Definition, ["kind", "stranger", "fate"]);
        if (groups.Count == 0) return new ReportSection("notices", "Ledger of notices", "This host wrote no notice.", []);
        string Sum(string kind, Func<string[], bool> which) =>
            Phrases.Number(groups.Where(group => group.Names[0] == kind && which(group.Names)).Sum(group => group.Count));
        var rows = groups.Select(group => group.Names[0]).Distinct().Select(kind => (IReadOnlyList<string>)
            [kind, Sum(kind, _ => true), Sum(kind, names => names[1] == "yes"), Sum(kind, names => names[2] == "delivered"),
                Sum(kind, names => names[2] == "deferred"), Sum(kind, names => names[2] == "undeliverable"), Sum(kind, names => names[2] == "unknown")])
            .ToArray();
        long strangers = audit.Mail.Totals.NoticesToStrangers;
        return new ReportSection("notices", "Ledger of notices", strangers == 0 ? "No notice went to a stranger."
                : $"{Phrases.Count(strangers, "notice")} went to strangers. Each is unwanted mail from this host; block lists count them.",
            [new ReportTable("What Postfix wrote about mail, and what became of it",
                ["Kind", "Written", "To strangers", "Delivered", "Deferred", "Undeliverable", "Not known"], rows)]);
    }

    private static ReportSection Probes(AuditResult audit, Tally tally)
    {
        var probes = ProbesTable.Definition;
        long all = tally.Count(probes), late = tally.Count(BouncesTable.Definition, "reason_class=user-unknown");
        if (all == 0)
            return new ReportSection("probes", "Worth of the probes",
                $"No address was verified before its mail was taken; {Phrases.Count(late, "recipient")} turned out to be unknown afterwards.", []);
        Reject[] unverified = [.. audit.Mail.RejectsFor(ReasonClass.UnverifiedRecipient).Where(reject => !reject.WarnOnly)];
        long refused = unverified.Where(reject => reject.Code >= 500).Sum(reject => (long)reject.Count),
            postponed = unverified.Sum(reject => (long)reject.Count) - refused;
        var rows = tally.By(probes, ["domain", "result"]).GroupBy(group => group.Names[0]).Take(MostBars).Select(domain => (IReadOnlyList<string>)
            [domain.Key, .. ProbeResults.Select(result => Phrases.Number(domain.Where(group => group.Names[1] == result).Sum(group => group.Count)))])
            .ToArray();
        return new ReportSection("probes", "Worth of the probes",
            $"{Phrases.Count(all, "probe")} asked the next hop before mail was taken. Recipients that were not verified were refused {Phrases.Count(refused, "time")} for good and {Phrases.Count(postponed, "time")} for now; {Phrases.Count(late, "unknown recipient")} slipped through all the same.",
            [
                Bars("By result", tally.By(probes, "result")),
                new ReportTable("By recipient domain", ["Domain", "Deliverable", "Undeliverable", "Not known"], rows),
            ]);
    }

    private static ReportSection Queue(AuditResult audit, Tally tally)
    {
        if (audit is { Queue: null, Log.WasRead: false })
            return new ReportSection("queue", "What waits", "Not known: the queue was not looked at, and no log was read.", []);
        if (audit.Queue is not { } queue || audit.Mail.Now is not { } now)
        {
            var waiting = tally.By(DeferralsTable.Definition, "next_hop", "outcome=deferred");
            return new ReportSection("queue", "What waits",
                $"The queue was not looked at; the log knows of {Phrases.Count(waiting.Sum(hop => hop.Count), "recipient")} that wait.",
                waiting.Count == 0 ? [] : [Bars("By next hop", waiting)]);
        }
        if (queue.Messages.Count == 0) return new ReportSection("queue", "What waits", "The queue is empty.", []);
        var matrix = AgeMatrix.OfRecipients(queue, now);
        var rows = matrix.Rows.Take(MostBars)
            .Prepend(matrix.Total)
            .Select(row => (IReadOnlyList<string>)[row.Name, Phrases.Number(row.Total),
                .. row.ByAge.Take(matrix.Shown).Select(count => count == 0 ? "" : Phrases.Number(count))])
            .ToArray();
        return new ReportSection("queue", "What waits",
            $"{Phrases.Count(queue.Messages.Count, "message")} for {Phrases.Count(queue.RecipientCount, "recipient")}{(CheckReport.OldestOf(audit) is { } age ? $"; the oldest has waited for {Phrases.Age(age)}" : "")}.",
            [Bars("By destination", tally.By(QueueTable.Definition, "domain")), Bars("By reason", tally.By(QueueTable.Definition, "reason_class")),
                new ReportTable("Recipients by destination, and how long they have waited", ["Destination", "All", .. Ages.Take(matrix.Shown)], rows)]);
    }

    private static ReportBars Bars(string caption, IReadOnlyList<(string Name, long Count)> counts) =>
        new(caption, [.. counts.Take(MostBars)], Math.Max(0, counts.Count - MostBars));

    /// <summary>What counts, one rule at a time, the worst first; then what is known or meant so.</summary>
    public static IReadOnlyList<Problem> Problems(CheckReport check, bool counted = true) =>
        Problem.Of(check.Audit.Findings.Where(finding => finding.State == FindingState.New == counted));

    /// <summary>The verdict as a sentence.</summary>
    public static string Verdict(CheckReport check)
    {
        var problems = Problems(check);
        int findings = problems.Sum(problem => problem.Findings.Count), rules = problems.DistinctBy(problem => problem.Rule.Id).Count();
        string counted = $"{Phrases.Count(findings, "finding")}{(rules < findings ? $" by {Phrases.Count(rules, "rule")}" : "")}, {Phrases.List(problems.GroupBy(problem => problem.Severity).OrderByDescending(group => group.Key).Select(group => $"{group.Sum(problem => problem.Findings.Count)} {Wording.Of(group.Key)}"))}";
        var others = CheckReport.SetAside(check.Audit.Findings);
        string besides = others.Count == 0 ? "" : $" Not counted: {Phrases.List(others)}.";
        return (check.Verdict, problems.Count) switch
        {
            (_, 0) => (others.Count == 0 ? "Nothing is wrong, as far as the evidence tells." : $"Nothing new is wrong.{besides}")
                + (check.Audit.WhyNoLine is null ? "" : " The log has no line of Postfix in this time."),
            (Writers.Verdict.Ok, _) => $"Nothing that needs action: {counted}.{besides}",
            (Writers.Verdict.Warning, _) => $"Something needs attention: {counted}.{besides}",
            _ => $"Action is needed: {counted}.{besides}",
        };
    }
}
