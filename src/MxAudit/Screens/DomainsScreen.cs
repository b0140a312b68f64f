using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>What happened to the mail of each recipient domain.</summary>
internal sealed class DomainsScreen(Shell shell) : TableScreen(shell, "Domains", "Recipient domains", DomainsTable.Definition,
[
    new("domain", 0, Tells: true), new("class", 8, 70), new("accepted", 8), new("delivered", 9), new("deferred", 8, 70),
    new("queued", 9, 110, Heading: "Not tried"), new("bounced", 7), new("notices_to_strangers", 11, Heading: "Backscatter", Tells: true),
    new("rejected", 7, 100, Heading: "Refused"), new("next_hop", 36, 130),
])
{
    protected override Screen? Behind(object row) => new DomainScreen(Shell, (DomainLine)row);
    protected override bool IsOfLog => false;
    protected override Tone ToneOf(object row) =>
        (DomainLine)row switch { { Traffic.NoticesToStrangers: > 0 } => Tone.Bounced, { Deferred: > 0 } or { Queued: > 0 } => Tone.Deferred, _ => Tone.Plain };
}
