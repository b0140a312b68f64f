using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>What happened to the mail of each recipient domain.</summary>
internal sealed class DomainsScreen(Shell shell) : TableScreen(shell, "Domains", "Recipient domains", DomainsTable.Definition,
[
    new("domain", 0), new("class", 8), new("accepted", 8), new("delivered", 9), new("bounced", 7), new("deferred", 8), new("rejected", 8), new("notices_to_strangers", 20, 110), new("next_hop", 34, 140),
])
{
    protected override Screen? Behind(object row) => new DomainScreen(Shell, (DomainLine)row);
    protected override Tone ToneOf(object row) => ((DomainLine)row).Traffic switch { { NoticesToStrangers: > 0 } => Tone.Bounced, { Deferred: > 0 } => Tone.Deferred, _ => Tone.Plain };
}
