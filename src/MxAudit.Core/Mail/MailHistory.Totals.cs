using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Counting. Every total ties out with the table of its rows.</summary>
public sealed partial class MailHistory
{
    private void DeriveTotals()
    {
        long accepted = 0, smtpd = 0, postscreen = 0, deferrals = 0;
        for (int life = 0; life < Lives.Count; life++)
            if (WasAccepted(life)) accepted++;
        foreach (ref var reject in RejectRows)
        {
            if (reject.WarnOnly) continue;
            if (reject.Daemon == Daemon.Postscreen) postscreen += 1 + reject.Repeats; else smtpd += 1 + reject.Repeats;
        }
        foreach (ref var attempt in AttemptRows)
        {
            var status = attempt.Status;
            if (status == DeliveryStatus.Deferred && _classes[attempt.Life] == MessageClass.Mail) deferrals++;
            if (status == DeliveryStatus.SoftBounce) AnySoftBounce = true;
        }
        var outcomes = new long[Enum.GetValues<Outcome>().Length];
        foreach (ref var recipient in RecipientRows) outcomes[(int)recipient.Outcome]++;
        var (kinds, fates, toStrangers) = CountNotices();
        Totals = new Totals
        {
            MessagesAccepted = accepted,
            SmtpdRejects = smtpd,
            PostscreenRejects = postscreen,
            RecipientsDelivered = outcomes[(int)Outcome.Delivered],
            RecipientsBounced = outcomes[(int)Outcome.Bounced],
            RecipientsExpired = outcomes[(int)Outcome.Expired],
            RecipientsDeferred = outcomes[(int)Outcome.Deferred],
            Deferrals = deferrals,
            Notices = new NoticeCounts(kinds[0], kinds[1], kinds[2], kinds[3]),
            NoticesToStrangers = toStrangers,
            NoticeFates = new FateCounts(fates[(int)NoticeFate.Delivered], fates[(int)NoticeFate.Deferred], fates[(int)NoticeFate.Undeliverable], fates[(int)NoticeFate.Unknown]),
            Probes = CountProbes(),
        };
    }

    private (long[] Kinds, long[] Fates, long ToStrangers) CountNotices()
    {
        long[] kinds = new long[4], fates = new long[4];
        long toStrangers = 0;
        foreach (int row in _queuedNotices)
        {
            ref var notice = ref NoticeRows[row];
            kinds[(int)notice.Kind]++;
            if (notice.ToStranger != Answer.Yes) continue;
            toStrangers++;
            fates[(int)notice.Fate]++;
        }
        return (kinds, fates, toStrangers);
    }

    private ProbeCounts CountProbes()
    {
        long[] results = new long[3];
        long notCached = 0;
        foreach (int row in ProbeAttempts)
        {
            results[(int)ResultOf(AttemptRows[row])]++;
            if (AttemptRows[row].Status == DeliveryStatus.UndeliverableNotCached) notCached++;
        }
        return new ProbeCounts(results[(int)ProbeResult.Deliverable], results[(int)ProbeResult.Undeliverable], results[(int)ProbeResult.Unknown], notCached);
    }
}
