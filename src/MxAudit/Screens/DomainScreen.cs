using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One recipient domain: what came back and why, its route, its MX, and what is wrong with it.</summary>
internal sealed class DomainScreen(Shell shell, DomainLine domain) : TextScreen(shell, "Domain", domain.Traffic.Name)
{
    public override IReadOnlyList<KeyHint> Keys =>
    [
        .. base.Keys,
        new("m", "its mail", () => Shell.Open(new MessagesScreen(Shell).Only(Filter.TextFor("recipient", $"@{domain.Traffic.Name}", "~")))),
        new("b", "its bounces", () => Shell.Open(new BouncesScreen(Shell).Only(Filter.TextFor("domain", domain.Traffic.Name)))),
    ];

    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) =>
        DomainView.Of(audit, DomainsTable.Definition.RowsOf(audit).FirstOrDefault(same => same.Traffic.Name == domain.Traffic.Name) ?? domain);
    protected override IReadOnlyList<Finding> Related(AuditResult audit) => RelatedFindings.About(audit, domain.Traffic.Name);
}
