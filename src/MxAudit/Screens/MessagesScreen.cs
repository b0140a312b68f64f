using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>Every recipient of every accepted mail.</summary>
internal sealed class MessagesScreen(Shell shell) : TableScreen(shell, "Mail", "Recipients of accepted mail", RecipientsTable.Definition,
[
    new("accepted_at", 11, Below: 90), new("accepted_at", 14, 90), new("queue_id", 15), new("outcome", 9, Tells: true), new("sender", 0), new("recipient", 0),
    new("reason_class", 13, 110, Heading: "Why"), new("notice_fate", 13, 130, Heading: "Notice"), new("trusted", 7, 150), new("relay", 34, 170),
])
{
    protected override Screen? Behind(object row) => new TraceScreen(Shell, ((MailRecipient)row).Message);

    protected override Tone ToneOf(object row) =>
        OutcomeTone.Of(((MailRecipient)row).Logged?.Outcome ?? ((MailRecipient)row).Queued?.Outcome ?? Outcome.Unknown);
    protected override string Nothing => "No mail was accepted in this log.";
}

/// <summary>The tone of what became of a recipient.</summary>
internal static class OutcomeTone
{
    public static Tone Of(Outcome outcome) => outcome switch
    {
        Outcome.Bounced or Outcome.Expired => Tone.Bounced,
        Outcome.Deferred or Outcome.Held or Outcome.Queued => Tone.Deferred,
        _ => Tone.Plain,
    };
}
