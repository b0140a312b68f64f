using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Views;

/// <summary>What happened to the mail over time: counts in equal slices of the log's time.</summary>
public sealed class Traffic
{
    /// <summary>Divides well by the widths of terminals.</summary>
    private const int Slices = 960;

    /// <summary>Many stamps are not finer: what they tell of happened within it.</summary>
    private const long LeastLength = 1000;

    private readonly MailHistory _mail;
    private readonly long _from, _length;
    private readonly TrafficSeries _accepted = new("accepted", Tone.Accepted, new int[Slices]), _delivered = new("delivered", Tone.Delivered, new int[Slices]),
        _deferred = new("deferred", Tone.Deferred, new int[Slices]), _bounced = new("bounced", Tone.Bounced, new int[Slices]),
        _refused = new("refused", Tone.Rejected, new int[Slices]);

    private Traffic(MailHistory mail)
    {
        _mail = mail;
        _from = (mail.First ?? default).ToUnixTimeMilliseconds();
        _length = Math.Max(LeastLength, (mail.Last ?? default).ToUnixTimeMilliseconds() - _from + 1);
    }

    public IReadOnlyList<TrafficSeries> Series => [_accepted, _delivered, _deferred, _bounced, _refused];
    public DateTimeOffset From => DateTimeOffset.FromUnixTimeMilliseconds(_from);
    public TimeSpan Length => TimeSpan.FromMilliseconds(_length);

    /// <summary>Looks at every message and attempt once.</summary>
    public static Traffic Of(MailHistory mail)
    {
        var traffic = new Traffic(mail);
        traffic.Count();
        return traffic;
    }

    /// <summary>Which columns of a chart of this width a stretch of time covers; at least one. Null: it lies outside.</summary>
    public (int First, int Last)? ColumnsOf(DateTimeOffset from, DateTimeOffset? to, int width)
    {
        long begin = from.ToUnixTimeMilliseconds() - _from, end = to is { } known ? known.ToUnixTimeMilliseconds() - _from : _length - 1;
        if (end < 0 || begin >= _length) return null;
        return ((int)(Math.Max(0, begin) * width / _length), (int)(Math.Min(_length - 1, end) * width / _length));
    }

    private void Count()
    {
        for (int life = 0; life < _mail.Lives.Count; life++)
            if (_mail.WasAccepted(life)) Add(_accepted, _mail.Lives[life].BornAt);
        for (int row = 0; row < _mail.AttemptRows.Count; row++)
        {
            ref var attempt = ref _mail.AttemptRows[row];
            if (_mail.ClassOf(attempt.Life) != MessageClass.Mail) continue;
            switch (attempt.Status)
            {
                case DeliveryStatus.Sent: Add(_delivered, attempt.Time); break;
                case DeliveryStatus.Deferred or DeliveryStatus.SoftBounce: Add(_deferred, attempt.Time); break;
                case DeliveryStatus.Bounced: Add(_bounced, attempt.Time); break;
            }
        }
        for (int row = 0; row < _mail.RejectRows.Count; row++)
            if (!_mail.RejectRows[row].WarnOnly) Add(_refused, _mail.RejectRows[row].Time, 1 + _mail.RejectRows[row].Repeats);
    }

    private void Add(TrafficSeries series, long time, int times = 1)
    {
        long at = time - _from;
        if (at >= 0 && at < _length) series.Counts[(int)(at * Slices / _length)] += times;
    }
}

/// <summary>How often one thing happened in each slice.</summary>
public sealed record TrafficSeries(string Name, Tone Tone, int[] Counts)
{
    public int Total => Counts.Sum();

    /// <summary>The same in fewer columns; where there are more columns than slices, a slice stands in several.</summary>
    public int[] In(int columns)
    {
        int[] sums = new int[columns];
        if (columns >= Counts.Length)
        {
            for (int i = 0; i < columns; i++) sums[i] = Counts[(int)((long)i * Counts.Length / columns)];
            return sums;
        }
        for (int i = 0; i < Counts.Length; i++) sums[(int)((long)i * columns / Counts.Length)] += Counts[i];
        return sums;
    }

    /// <summary>
    /// Lines from the top down, with one character for each column, from blank to full; the greatest is almost full, so that it does
    /// not touch what is above. What is not nothing is never blank.
    /// </summary>
    public static IReadOnlyList<string> Bars(int[] counts, int height)
    {
        const string levels = " ▁▂▃▄▅▆▇█";
        int full = levels.Length - 1, highest = full * height - 1, greatest = Math.Max(1, counts.Max());
        int[] eighths = [.. counts.Select(count => (int)Math.Ceiling((double)count * highest / greatest))];
        return [.. Enumerable.Range(1, height)
            .Select(line => string.Concat(eighths.Select(level => levels[Math.Clamp(level - (height - line) * full, 0, full)])))];
    }
}
