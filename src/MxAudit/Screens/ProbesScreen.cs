using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>What other hosts were asked about recipients.</summary>
internal sealed class ProbesScreen(Shell shell) : TableScreen(shell, "Probes", "Address verification probes", ProbesTable.Definition,
[
    new("time", 14), new("recipient", 0), new("result", 13, Tells: true), new("dsn", 6), new("caused_reply", 10), new("cached", 6, 100),
    new("delay_seconds", 7, 100), new("reason", 0, 120),
])
{
    protected override Screen? Behind(object row) => new TraceScreen(Shell, ((Probe)row).Message);
    protected override Tone ToneOf(object row) => ((Probe)row).Result == ProbeResult.Unknown ? Tone.Deferred : Tone.Plain;
    protected override string Nothing => "There are no probes: no recipient was verified.";
}
