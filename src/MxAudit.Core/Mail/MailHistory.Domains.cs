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
        var domains = new Dictionary<int, DomainTraffic>();
        var hops = new Dictionary<DomainTraffic, Dictionary<NextHop, int>>();
        for (int row = 0; row < RecipientRows.Count; row++) CountRecipient(row, domains, hops);
        for (int row = 0; row < RejectRows.Count; row++)
            if (!RejectRows[row].WarnOnly && Of(RejectRows[row].Recipient, domains) is { } domain) domain.Rejected += 1 + RejectRows[row].Repeats;
        foreach (int row in ProbeAttempts)
        {
            if (Of(AttemptRows[row].Recipient, domains) is not { } domain) continue;
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
            foreach (int number in notice.ReportedRows().Select(row => DomainNumberOf(AttemptRows[row].Recipient)).Distinct())
                if (domains.TryGetValue(number, out var domain)) domain.NoticesToStrangers++;
        }
        foreach (var (domain, counts) in hops) domain.NextHop = counts.MaxBy(pair => pair.Value).Key;
        return [.. domains.Values.OrderByDescending(domain => domain.Accepted).ThenByDescending(domain => domain.Rejected).ThenBy(domain => domain.Name, StringComparer.Ordinal)];
    }

    private void CountRecipient(int row, Dictionary<int, DomainTraffic> domains, Dictionary<DomainTraffic, Dictionary<NextHop, int>> hops)
    {
        ref var recipient = ref RecipientRows[row];
        int last = _order[recipient.FirstAttempt + recipient.AttemptCount - 1];
        if (Of(AttemptRows[last].Recipient, domains) is not { } domain) return;
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

    private DomainTraffic? Of(int address, Dictionary<int, DomainTraffic> domains)
    {
        int number = address == 0 ? 1 : DomainNumberOf(address);
        if (number == 1) return null;
        ref var domain = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(domains, number, out _);
        return domain ??= new DomainTraffic(_domainNames[number]);
    }
}
