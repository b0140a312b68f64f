using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One next hop: up and down, why mail failed, what waits.</summary>
internal sealed class HopScreen(Shell shell, NextHop hop) : TextScreen(shell, "Hop", hop.Name)
{
    public override IReadOnlyList<KeyHint> Keys =>
        [.. base.Keys, new("m", "its mail", () => Shell.Open(new MessagesScreen(Shell).Only(Filter.TextFor("relay", hop.Name))))];

    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) =>
        NextHopView.Of(audit, audit.Mail.NextHops.FirstOrDefault(same => same.Name == hop.Name) ?? hop);
    protected override IReadOnlyList<Finding> Related(AuditResult audit) => RelatedFindings.About(audit, hop.Name, hop.HostName);
}
