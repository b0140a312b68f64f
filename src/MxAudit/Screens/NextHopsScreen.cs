using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>Each next hop, and whether it answers.</summary>
internal sealed class NextHopsScreen(Shell shell) : TableScreen(shell, "Hops", "Hosts that mail was handed to", NextHopsTable.Definition,
[
    new("next_hop", 0, Tells: true), new("attempts", 8), new("sent", 7, 70), new("deferred", 8), new("bounced", 7, 70), new("outages", 7, 90),
    new("down_since", 14, Tells: true), new("last_success", 14, 110), new("median_delay", 12, 130), new("p95_delay", 10, 140),
])
{
    protected override Screen? Behind(object row) => new HopScreen(Shell, (NextHop)row);
    protected override Tone ToneOf(object row) => ((NextHop)row).DownSince is null ? Tone.Plain : Tone.High;
}
