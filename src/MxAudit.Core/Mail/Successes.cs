using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>
/// When each host last handed on mail for a domain, or found a recipient of it: gathered once for all rules, since a fault may have as many domains as
/// strangers make up. What a host delivers to mailboxes of its own, as a primary in the same log does, or gives to
/// a filter tells nothing of the way to the next hop.
/// </summary>
internal sealed class Successes
{
    private readonly Dictionary<(string Domain, string Host, string Instance), DateTimeOffset> _delivered = [], _found = [];
    private readonly Dictionary<(string Domain, string Host), DateTimeOffset> _ofHost = [];

    internal Successes(MailHistory mail)
    {
        var filters = mail.NextHops.Where(hop => hop.IsFilter()).ToHashSet();
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered && recipient.NextHop is { } hop && !filters.Contains(hop))
                Note(_delivered, recipient.Domain, recipient.Message, recipient.LastAttempt);
        foreach (var probe in mail.ProbesWith(ProbeResult.Deliverable)) Note(_found, probe.Domain, probe.Message, probe.Time);
    }

    private void Note(Dictionary<(string, string, string), DateTimeOffset> last, string domain, Message message, DateTimeOffset? time)
    {
        if (time is not { } moment) return;
        KeepLater(last, (domain, message.Host, message.Instance), moment);
        KeepLater(_ofHost, (domain, message.Host), moment);
    }

    private static void KeepLater<TKey>(Dictionary<TKey, DateTimeOffset> last, TKey key, DateTimeOffset moment) where TKey : notnull
    {
        if (!last.TryGetValue(key, out var before) || before < moment) last[key] = moment;
    }

    /// <summary>On each of these hosts and instances.</summary>
    public bool DeliveredSince(DateTimeOffset? moment, string domain, IEnumerable<Origin> origins) => AllSince(_delivered, moment, domain, origins);

    /// <inheritdoc cref="DeliveredSince"/>
    public bool FoundSince(DateTimeOffset? moment, string domain, IEnumerable<Origin> origins) => AllSince(_found, moment, domain, origins);

    /// <summary>Delivered or found by any instance of the host: they share its resolver.</summary>
    public bool AnySince(DateTimeOffset? moment, string domain, string host) => _ofHost.TryGetValue((domain, host), out var time) && time > moment;

    private static bool AllSince(Dictionary<(string, string, string), DateTimeOffset> last, DateTimeOffset? moment, string domain,
        IEnumerable<Origin> origins) =>
        origins.Distinct().All(origin => last.TryGetValue((domain, origin.Host, origin.Instance), out var time) && time > moment);
}
