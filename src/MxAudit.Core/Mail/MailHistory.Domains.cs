using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Traffic by recipient domain.</summary>
public sealed partial class MailHistory
{
    /// <summary>By recipients, most first. Gathered when somebody asks.</summary>
    public IReadOnlyList<DomainTraffic> Domains => field ??= DeriveDomains();

    private DomainTraffic[] DeriveDomains()
    {
        var domains = new List<DomainTraffic?>();
        for (int row = 0; row < RecipientRows.Count; row++)
        {
            if (row + 2 * Ahead < RecipientRows.Count) AttemptRows.Prefetch(LastAttemptOf(RecipientRows[row + 2 * Ahead]));
            if (row + Ahead < RecipientRows.Count) Texts.Prefetch(AttemptRows[LastAttemptOf(RecipientRows[row + Ahead])].Recipient);
            CountRecipient(row, domains);
        }
        for (int row = 0; row < RejectRows.Count; row++)
        {
            FetchReject(row + Ahead);
            ref var reject = ref RejectRows[row];
            if (reject.WarnOnly || Of(reject.Recipient, domains) is not { } domain) continue;
            domain.Rejected += 1 + reject.Repeats;
            if (reject.Reason == ReasonClass.RelayDenied) domain.RelayDenied += 1 + reject.Repeats;
        }
        for (int probe = 0; probe < ProbeAttempts.Length; probe++)
        {
            int row = ProbeAttempts[probe];
            FetchProbe(probe + Ahead);
            if (Of(AttemptRows[row].Recipient, domains) is not { } domain) continue;
            domain.ByRelayService |= (AttemptRows[row].Flags & AttemptFlags.ByRelayService) != 0;
            domain.WasAskedFor |= (AttemptRows[row].Flags & AttemptFlags.HasOriginal) == 0;
            switch ((ProbeResult)_probeResults[probe])
            {
                case ProbeResult.Deliverable: domain.ProbesDeliverable++; break;
                case ProbeResult.Undeliverable: domain.ProbesUndeliverable++; break;
                default: domain.ProbesUnknown++; break;
            }
        }
        var reported = new List<int>();
        foreach (var notice in Notices)
        {
            if (notice.ToStranger != Answer.Yes) continue;
            reported.Clear();
            notice.AddReportedRows(reported);
            foreach (int row in reported)
                if (DomainNumberOf(AttemptRows[row].Recipient) is var number && number < domains.Count) domains[number]?.Count(notice);
        }
        return [.. domains.OfType<DomainTraffic>().Order(DomainTraffic.BusiestFirst)];
    }

    private void CountRecipient(int row, List<DomainTraffic?> domains)
    {
        ref var recipient = ref RecipientRows[row];
        int last = LastAttemptOf(recipient);
        if (Of(AttemptRows[last].Recipient, domains) is not { } domain) return;
        domain.Accepted++;
        domain.ByRelayService |= (AttemptRows[last].Flags & AttemptFlags.ByRelayService) != 0;
        switch (recipient.Outcome)
        {
            case Outcome.Delivered: domain.Delivered++; break;
            case Outcome.Bounced or Outcome.Expired: domain.Bounced++; break;
            case Outcome.Deferred: domain.Deferred++; break;
            case Outcome.Queued: domain.Queued++; break;
        }
        if (HopOf(last) is not { } hop) return;
        domain.Count(hop);
    }

    private DomainTraffic? Of(int address, List<DomainTraffic?> domains)
    {
        int number = address == 0 ? 1 : DomainNumberOf(address);
        if (number == 1) return null;
        while (domains.Count <= number) domains.Add(null);
        return domains[number] ??= new DomainTraffic(_domainNames[number], number);
    }

    private (Numbers Probes, Numbers FirstOfDomain)? _probesByDomain;

    /// <summary>Of one domain, in the order of the log. Sorted once, by counting.</summary>
    public IReadOnlyList<Probe> ProbesTo(DomainTraffic domain)
    {
        var (probes, first) = _probesByDomain ??= SortProbes();
        int start = first[domain.Number];
        int count = first[domain.Number + 1] - start;
        return new Rows<Probe>(count, i => new Probe(this, probes[start + i]),
            i => AttemptRows.Prefetch(ProbeAttempts[probes[start + Math.Min(i + Ahead, count - 1)]]));
    }

    private (Numbers Probes, Numbers FirstOfDomain) SortProbes()
    {
        Numbers numbers = new(_arena, ProbeAttempts.Length), first = new(_arena, _domainNames.Count + 2), probes = new(_arena, numbers.Length);
        for (int probe = 0; probe < numbers.Length; probe++)
        {
            FetchProbe(probe + Ahead);
            first[numbers[probe] = DomainNumberOf(AttemptRows[ProbeAttempts[probe]].Recipient)]++;
        }
        for (int number = 1; number < first.Length; number++) first[number] += first[number - 1];
        for (int probe = numbers.Length - 1; probe >= 0; probe--) probes[--first[numbers[probe]]] = probe;
        return (probes, first);
    }

    /// <summary>Recipients of a domain whose mail was accepted from <paramref name="from"/> on and before <paramref name="until"/>.</summary>
    public int CountAccepted(string domain, DateTimeOffset from, DateTimeOffset until)
    {
        long first = from.ToUnixTimeMilliseconds(), end = until.ToUnixTimeMilliseconds();
        int count = 0;
        for (int row = 0; row < RecipientRows.Count; row++)
        {
            ref var recipient = ref RecipientRows[row];
            long born = Lives[FirstLifeOf(recipient)].BornAt;
            if (born >= first && born < end && DomainOf(AttemptRows[_order[recipient.FirstAttempt]].Recipient) == domain) count++;
        }
        return count;
    }
}
