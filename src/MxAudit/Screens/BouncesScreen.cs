using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>The ledger: which mail came back, why, and what became of the notice.</summary>
internal sealed class BouncesScreen(Shell shell)
    : TableScreen(shell, "Bounces", "Bounced or expired recipients, and the notices about them", BouncesTable.Definition,
    [
        new("time", 11, Below: 100), new("time", 14, 100), new("queue_id", 15, 110), new("sender", 0), new("recipient", 0),
        new("reason_class", 13, Heading: "Why"), new("notice_fate", 13, 72, Heading: "Notice", Tells: true), new("backscatter", 11, 100, Tells: true),
    ])
{
    protected override Screen? Behind(object row) => new TraceScreen(Shell, ((Recipient)row).Message);
    protected override Tone ToneOf(object row) => ((Recipient)row).NonDeliveryNotice?.ToStranger == Answer.Yes ? Tone.Bounced : Tone.Plain;
    protected override string Nothing => "Nothing bounced.";
}
