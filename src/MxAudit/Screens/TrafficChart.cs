using MxAudit.Mail;
using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>Mail over time as bars, with the outages of next hops under it, on one axis.</summary>
internal sealed class TrafficChart(MailHistory mail)
{
    private const int MostOutages = 6, UsualLabel = 18, TickEvery = 30;

    private readonly Traffic _traffic = Traffic.Of(mail);
    private readonly IGrouping<NextHop, Outage>[] _outages = [.. mail.Outages.GroupBy(outage => outage.NextHop)
        .OrderByDescending(group => group.Sum(outage => outage.Failures))];

    /// <summary>Lines that can be higher than one: of what happened at all.</summary>
    public int Series => _traffic.Series.Count(series => series.Total > 0);

    /// <summary>Hosts that were down and are worth a line.</summary>
    public int Outages => Math.Min(MostOutages, _outages.Length);

    /// <summary>Lines it takes.</summary>
    /// <param name="bars">Lines of each bar.</param>
    public int HeightWith(int outages, int bars) => Series * bars + _traffic.Series.Count - Series + outages + 1;

    /// <summary>The unit, and what is left out.</summary>
    public string TitleFor(int width, int outages)
    {
        int left = _outages.Length - outages;
        var column = _traffic.Length / Math.Max(1, width - LabelWidth(width, outages));
        return $"mail over time{(column < TimeSpan.FromSeconds(1) ? "" : $", in columns of {ShortAge.Of(column)}")}{(left == 0 ? "" : $"; {left} more {(left == 1 ? "host was" : "hosts were")} down: press 4")}";
    }

    /// <returns>The lines that were written.</returns>
    public int Draw(Canvas canvas, int outages, int bars)
    {
        int label = LabelWidth(canvas.Width, outages), width = canvas.Width - label, y = 0;
        if (width < 1) return 0;
        foreach (var series in _traffic.Series)
            y += series.Total == 0 ? DrawNone(canvas, y, series, label) : DrawSeries(canvas.Part(0, y, canvas.Width, bars), series, label, bars);
        foreach (var group in _outages.Take(outages)) DrawOutages(canvas, y++, group, label);
        DrawAxis(canvas.Part(label, y, width, 1));
        return y + 1;
    }

    /// <summary>A word and its number, with a blank between and behind them.</summary>
    private int LeastLabel => Math.Max(UsualLabel, _traffic.Series.Max(series => series.Name.Length + Phrases.Number(series.Total).Length + 2));

    private int LabelWidth(int width, int outages) =>
        Math.Clamp(_outages.Take(outages).Select(group => group.Key.HostName.Length + 6).DefaultIfEmpty(0).Max(), LeastLabel, Math.Max(LeastLabel, width / 3));

    private static int DrawSeries(Canvas canvas, TrafficSeries series, int label, int bars)
    {
        int[] counts = series.In(canvas.Width - label);
        var lines = TrafficSeries.Bars(counts, bars);
        for (int line = 0; line < bars; line++) canvas.Write(label, line, lines[line], series.Tone);
        canvas.Write(0, bars - 1, series.Name, series.Tone);
        canvas.WriteRight(label - 1, bars - 1, Phrases.Number(series.Total));
        if (bars > 1) canvas.WriteRight(label - 1, 0, $"at most {Phrases.Number(counts.Max())}", Tone.Dim);
        return bars;
    }

    private static int DrawNone(Canvas canvas, int y, TrafficSeries series, int label)
    {
        canvas.Write(0, y, series.Name, Tone.Dim);
        canvas.WriteRight(label - 1, y, "·", Tone.Dim);
        return 1;
    }

    private void DrawOutages(Canvas canvas, int y, IGrouping<NextHop, Outage> group, int label)
    {
        canvas.Write(0, y, $"down {group.Key.HostName}", Tone.High, label - 1);
        foreach (var outage in group)
            if (_traffic.ColumnsOf(outage.From, outage.To, canvas.Width - label) is var (first, last))
                canvas.Write(label + first, y, new string('▒', last - first + 1), Tone.High);
    }

    /// <summary>Times as far as they fit, with the day where the log has several.</summary>
    private void DrawAxis(Canvas canvas)
    {
        string format = _traffic.Length > TimeSpan.FromDays(2) ? "MM-dd"
            : _traffic.From.Date != (_traffic.From + _traffic.Length).Date ? "MM-dd HH:mm"
            : _traffic.Length > TimeSpan.FromHours(1) ? "HH:mm"
            : "HH:mm:ss";
        string last = At(_traffic.From + _traffic.Length), before = "";
        int ticks = Math.Max(1, canvas.Width / TickEvery);
        for (int tick = 0; tick < ticks; tick++)
        {
            string time = At(_traffic.From + _traffic.Length * tick / ticks);
            if (time != before && (tick == 0 || time != last)) canvas.Write(canvas.Width * tick / ticks, 0, time, Tone.Dim);
            before = time;
        }
        canvas.WriteRight(canvas.Width, 0, last, Tone.Dim);

        string At(DateTimeOffset time) => time.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }
}
