namespace MxAudit.Mail;

/// <summary>The totals at the head of every report. What each counts is fixed by the contract with users; see docs/cli.md.</summary>
public sealed record Totals
{
    /// <summary>
    /// Messages that got a queue id from a client or a local user and were taken; neither notices nor probes; several lives of one message are one.
    /// </summary>
    public long MessagesAccepted { get; init; }
    public long SmtpdRejects { get; init; }
    public long PostscreenRejects { get; init; }
    public long RecipientsDelivered { get; init; }
    public long RecipientsBounced { get; init; }
    public long RecipientsExpired { get; init; }
    public long RecipientsDeferred { get; init; }

    /// <summary>Delivery lines with status=deferred: attempts, not recipients.</summary>
    public long Deferrals { get; init; }
    public NoticeCounts Notices { get; init; } = new(0, 0, 0, 0);

    /// <summary>Non-delivery and delay notices for mail of strangers: backscatter.</summary>
    public long NoticesToStrangers { get; init; }
    public FateCounts NoticeFates { get; init; } = new(0, 0, 0, 0);
    public ProbeCounts Probes { get; init; } = new(0, 0, 0, 0);
}

public sealed record NoticeCounts(long NonDelivery, long Delay, long DeliveryStatus, long Postmaster)
{
    public long All => NonDelivery + Delay + DeliveryStatus + Postmaster;
}

public sealed record FateCounts(long Delivered, long Deferred, long Undeliverable, long Unknown);

/// <param name="NotCached">Of all of them.</param>
public sealed record ProbeCounts(long Deliverable, long Undeliverable, long Unknown, long NotCached)
{
    public long All => Deliverable + Undeliverable + Unknown;
}
