namespace MxAudit.Benchmarks;

/// <summary>
/// What became of a notice. It counts once it is both linked to the message that it is about and queued, whichever line
/// comes first: Postfix 3.11 writes the link first, and a notice that is cancelled afterwards never counts.
/// </summary>
sealed class Notice(Truth truth, NoticeKind kind, Letter about)
{
    readonly bool toStranger = about.FromStranger && kind is (NoticeKind.NonDelivery or NoticeKind.Delay);
    bool isLinked, isQueued;
    NoticeFate fate;

    public NoticeKind Kind => kind;

    bool Counts => isLinked && isQueued;

    public void Linked() => Observe(ref isLinked);

    public void Queued() => Observe(ref isQueued);

    public void Became(NoticeFate now)
    {
        if (Counts && toStranger)
        {
            truth.Fates(fate)--;
            truth.Fates(now)++;
        }
        fate = now;
    }

    void Observe(ref bool half)
    {
        var counted = Counts;
        half = true;
        if (counted || !Counts)
            return;
        truth.Notices(kind)++;
        if (toStranger)
        {
            truth.NoticesToStrangers++;
            truth.Fates(fate)++;
        }
    }
}
