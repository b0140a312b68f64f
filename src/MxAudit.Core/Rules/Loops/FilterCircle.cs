using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Mail that goes round between this host and its own content filter: what comes back is handed to the filter again.</summary>
internal static class FilterCircle
{
    /// <summary>
    /// What brought it back each time is this host itself, or a host that content_filter names, and no round ended anywhere but at the filter. How the rounds
    /// began tells nothing: on a host with a filter all mail goes there first, also what goes round between the primary and this host.
    /// </summary>
    /// <param name="circles">The lives of each message, in the order of acceptance.</param>
    public static bool Is(Evidence evidence, IReadOnlyCollection<IReadOnlyList<Message>> circles)
    {
        var hosts = Relayhosts.Of(evidence.Config?.ContentFilters ?? []);
        return circles.Count > 0 && circles.All(lives =>
            lives.Skip(1).All(life => Networks.IsLoopback(life.ClientAddress) || Relayhosts.Took(life.Client, hosts))
            && lives.SkipLast(1).All(life => EndedAtFilter(life.LastLife, evidence.Mail.Trusted)));
    }

    private static bool EndedAtFilter(Message life, TrustedClients trusted)
    {
        Attempt[] sent = [.. life.Attempts.Where(attempt => attempt.Status == DeliveryStatus.Sent)];
        return sent.Length > 0 && sent.All(attempt => attempt.NextHop is { } hop
            && ((hop.IsFilter() && hop.Port is not ("" or "25")) || trusted.IsFilter(hop.Name)));
    }

    /// <summary>FILTER_README has <c>-o content_filter=</c> for the smtpd that takes mail back: without it, it has what main.cf says.</summary>
    public static Fix Ended(PostfixConfig? config)
    {
        const string settings = "postconf -n content_filter header_checks body_checks; postconf -P '*/*/content_filter' '*/*/receive_override_options'";
        if (config is { ContentFilters: { Count: > 0 } filters } && filters.All(filter => filter.Host != "localhost" && !Networks.IsLoopback(filter.Host)))
            return new($"The content filter {Telling.Some(filters.Select(filter => filter.Host))} hands mail back where it is filtered again. Let it hand mail back to a port of this host for that alone, as 10025, "
                + "whose smtpd has an empty content_filter.", settings);
        MasterEntry[] again = [.. config?.SmtpdServices.Where(service => service.IsLoopback && !config.IsEmpty("content_filter", service)) ?? []];
        return again.Length > 0
            ? new("The smtpd that takes mail back from the content filter hands it to the filter again. Empty content_filter there, and restart the filter, which may keep old connections open.",
                $"postconf -P {string.Join(' ', again.Select(service => ShellWord.Quoted($"{service.Id}/content_filter=")))} && postfix reload")
            : new("The mail never leaves this host: what comes back from the content filter is handed to the filter again, by content_filter or by FILTER in a table. "
                + "Let the smtpd that takes it back do neither.", settings);
    }
}
