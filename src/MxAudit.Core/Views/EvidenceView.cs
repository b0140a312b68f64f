using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>What the audit knows from where, what it could not have, and what it says about that: a screen hides standard error.</summary>
public static class EvidenceView
{
    public static IReadOnlyList<ToneLine> Of(AuditResult audit)
    {
        var lines = new List<ToneLine>();
        lines.Head("what was read");
        SayLog(lines, audit);
        SayOthers(lines, audit);
        if (audit.Notes.Count > 0) lines.Head("notes");
        foreach (string note in audit.Notes) lines.Say(note, Tone.Medium);
        if (audit.NotEvaluated.Count > 0) lines.Head($"not evaluated: {Phrases.Count(audit.NotEvaluated.Count, "rule")}");
        foreach (var (needs, lacking) in CheckReport.GroupsOf(audit.NotEvaluated)) lines.Say($"needs {needs}: {lacking}", hang: 2);
        return lines[1..];
    }

    private static void SayLog(List<ToneLine> lines, AuditResult audit)
    {
        if (audit.Log is not { WasRead: true } log)
        {
            lines.Fact("log", audit.WhyNoLog is null ? "none was named" : "none could be read", Tone.Medium);
            return;
        }
        foreach (string file in log.Files) lines.Fact("log", file);
        lines.Fact("", CheckReport.LinesOf(log));
        if (audit.Mail is { First: { } first, Last: { } last })
            lines.Fact("", $"{TimeText.Of(first)} to {TimeText.Of(last)}, {Phrases.Age(last - first)}");
        foreach (var origin in log.Origins) lines.Fact("", $"host {origin.Host}, instance {origin.Instance}");
        foreach (string limit in CheckReport.LimitsOf(audit)) lines.Fact("", limit, Tone.Medium);
    }

    private static void SayOthers(List<ToneLine> lines, AuditResult audit)
    {
        if (audit.Queue is { } queue)
            lines.Fact("queue", $"{queue.Source}: {Phrases.Count(queue.Messages.Count, "message")} for {Phrases.Count(queue.RecipientCount, "recipient")}");
        if (audit.Config is { } config) lines.Fact("config", $"{config.Source}: {Phrases.Count(config.Settings.Count(), "parameter")} set");
        if (audit.Dns is { } dns) lines.Fact("dns", $"{dns.Source}: answers for {Phrases.Count(dns.All.Count, "domain")}");
        foreach (string word in CheckReport.WordsOf(EvidenceKinds.All & ~audit.AtHand).Where(word => word != Wording.Of(EvidenceKinds.Log)))
            lines.Fact(word, audit.WhyNoQueue is not null && word == Wording.Of(EvidenceKinds.Queue) ? "could not be listed" : $"not looked at: --{word}",
                Tone.Medium);
    }
}
