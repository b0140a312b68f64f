namespace MxAudit.Benchmarks;

/// <summary>One message from its Message-ID to its removal: mail of others, or a notice that Postfix wrote itself.</summary>
sealed class Letter(MailDay day, byte[] sender, Mailbox? answersTo, Recipient[] recipients, QueueId id)
{
    // As with maximal_queue_lifetime = 6h and delay_warning_time = 4h, so that one day shows both.
    const long LifetimeMicros = 6 * MailDay.HourMicros, DelayWarningMicros = 4 * MailDay.HourMicros;
    const long MinimalBackoff = 300_000_000, MaximalBackoff = 4_000_000_000;

    readonly Dice dice = day.Dice;
    readonly LogWriter log = day.Log;
    readonly int size = day.Dice.Between(900, 40_000);
    bool senderWasWarned;

    public QueueId Id { get; } = id;
    public long Arrived { get; } = day.Now;
    public long Active { get; private set; }
    public Notice? Notice { get; init; }
    public bool FromStranger { get; init; }
    public bool WantsDeliveryStatus { get; init; }
    public int RecipientCount { get; init; } = recipients.Length;
    public bool IsMail => Notice is null;

    public IEnumerable<long> Life()
    {
        WriteMessageId();
        yield return dice.Between(700, 5_000);
        for (var attempt = 1; ; attempt++)
        {
            WriteActive(isFirst: attempt == 1);
            var bounced = false;
            foreach (var recipient in recipients)
            {
                if (recipient.IsFinal)
                    continue;
                yield return DeliveryAgent.PatienceMicros(day, recipient);
                bounced |= DeliveryAgent.Deliver(day, this, recipient) == Outcome.Bounced;
            }
            if (bounced)
                foreach (var pause in Tell(NoticeKind.NonDelivery))
                    yield return pause;
            if (Array.TrueForAll(recipients, static recipient => recipient.IsFinal))
                break;
            if (day.Now - Arrived >= LifetimeMicros)
            {
                yield return dice.Between(100, 900);
                WriteExpired();
                foreach (var pause in Tell(NoticeKind.NonDelivery))
                    yield return pause;
                break;
            }
            if (!senderWasWarned && day.Now - Arrived >= DelayWarningMicros && answersTo is not null)
            {
                senderWasWarned = true;
                foreach (var pause in Tell(NoticeKind.Delay))
                    yield return pause;
            }
            yield return Math.Clamp(day.Now - Arrived, MinimalBackoff, MaximalBackoff) + dice.Below(300_000_000);
        }
        if (WantsDeliveryStatus && answersTo is not null)
            foreach (var pause in Tell(NoticeKind.DeliveryStatus))
                yield return pause;
        yield return dice.Between(100, 2_500);
        log.Postfix("qmgr"u8, Pids.Qmgr, Id).Text("removed"u8).End();
        day.Queue.Remove(Id);
    }

    /// <summary>The bounce(8) line and the notice's own lines, in either order.</summary>
    public IEnumerable<long> Tell(NoticeKind kind)
    {
        if (answersTo is null && kind == NoticeKind.NonDelivery)
            kind = NoticeKind.Postmaster;
        // Nobody is told about a notice to the postmaster that fails (here it never does).
        if (answersTo is null && kind != NoticeKind.Postmaster || Notice?.Kind == NoticeKind.Postmaster)
            yield break;
        yield return dice.Between(300, 2_000);
        var isCancelled = IsMail && kind == NoticeKind.NonDelivery && dice.OneIn(60);
        var notice = NoticeAboutThis(kind);
        if (isCancelled)
        {
            WriteLink(notice, kind);
            day.Start(notice.Cancelled(), dice.Between(50, 400));
        }
        else if (dice.OneIn(2))
        {
            WriteLink(notice, kind);
            day.Start(notice.Life(), dice.Between(50, 400));
        }
        else
        {
            day.Start(notice.Life());
            yield return dice.Between(300, 6_000);
            WriteLink(notice, kind);
        }
    }

    Letter NoticeAboutThis(NoticeKind kind)
    {
        var toPostmaster = kind == NoticeKind.Postmaster;
        var to = toPostmaster
            ? new Recipient(day.Places.Root) { OriginalTo = "postmaster@mx2.fallback.example"u8.ToArray() }
            : new Recipient(answersTo!);
        return new(day, toPostmaster ? Pids.DoubleBounce : [], null, [to], day.Queue.Open(day.Now)) { Notice = new(day.Truth, kind, this) };
    }

    IEnumerable<long> Cancelled()
    {
        WriteMessageId();
        yield return dice.Between(200, 900);
        log.Postfix("cleanup"u8, Pids.Cleanup(dice), Id).Text("removed (canceled)"u8).End();
        day.Queue.Remove(Id);
    }

    void WriteLink(Letter notice, NoticeKind kind)
    {
        log.Postfix("bounce"u8, Pids.Bounce(dice), Id)
            .Text(kind switch
            {
                NoticeKind.NonDelivery => "sender non-delivery notification: "u8,
                NoticeKind.Delay => "sender delay notification: "u8,
                NoticeKind.DeliveryStatus => "sender delivery status notification: "u8,
                _ => "postmaster non-delivery notification: "u8,
            })
            .Id(notice.Id).End();
        notice.Notice!.Linked();
    }

    public void WriteMessageId()
    {
        var line = log.Postfix("cleanup"u8, Pids.Cleanup(dice), Id).Text("message-id=<"u8);
        if (!IsMail || answersTo?.Hop.IsLocal == true)
            LocalMessageId(line, Id);
        else
            line.Hex((long)(dice.Next() & 0xFFFFFFFFFFFF), 1).Text("."u8).Number(dice.Below(1_000_000))
                .Text("@"u8).Text(sender.AsSpan(sender.AsSpan().LastIndexOf((byte)'@') + 1));
        line.Text(">"u8).End();
    }

    /// <summary>With a long queue id the id is enough; with a short one Postfix adds the time, in UTC.</summary>
    public static LogWriter LocalMessageId(LogWriter line, QueueId id) =>
        (id.IsLong ? line : line.CompactTime(id.ArrivedMicros).Text("."u8)).Id(id).Text("@mx2.fallback.example"u8);

    public void WriteActive(bool isFirst)
    {
        Active = day.Now;
        log.Postfix("qmgr"u8, Pids.Qmgr, Id).Text("from=<"u8).Text(sender).Text(">, size="u8).Number(size)
            .Text(", nrcpt="u8).Number(RecipientCount).Text(" (queue active)"u8).End();
        if (isFirst && IsMail)
            day.Truth.MessagesAccepted++;
        Notice?.Queued();
    }

    void WriteExpired()
    {
        log.Postfix("qmgr"u8, Pids.Qmgr, Id).Text("from=<"u8).Text(sender).Text(">, status=expired, returned to sender"u8).End();
        Notice?.Became(NoticeFate.Undeliverable);
        foreach (var recipient in recipients)
        {
            if (recipient.IsFinal || !IsMail)
                continue;
            day.Truth.RecipientsDeferred--;
            day.Truth.RecipientsExpired++;
        }
    }
}
