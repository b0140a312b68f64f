using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

/// <summary>A next hop of a relayed domain with a name that DNS does not know: mail bounces with 5.4.4, and probes fail for good.</summary>
/// <param name="Proofs">What configuration and DNS show; empty where the log alone tells it.</param>
internal sealed record LostNextHop(string Domain, string Host, IReadOnlyList<Proof> Proofs, IReadOnlyList<LostNextHop.Failure> Failures)
{
    /// <summary>A recipient or a probe that failed for it.</summary>
    internal readonly record struct Failure(string Domain, string Host, string Recipient, DateTimeOffset? Time, LinePosition Line, Message Message);

    public static IEnumerable<LostNextHop> In(Evidence evidence)
    {
        var failures = (evidence.Log is { } mail ? FailuresIn(mail, evidence.Config) : []).ToLookup(failure => (failure.Domain, failure.Host));
        return evidence.Config is { } config ? InConfig(evidence, config, failures)
            : from failed in failures
              where evidence.Relayed().ParentOf(failed.Key.Domain) is null // a subdomain that strangers made up, or with an old MX record: RLY004
              where !IsOver(evidence.Mail, failed.Key.Domain, failed)
              select new LostNextHop(failed.Key.Domain, failed.Key.Host, [], [.. failed]);
    }

    /// <summary>The table or the parameter names the host, and DNS answered that there is none, or the log shows it.</summary>
    private static IEnumerable<LostNextHop> InConfig(Evidence evidence, PostfixConfig config, ILookup<(string, string), Failure> failures) =>
        from domain in Doors.DomainsOf(config)
        let route = config.RouteOfDomain(domain)
        where route is { IsKnown: true, GoesNowhere: false, By: not RouteDecider.RecipientDomain, Targets.Count: > 0 }
            && UnreadableNextHop.FaultOf(route) is null
            && !HasFallback(config, route)
        let host = route.Targets[0].Host
        where host != domain
        let failed = failures[(domain, host)].ToArray()
        let answer = evidence.Dns?.Of(host)
        let mayBeInHosts = AsksHostsFile(config, route)
        where (!mayBeInHosts && evidence.Dns is { } dns && route.Targets.All(target => dns.Of(target.Host) is { } said && IsLost(dns, said)))
            || (failed.Length > 0 && (answer is null || mayBeInHosts) && !IsOver(evidence.MailIfAny, domain, failed))
        select new LostNextHop(domain, host,
            [
                route.Entry is { } entry && route.By == RouteDecider.TransportMaps ? Proof.FromTable(entry) : Proof.FromConfig(config, route.Parameter),
                .. answer is null ? [] : new[] { Proof.FromDns(evidence.Dns!, answer) }
            ], failed);

    /// <summary>/etc/hosts may know what DNS does not. lmtp has parameters of its own.</summary>
    private static bool AsksHostsFile(PostfixConfig config, Route route)
    {
        string agent = route.Agent == "lmtp" ? "lmtp" : "smtp";
        return config.ExpandedFor(route.Service, agent + "_host_lookup").Contains("native", StringComparison.Ordinal)
            || config.ExpandedFor(route.Service, agent + "_dns_support_level").Trim() == "disabled"
            || config.ExpandedFor(route.Service, "disable_dns_lookups").Trim() == "yes";
    }

    /// <summary>Mail that finds no host goes on to smtp_fallback_relay, and does not bounce.</summary>
    private static bool HasFallback(PostfixConfig config, Route route) => config.ExpandedFor(route.Service, "smtp_fallback_relay").Trim().Length > 0;

    private static bool IsLost(DnsAnswers dns, DnsAnswer said) =>
        said.Status == DnsStatus.NoSuchDomain || (said is { Status: DnsStatus.Exists, Mx.Count: 0, Cname: "" } && dns.AddressesOf(said.Domain).Count == 0);

    /// <summary>Each host that met it has delivered, or found, a recipient of the domain since.</summary>
    private static bool IsOver(MailHistory mail, string domain, IEnumerable<Failure> failures) =>
        failures.GroupBy(failure => failure.Message.Host).All(host => mail.Successes.AnySince(host.Max(failure => failure.Time), domain, host.Key));

    /// <summary>Once or twice, of a domain whose mail was delivered before: DNS may have failed for a moment.</summary>
    public bool MayBePassing(MailHistory mail) =>
        Proofs.Count == 0
        && Failures.Count < 3
        && (mail.Recipients.Any(recipient => recipient.Outcome == Outcome.Delivered && recipient.Domain == Domain && recipient.ByRelayService)
            || mail.Probes.Any(probe => probe.Result == ProbeResult.Deliverable && probe.Domain == Domain));

    /// <remarks>What trusted clients send may leave by the relay service, too, to domains whose own DNS is at fault.</remarks>
    private static IEnumerable<Failure> FailuresIn(MailHistory mail, PostfixConfig? config)
    {
        foreach (var bounced in mail.BouncesFor(ReasonClass.DnsPermanent))
            if ((bounced is { ByRelayService: true, Message.Trusted: not Answer.Yes } || config?.ClassOf(bounced.Domain) == DomainClass.Relay)
                && HostIn(bounced.Reason) is { Length: > 0 } host
                && host != bounced.Domain)
                yield return new Failure(bounced.Domain, host, bounced.Address, bounced.LastAttempt, bounced.LastLine, bounced.Message);
        foreach (var probe in mail.ProbesFor(ReasonClass.DnsPermanent))
            if ((probe.ByRelayService || config?.ClassOf(probe.Domain) == DomainClass.Relay)
                && HostIn(probe.Reason) is { Length: > 0 } host
                && host != probe.Domain)
                yield return new Failure(probe.Domain, host, probe.Recipient, probe.Time, probe.Line, probe.Message);
    }

    /// <summary>
    /// <c>Host or domain name not found. Name service error for name=H type=A: Host not found</c>; another H than the domain was named by a table.
    /// </summary>
    private static string HostIn(string reason)
    {
        const string before = "Name service error for name=", after = " type=";
        int at = reason.IndexOf(before, StringComparison.Ordinal);
        if (at < 0 || !reason.EndsWith(": Host not found", StringComparison.Ordinal)) return "";
        int end = reason.IndexOf(after, at, StringComparison.Ordinal);
        return end < 0 ? "" : reason[(at + before.Length)..end].ToLowerInvariant();
    }
}
