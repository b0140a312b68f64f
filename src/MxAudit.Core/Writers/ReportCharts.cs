using System.Globalization;

namespace MxAudit.Writers;

/// <summary>Charts as inline SVG. Names and numbers are text of the page, so they wrap, can be read aloud, and do not shrink on a small screen.</summary>
internal sealed class ReportCharts(TextWriter writer)
{
    private const int LaneHeight = 36;

    public void Write(ReportBars bars)
    {
        long most = bars.Bars.Count == 0 ? 1 : Math.Max(1, bars.Bars.Max(bar => bar.Number));
        writer.Write($"<figure class=\"bars\">\n<figcaption>{Markup.Html(bars.Caption)}</figcaption>\n<table>\n");
        foreach (var (name, number) in bars.Bars)
            writer.Write($"<tr><th scope=\"row\">{Markup.Html(name)}</th><td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{Number(Math.Max(0.8, 100.0 * number / most))}\" height=\"10\"/></svg></td><td>{Phrases.Number(number)}</td></tr>\n");
        writer.Write($"</table>\n{(bars.Left > 0 ? $"<p class=\"note\">and {Phrases.Number(bars.Left)} more</p>\n" : "")}</figure>\n");
    }

    public void Write(ReportTimeline timeline)
    {
        writer.Write($"<figure class=\"timeline\">\n<figcaption>{Markup.Html(timeline.Caption)}{(timeline.Outages.Count > 0 ? "; <span class=\"down\">shaded</span>: a next hop was down" : "")}</figcaption>\n");
        foreach (var lane in timeline.Lanes) WriteLane(timeline, lane);
        foreach (var hop in timeline.Outages.GroupBy(outage => outage.NextHop).Take(8)) WriteOutages(timeline, hop.Key, [.. hop]);
        var middle = timeline.From + timeline.Steps / 2 * timeline.Step;
        writer.Write($"<div class=\"axis\"><time>{TimeScale.Shown(timeline.From, timeline.Step)}</time><time>{TimeScale.Shown(middle, timeline.Step)}</time><time>{TimeScale.Shown(timeline.To, timeline.Step)}</time></div>\n</figure>\n");
    }

    private void WriteLane(ReportTimeline timeline, ReportLane lane)
    {
        long most = Math.Max(1, lane.Counts.Max());
        writer.Write(
            $"<div class=\"lane{(lane.IsBad ? " bad" : "")}\"><span class=\"name\">{Markup.Html(lane.Name)}</span> <span class=\"sum\">{lane.Sum}</span>\n");
        writer.Write($"<svg viewBox=\"0 0 {timeline.Steps} {LaneHeight}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{Markup.Html(lane.Name)}: {lane.Sum}\">\n");
        foreach (var outage in timeline.Outages) WriteBand(timeline, outage, "down");
        for (int i = 0; i < lane.Counts.Count; i++)
        {
            if (lane.Counts[i] == 0) continue;
            double height = Math.Max(1.5, LaneHeight * (double)lane.Counts[i] / most);
            writer.Write($"<rect x=\"{Number(i + 0.08)}\" y=\"{Number(LaneHeight - height)}\" width=\"0.84\" height=\"{Number(height)}\"><title>{TimeScale.Shown(timeline.From + i * timeline.Step, timeline.Step)}: {Phrases.Number(lane.Counts[i])}</title></rect>\n");
        }
        writer.Write("</svg></div>\n");
    }

    private void WriteOutages(ReportTimeline timeline, string hop, ReportOutage[] outages)
    {
        writer.Write($"<div class=\"lane hop\"><span class=\"name\">Down: {Markup.Html(hop)}</span> <span class=\"sum\">{(outages[^1].To is null ? "still down" : "")}</span>\n<svg viewBox=\"0 0 {timeline.Steps} 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Outages of {Markup.Html(hop)}\">\n");
        foreach (var outage in outages) WriteBand(timeline, outage, "gone");
        writer.Write("</svg></div>\n");
    }

    private void WriteBand(ReportTimeline timeline, ReportOutage outage, string kind)
    {
        double from = Math.Clamp((outage.From - timeline.From) / timeline.Step, 0, timeline.Steps);
        double to = Math.Clamp(((outage.To ?? timeline.To) - timeline.From) / timeline.Step, 0, timeline.Steps);
        writer.Write($"<rect class=\"{kind}\" x=\"{Number(from)}\" y=\"0\" width=\"{Number(Math.Max(0.1, to - from))}\" height=\"{LaneHeight}\"><title>{Markup.Html(outage.NextHop)}: {TimeScale.Shown(outage.From)} to {(outage.To is { } end ? TimeScale.Shown(end) : "now")}</title></rect>\n");
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
