using MxAudit.Tables;

namespace MxAudit.Screens;

/// <summary>What clients were told.</summary>
internal sealed class RejectsScreen(Shell shell) : TableScreen(shell, "Refused", "Replies 4xx and 5xx to clients", RejectsTable.Definition,
[
    new("time", 11, Below: 90), new("time", 14, 90), new("client", 0), new("recipient", 0), new("code", 4), new("reason_class", 20, Heading: "Why"),
    new("sender", 0, 120), new("reason", 0, 140),
])
{
    protected override Screen? Behind(object row) => new LineScreen(Shell, ((RejectLine)row).Reject.Line);
    protected override string Nothing => "Nobody was refused.";
}
