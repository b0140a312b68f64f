using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Traffic by recipient domain.</summary>
public sealed partial class MailHistory
{
    /// <summary>By recipients, most first. Gathered when somebody asks.</summary>
    public IReadOnlyList<DomainTraffic> Domains => field ??= DeriveDomains();

    private DomainTraffic[] DeriveDomains()
    {
        var domains = new Dictionary<string, DomainTraffic>();
        var numbered = new List<DomainTraffic>();
        var hops = new Dictionary<DomainTraffic, Dictionary<NextHop, int>>();
        for (int row = 0; row < RecipientRows.Count; row++) CountRecipient(row, domains, numbered, hops);
        for (int row = 0; row < RejectRows.Count; row++)
            if (!RejectRows[row].WarnOnly && Of(RejectRows[row].Recipient, domains, numbered) is { } domain) domain.Rejected += 1 + RejectRows[row].Repeats;
        foreach (int row in ProbeAttempts)
        {
            if (Of(AttemptRows[row].Recipient, domains, numbered) is not { } domain) continue;
            domain.ByRelayService |= (AttemptRows[row].Flags & AttemptFlags.ByRelayService) != 0;
            switch (ResultOf(AttemptRows[row]))
            {
                case ProbeResult.Deliverable: domain.ProbesDeliverable++; break;
                case ProbeResult.Undeliverable: domain.ProbesUndeliverable++; break;
                default: domain.ProbesUnknown++; break;
            }
        }
        foreach (var notice in Notices)
        {
            if (notice.ToStranger != Answer.Yes) continue;
            foreach (string name in notice.Reported.Select(attempt => attempt.Domain).Distinct())
                if (domains.TryGetValue(name, out var domain)) domain.NoticesToStrangers++;
        }
        foreach (var (domain, counts) in hops) domain.NextHop = counts.MaxBy(pair => pair.Value).Key;
        return [.. numbered.OrderByDescending(domain => domain.Accepted).ThenByDescending(domain => domain.Rejected).ThenBy(domain => domain.Name, StringComparer.Ordinal)];
    }

    private void CountRecipient(int row, Dictionary<string, DomainTraffic> domains, List<DomainTraffic> numbered, Dictionary<DomainTraffic, Dictionary<NextHop, int>> hops)
    {
        ref var recipient = ref RecipientRows[row];
        int last = _order[recipient.FirstAttempt + recipient.AttemptCount - 1];
        if (Of(AttemptRows[last].Recipient, domains, numbered) is not { } domain) return;
        domain.Accepted++;
        domain.ByRelayService |= (AttemptRows[last].Flags & AttemptFlags.ByRelayService) != 0;
        switch (recipient.Outcome)
        {
            case Outcome.Delivered: domain.Delivered++; break;
            case Outcome.Bounced or Outcome.Expired: domain.Bounced++; break;
            case Outcome.Deferred: domain.Deferred++; break;
        }
        if (HopOf(last) is not { } hop) return;
        if (!hops.TryGetValue(domain, out var counts)) hops.Add(domain, counts = []);
        counts[hop] = counts.GetValueOrDefault(hop) + 1;
    }

    /// <summary>The domain of an address; the answer is kept with the address, as its number.</summary>
    private DomainTraffic? Of(int address, Dictionary<string, DomainTraffic> domains, List<DomainTraffic> numbered)
    {
        if (address == 0) return null;
        ref int number = ref Texts.Domain(address);
        if (number == 0)
        {
            string name = DomainOf(address);
            if (!domains.TryGetValue(name, out var domain))
            {
                domains.Add(name, domain = new DomainTraffic(name, numbered.Count + 1));
                numbered.Add(domain);
            }
            number = domain.Number;
        }
        var known = numbered[number - 1];
        return known.Name.Length == 0 ? null : known;
    }
}
