using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>Counting. Every total ties out with the table of its rows.</summary>
public sealed partial class MailHistory
{
    /// <summary>Counted while the rows were looked at anyway.</summary>
    private long _accepted, _deferrals;

    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];

    /// <summary>Recipients of ordinary mail that ended so, or are so now.</summary>
    public long RecipientsThatAre(Outcome outcome) => _outcomes[(int)outcome];

    /// <summary>Recipients of accepted mail that still waits, who were never tried: no line names them, qmgr only says how many they are.</summary>
    public long RecipientsUntried { get; private set; }

    private void DeriveTotals()
    {
        long smtpd = 0, postscreen = 0;
        foreach (ref var reject in RejectRows)
        {
            if (reject.WarnOnly) continue;
            if (reject.Daemon == Daemon.Postscreen) postscreen += 1 + reject.Repeats; else smtpd += 1 + reject.Repeats;
        }
        var (kinds, fates, toStrangers) = CountNotices();
        Totals = new Totals
        {
            MessagesAccepted = _accepted,
            SmtpdRejects = smtpd,
            PostscreenRejects = postscreen,
            RecipientsDelivered = _outcomes[(int)Outcome.Delivered],
            RecipientsBounced = _outcomes[(int)Outcome.Bounced],
            RecipientsExpired = _outcomes[(int)Outcome.Expired],
            RecipientsDeferred = _outcomes[(int)Outcome.Deferred],
            Deferrals = _deferrals,
            Notices = new NoticeCounts(kinds[0], kinds[1], kinds[2], kinds[3]),
            NoticesToStrangers = toStrangers,
            NoticeFates = new FateCounts(fates[(int)NoticeFate.Delivered], fates[(int)NoticeFate.Deferred], fates[(int)NoticeFate.Undeliverable],
                fates[(int)NoticeFate.Unknown]),
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
        long With(ProbeResult result) => _probeResults.Count((byte)result);
        return new ProbeCounts(With(ProbeResult.Deliverable), With(ProbeResult.Undeliverable), With(ProbeResult.Unknown), _notCached.Count);
    }
}
