using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Tables;

public static class FindingsTable
{
    public static Table<Finding> Definition { get; } = new("findings", "one finding", audit => audit.Findings,
    [
        new("rule", "Rule", finding => finding.Rule.Id, IsKey: true),
        new("severity", "Severity", finding => Wording.Of(finding.Severity), Words: Wording.All<Severity>),
        new("confidence", "Confidence", finding => Wording.Of(finding.Confidence), Words: Wording.All<Confidence>),
        new("subject", "Subject", finding => finding.Subject, IsKey: true),
        new("message", "Message", finding => finding.Message),
        new("count", "Count", finding => finding.Count, ColumnKind.Number),
        new("first_seen", "First seen", finding => finding.FirstSeen, ColumnKind.Time),
        new("last_seen", "Last seen", finding => finding.LastSeen, ColumnKind.Time),
        new("state", "State", finding => Wording.Of(finding.State), Words: Wording.All<FindingState>),
        new("fix", "Fix", finding => string.Join("; ", finding.Fixes.Select(fix => fix.Command.Length > 0 ? fix.Command : fix.Why))),
    ], when: "last_seen");
}
