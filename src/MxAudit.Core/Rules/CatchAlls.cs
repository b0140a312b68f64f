using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// Domains whose next hop took every address that came: as a catch-all does, for which there is no list of users. A primary that sends junk back itself looks
/// the same, and its notices are not made here.
/// </summary>
internal sealed class CatchAlls
{
    /// <summary>Junk guesses addresses: among so many different ones of a domain with a list there is one that nobody has.</summary>
    public const int Fewest = 200;

    private readonly HashSet<string> _domains = [];

    public CatchAlls(MailHistory mail)
    {
        var found = mail.Domains.Where(domain => domain.Number != 0 && domain.Delivered + domain.ProbesDeliverable >= Fewest)
            .ToDictionary(domain => domain.Name, _ => new HashSet<int>());
        if (found.Count == 0) return;
        // whatever the words: many a server says no more than "policy"
        foreach (var bounced in mail.Bounces)
            if (bounced.ReasonClass == ReasonClass.UserUnknown || (bounced.Stage == Stage.Rcpt && bounced.Dsn.Class == 5)) found.Remove(bounced.Domain);
        foreach (var probe in mail.ProbesWith(ProbeResult.Undeliverable))
            if (probe.Stage == Stage.Rcpt) found.Remove(probe.Domain);
        foreach (var probe in mail.ProbesFor(ReasonClass.UserUnknown)) found.Remove(probe.Domain);
        foreach (var waiting in mail.Deferred)
            if (waiting.ReasonClass == ReasonClass.UserUnknown) found.Remove(waiting.Domain);
        if (found.Count == 0) return;
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered && recipient.FromStranger) Count(recipient.Domain, recipient.Addressee);
        foreach (var probe in mail.ProbesWith(ProbeResult.Deliverable)) Count(probe.Domain, probe.Addressee);
        _domains = [.. found.Where(domain => domain.Value.Count >= Fewest).Select(domain => domain.Key)];

        void Count(string domain, int addressee)
        {
            if (found.TryGetValue(domain, out var users) && users.Count < Fewest) users.Add(addressee);
        }
    }

    public bool Have(string domain) => _domains.Contains(domain);
}
