namespace MxAudit.Benchmarks;

enum ProbeVerdict { InProgress, Deliverable, Undeliverable, Unknown }

/// <summary>One address verification probe: a message that nobody sent, of which only the answer to RCPT TO is wanted.</summary>
sealed class Probe(MailDay day, Mailbox mailbox)
{
    public ProbeVerdict Verdict { get; private set; }

    public IEnumerable<long> Life()
    {
        var (dice, log, id, arrived) = (day.Dice, day.Log, day.Queue.Open(day.Now), day.Now);
        Letter.LocalMessageId(log.Postfix("cleanup"u8, Pids.Cleanup(dice), id).Text("message-id=<"u8), id).Text(">"u8).End();
        yield return dice.Between(400, 3_000);
        var active = day.Now;
        log.Postfix("qmgr"u8, Pids.Qmgr, id).Text("from=<"u8).Text(Pids.DoubleBounce)
            .Text(">, size="u8).Number(dice.Between(236, 252)).Text(", nrcpt=1 (queue active)"u8).End();
        var patience = DeliveryAgent.PatienceMicros(day, new Recipient(mailbox));
        yield return patience > 1_000_000 ? patience : patience / 4 + 2_000;
        WriteAnswer(id, arrived, active);
        yield return dice.Between(100, 900);
        log.Postfix("qmgr"u8, Pids.Qmgr, id).Text("removed"u8).End();
        day.Queue.Remove(id);
    }

    void WriteAnswer(QueueId id, long arrived, long active)
    {
        var (hop, log) = (mailbox.Hop, day.Log);
        var isSuspended = hop.SuspendedUntil > day.Now;
        var isDown = isSuspended || hop.IsDown(day.Now);
        if (isDown && !isSuspended)
        {
            hop.SuspendedUntil = day.Now + 300_000_000;
            RemoteReplies.Unreachable(log.Postfix(hop.Service, Pids.Delivery(day.Dice)), hop).End();
        }
        var line = log.Postfix(isSuspended ? "error"u8 : hop.Service, Pids.Delivery(day.Dice), id)
            .Text("to=<"u8).Text(mailbox.Address).Text(">, relay="u8);
        line = isDown ? line.Text("none"u8) : line.Text(hop.HostAndAddress).Text(":25"u8);
        DeliveryAgent.Delays(line, arrived, active, day.Now);
        if (isDown)
        {
            Undeliverable(line.Text(", dsn=4.4.1"u8)).Text(isSuspended ? "delivery temporarily suspended: "u8 : ""u8);
            RemoteReplies.Unreachable(line, hop).Text(")"u8).End();
            Verdict = ProbeVerdict.Unknown;
            day.Truth.ProbesUnknown++;
        }
        else if (mailbox.Standing == Standing.Unknown)
        {
            RemoteReplies.NoSuchUser(Undeliverable(line.Text(", dsn=5.1.1"u8)), hop, mailbox).Text(")"u8).End();
            Verdict = ProbeVerdict.Undeliverable;
            day.Truth.ProbesUndeliverable++;
        }
        else
        {
            line.Text(", dsn=2.1.5, status=deliverable (250 2.1.5 Ok)"u8).End();
            Verdict = ProbeVerdict.Deliverable;
            day.Truth.ProbesDeliverable++;
        }
    }

    LogWriter Undeliverable(LogWriter line)
    {
        if (day.CachesNegatives)
            return line.Text(", status=undeliverable ("u8);
        day.Truth.ProbesNotCached++;
        return line.Text(", status=undeliverable-but-not-cached ("u8);
    }
}
