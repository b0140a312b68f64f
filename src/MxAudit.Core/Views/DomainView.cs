using MxAudit.Config;
using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>One recipient domain: its mail, why some came back, where Postfix would send it, what DNS says.</summary>
public static class DomainView
{
    private const int MostReasons = 8;

    public static IReadOnlyList<ToneLine> Of(AuditResult audit, DomainLine domain)
    {
        var traffic = domain.Traffic;
        var lines = new List<ToneLine> { new([new Span(traffic.Name, Tone.Heading), new Span($"  {Wording.Of(domain.Class)} domain")]) };
        if (!audit.Log.WasRead) lines.Fact("mail", "not known: no log was read", Tone.Dim);
        else Mail(lines, domain);
        RelatedFindings.Tell(lines, RelatedFindings.About(audit, traffic.Name));
        if (audit.Log.WasRead) Bounces(lines, [.. audit.Mail.Bounces.Where(one => one.Domain == traffic.Name)]);
        Route(lines, audit, domain);
        Mx(lines, audit, traffic.Name);
        return lines;
    }

    private static void Mail(List<ToneLine> lines, DomainLine domain)
    {
        var traffic = domain.Traffic;
        string[] parts =
        [
            $"{Phrases.Count(domain.Accepted, "recipient")} accepted",
            Some(traffic.Delivered, "delivered"), Some(traffic.Bounced, "bounced"), Some(domain.Deferred, "wait"), Some(domain.Queued, "not tried yet"),
            Some(domain.Accepted - traffic.Delivered - traffic.Bounced - domain.Deferred - domain.Queued, "held, on the way or deleted"),
            Some(traffic.Rejected, "refused"),
        ];
        lines.Fact("mail", string.Concat(parts));
        lines.Fact("probes", traffic.Probes == 0 ? "none: its recipients are not verified"
            : $"{Phrases.Number(traffic.ProbesDeliverable)} deliverable, {Phrases.Number(traffic.ProbesUndeliverable)} undeliverable, {Phrases.Number(traffic.ProbesUnknown)} unknown");
    }

    private static string Some(long number, string what) => number == 0 ? "" : $", {Phrases.Number(number)} {what}";

    private static void Bounces(List<ToneLine> lines, Recipient[] bounces)
    {
        lines.Head(bounces.Length == 0 ? "what came back: nothing" : $"what came back: {Phrases.Count(bounces.Length, "recipient")}, by reason");
        foreach (var reason in bounces.GroupBy(one => one.ReasonClass).OrderByDescending(group => group.Count()).Take(MostReasons))
        {
            lines.Add(new ToneLine($"{Phrases.Number(reason.Count()),7} {Wording.Of(reason.Key)}", Tone.Bounced, 2));
            lines.Add(new ToneLine(reason.First().Reason, Tone.Dim, 10));
        }
        Notice[] notices = [.. bounces.Select(one => one.NonDeliveryNotice).OfType<Notice>().DistinctBy(notice => notice.Itself.Index)];
        if (bounces.Length == 0) return;
        lines.Head($"notices about them: {Phrases.Number(notices.Length)}");
        foreach (var (stranger, fate) in notices.Select(notice => (notice.ToStranger, notice.Fate)).Distinct().OrderBy(kind => kind))
        {
            bool backscatter = stranger == Answer.Yes;
            int count = notices.Count(notice => (notice.ToStranger, notice.Fate) == (stranger, fate));
            lines.Add(new ToneLine(
                $"{Phrases.Number(count),7} {(backscatter ? "to strangers (backscatter)" : stranger == Answer.No ? "to own users" : "to senders of whom nothing is known")}, {Wording.Of(fate)}",
                backscatter ? Tone.High : Tone.Plain, 2));
        }
    }

    private static void Route(List<ToneLine> lines, AuditResult audit, DomainLine domain)
    {
        lines.Head("where it goes");
        if (domain.Traffic.NextHop is { } hop)
            lines.Fact("by the log", hop.DownSince is { } since ? $"{hop.Name}, down since {Passage.Moment(since)}" : hop.Name,
                hop.DownSince is null ? Tone.Plain : Tone.High);
        if (audit.Config is not { } config)
        {
            lines.Fact("by the rules", "not known: --config shows them", Tone.Dim);
            return;
        }
        foreach (var match in config.ClassesOf(domain.Traffic.Name))
            lines.Fact("class", $"{Wording.Of(match.Class)}: \"{match.Item}\" in {match.Parameter}{(match.Place is { } place ? $" ({place})" : "")}");
        Way(lines, "mail", config.RouteOfDomain(domain.Traffic.Name));
        Way(lines, "probes", config.RouteOfDomain(domain.Traffic.Name, forProbe: true));
    }

    private static void Way(List<ToneLine> lines, string what, Route route)
    {
        string hosts = route.Targets.Count == 0 ? "" : $", first {route.Targets[0].Host}{(route.Targets[0].IsBracketed ? "" : " by its MX records")}";
        lines.Fact(what,
            !route.IsKnown
                ? $"not known: {route.Parameter} can not be read"
                : $"{route.Transport}:{route.NextHop}{hosts}; {route.Parameter}{(route.Place is { } place ? $" ({place})" : "")} decides",
            route.GoesNowhere ? Tone.Medium : Tone.Plain);
    }

    private static void Mx(List<ToneLine> lines, AuditResult audit, string domain)
    {
        lines.Head("what DNS says");
        if (audit.Dns?.Of(domain) is not { } answer)
        {
            lines.Say(audit.Dns is null ? "DNS was not asked: --dns live asks" : "it was not asked about this domain", Tone.Dim);
            return;
        }
        if (answer.Mx.Count == 0) lines.Say(answer.ToString());
        foreach (var host in answer.Mx)
            lines.Fact($"MX {host.Preference}", $"{host}{(audit.Own.Is(host) ? "  this host" : "")}", audit.Own.Is(host) ? Tone.Good : Tone.Plain);
        if (answer.Mx.Count > 0 && !answer.MxListsUs(audit.Own)) lines.Say("This host is in none of its MX records.", Tone.Medium);
        if (answer.IsBestAtUs(audit.Own)) lines.Say("This host is its best MX: there is nobody better to hand mail to.", Tone.High);
    }
}
