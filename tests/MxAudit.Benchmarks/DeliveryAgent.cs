namespace MxAudit.Benchmarks;

enum Outcome { Sent, Bounced, Deferred }

/// <summary>One attempt for one recipient: the delivery record of log_adhoc.c, and what it changes in the truth.</summary>
static class DeliveryAgent
{
    const long ConnectTimeout = 30_000_000, DeadForMicros = 300_000_000;

    public static long PatienceMicros(MailDay day, Recipient recipient)
    {
        var hop = recipient.Mailbox.Hop;
        var timesOut = hop.IsDown(day.Now) && hop.SuspendedUntil <= day.Now && hop.WhyUnreachable.Length > 18;
        return timesOut ? ConnectTimeout + day.Dice.Below(40_000) : day.Dice.Between(8_000, hop.IsLocal ? 20_000 : 900_000);
    }

    public static Outcome Deliver(MailDay day, Letter letter, Recipient recipient)
    {
        var hop = recipient.Mailbox.Hop;
        recipient.Attempts++;
        var isSuspended = hop.SuspendedUntil > day.Now;
        var isDown = isSuspended || hop.IsDown(day.Now);
        if (isDown && !isSuspended)
        {
            hop.SuspendedUntil = day.Now + DeadForMicros;
            RemoteReplies.Unreachable(day.Log.Postfix(hop.Service, Pids.Delivery(day.Dice)), hop).End();
        }
        var outcome = isDown ? Outcome.Deferred : Decide(day.Dice, recipient);
        if (!isDown && !hop.IsLocal && day.Dice.OneIn(12))
            RemoteReplies.Encrypted(day.Log.Postfix(hop.Service, Pids.Delivery(day.Dice)), hop).End();

        var line = Address(day.Log.Postfix(isSuspended ? "error"u8 : hop.Service, Pids.Delivery(day.Dice), letter.Id), recipient);
        if (isDown)
        {
            Delays(line.Text(", relay=none"u8), day, letter).Text(", dsn=4.4.1, status=deferred ("u8);
            if (isSuspended)
                line.Text("delivery temporarily suspended: "u8);
            RemoteReplies.Unreachable(line, hop).Text(")"u8).End();
        }
        else
            Answer(line, day, letter, recipient, outcome);
        Count(day.Truth, letter, recipient, outcome);
        return outcome;
    }

    static Outcome Decide(Dice dice, Recipient recipient) => recipient.Mailbox.Standing switch
    {
        _ when recipient.Mailbox.Hop.IsLocal => Outcome.Sent,
        Standing.Unknown => Outcome.Bounced,
        Standing.NotLookedUp => Outcome.Deferred,
        Standing.Full when recipient.Attempts <= 3 + recipient.Mailbox.Address.Length % 9 => Outcome.Deferred,
        Standing.Greylisted or Standing.TooBusy when recipient.Attempts == 1 && dice.PerCent(70) => Outcome.Deferred,
        _ => dice.OneIn(700) ? Outcome.Bounced : Outcome.Sent,
    };

    static void Answer(LogWriter line, MailDay day, Letter letter, Recipient recipient, Outcome outcome)
    {
        var hop = recipient.Mailbox.Hop;
        if (hop.IsLocal)
            line.Text(", relay=local"u8);
        else
            line.Text(", relay="u8).Text(hop.HostAndAddress).Text(":25"u8);
        if (!hop.IsLocal && day.Dice.OneIn(30))
            line.Text(", conn_use="u8).Number(day.Dice.Between(2, 9));
        Delays(line, day, letter);
        if (hop.IsLocal)
            line.Text(", dsn=2.0.0, status=sent (delivered to mailbox)"u8).End();
        else if (outcome == Outcome.Sent)
            RemoteReplies.Accepted(line.Text(", dsn=2.0.0, status=sent ("u8), day).Text(")"u8).End();
        else if (outcome == Outcome.Deferred)
            RemoteReplies.NotNow(line, hop, recipient.Mailbox).Text(")"u8).End();
        else if (recipient.Mailbox.Standing == Standing.Unknown)
            RemoteReplies.NoSuchUser(line.Text(", dsn=5.1.1, status=bounced ("u8), hop, recipient.Mailbox).Text(")"u8).End();
        else
            RemoteReplies.Unwanted(line.Text(", dsn=5.7.1, status=bounced ("u8), hop, day.Dice).Text(")"u8).End();
    }

    static void Count(Truth truth, Letter letter, Recipient recipient, Outcome outcome)
    {
        recipient.IsFinal = outcome != Outcome.Deferred;
        if (letter.Notice is { } notice)
        {
            notice.Became(outcome switch
            {
                Outcome.Sent => NoticeFate.Delivered,
                Outcome.Bounced => NoticeFate.Undeliverable,
                _ => NoticeFate.Deferred,
            });
            return;
        }
        if (outcome == Outcome.Sent)
            truth.RecipientsDelivered++;
        else if (outcome == Outcome.Bounced)
            truth.RecipientsBounced++;
        else
            truth.Deferrals++;
        if (recipient.IsDeferred == recipient.IsFinal)
            truth.RecipientsDeferred += recipient.IsFinal ? -1 : 1;
        recipient.IsDeferred = !recipient.IsFinal;
    }

    static LogWriter Address(LogWriter line, Recipient recipient)
    {
        line.Text("to=<"u8).Text(recipient.Mailbox.Address).Text(">"u8);
        return recipient.OriginalTo is { } original ? line.Text(", orig_to=<"u8).Text(original).Text(">"u8) : line;
    }

    static LogWriter Delays(LogWriter line, MailDay day, Letter letter) =>
        Delays(line, letter.Arrived, letter.Active, day.Now);

    /// <summary>delay= since arrival; delays= before the queue manager, in it, connecting, sending.</summary>
    public static LogWriter Delays(LogWriter line, long arrived, long active, long now)
    {
        var agent = now - active;
        var connecting = agent > ConnectTimeout ? ConnectTimeout : agent / 3;
        return line.Text(", delay="u8).Seconds(now - arrived).Text(", delays="u8).Seconds(active - arrived).Text("/"u8)
            .Seconds(agent / 20).Text("/"u8).Seconds(connecting).Text("/"u8).Seconds(agent > ConnectTimeout ? 0 : agent / 2);
    }
}
