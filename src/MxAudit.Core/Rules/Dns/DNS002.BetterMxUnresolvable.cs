using System.Net.Sockets;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.Dns;

public sealed class BetterMxUnresolvable : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "DNS002",
        Name = "better-mx-unresolvable",
        Title = "The primary of a relayed domain has no address that this host can use",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        NeedsDomains = true,
        OrElse = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Log,
        Why = """
            The MX records name a better host than this one, and that name leads nowhere. All mail for the domain comes here, and
            this host can not hand it on: it waits until it expires, and is returned. From outside the domain seems to work.
            """,
        Detects = """
            DNS answered for a domain of relay_domains, and no MX host that is better than this one has an address, or all their
            addresses are IPv6 and inet_protocols is ipv4, or the other way round. Medium when
            only some of them have none, or when transport_maps or relay_transport leads the mail another way. Likely only, unless
            deferred mail in the log shows the same failure.

            A host whose own lookup failed (SERVFAIL, a timeout) proves nothing, and neither does a file that holds no address of
            any MX host.

            Where DNS was not asked about the domain the log tells it: mail waits, or probes fail, for 15 minutes and more with "unable
            to find primary relay", and nothing succeeded there since.
            """,
        Fix =
        [
            new("Give the MX host an address in DNS, or name another host.", "dig +short A mx1.example.net; dig +short AAAA mx1.example.net"),
            new("Until then lead the mail to the primary by its address, so that what waits here is delivered.", "mxaudit explain RLY006"),
        ],
        Fires = new()
        {
            Config = Host,
            Dns = """
                {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": []}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
                """,
        },
        Quiet = new()
        {
            Config = Host,
            Dns = """
                {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": []}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]},
                 "mx1.example.net": {"status": "SERVFAIL"}}
                """,
        },
        References = ["https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1", "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup"],
    };

    private static readonly Fix BothKinds = new("Let Postfix use both kinds of addresses, if this host has both.",
        "postconf -e 'inet_protocols = all' && postfix stop && postfix start");

    private const string Host = """
            compatibility_level = 3.6
            myhostname = mx2.fallback.example
            mynetworks = 127.0.0.0/8
            inet_interfaces = 198.51.100.25
            relay_domains = example.net
            smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
            unverified_recipient_reject_code = 550
            """;

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        (evidence is { Config: null } or { Dns: null } ? [] : InDns(evidence)).Concat(evidence.Log is { } mail ? InLog(evidence, mail) : []);

    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(15);

    /// <summary>Reasons are read again from the log.</summary>
    private const int MostRead = 500;

    private const string Waiting = "recipient waiting", Probed = "probe without a result";

    private IEnumerable<Finding> InLog(Evidence evidence, MailHistory mail) =>
        from sign in SignsIn(evidence, mail)
        group sign by sign.Domain into domain
        let signs = domain.ToArray()
        let seen = Seen.Of(signs)
        where seen.Last - seen.First >= Lasting
        let origins = signs.Select(sign => sign.Origin!).ToArray()
        where !mail.Successes.DeliveredSince(seen.Last, domain.Key, origins) && !mail.Successes.FoundSince(seen.Last, domain.Key, origins)
        let recipients = signs.Count(sign => sign.What == Waiting)
        select Report(domain.Key,
            Telling.Sentences(
                $"No MX host of {domain.Key} that is better than this one has an address that Postfix could find, for {Telling.Span(seen.Last!.Value - seen.First!.Value)}.",
                recipients == 0 ? "" : $"{Telling.Count(recipients, "recipient waits", "recipients wait")}.",
                recipients == signs.Length ? "" : $"{Telling.Count(signs.Length - recipients, "probe")} had no result."),
            seen, Confidence.Likely,
            fixes:
            [
                Manual.Fix[0] with
                {
                    Command = $"dig +short MX {Postconf.Name(domain.Key)}   # then: dig +short A, and AAAA, of the hosts that it names",
                },
                .. Manual.Fix.Skip(1),
            ]);

    /// <summary>smtp_addr.c: this host is among the MX hosts, and none of the better ones has an address that was found.</summary>
    private static IEnumerable<Sign> SignsIn(Evidence evidence, MailHistory mail)
    {
        const string words = "unable to find primary relay for ";
        var relayed = evidence.Relayed();
        HashSet<string> named = [.. evidence.Config?.RelayedNames.Select(domain => domain.Name) ?? []];
        // strangers make up subdomains
        bool IsMeant(string domain) =>
            (named.Contains(domain) || (relayed.Contains(domain) && relayed.ParentOf(domain) is null)) && evidence.Dns?.Of(domain) is null;
        foreach (var waiting in mail.DeferredFor(ReasonClass.DnsTemporary)
            .Where(one => one.Outcome is not (Outcome.Delivered or Outcome.Bounced) && IsMeant(one.Domain)).Take(MostRead))
            if (waiting.Reason.Contains(words, StringComparison.Ordinal))
                yield return new Sign(waiting.Domain, Waiting, waiting.LastLine, waiting.FirstDeferred, waiting.LastAttempt).By(waiting.Message);
        foreach (var probe in mail.ProbesFor(ReasonClass.DnsTemporary).Where(probe => IsMeant(probe.Domain)).Take(MostRead))
            if (probe.Reason.Contains(words, StringComparison.Ordinal))
                yield return new Sign(probe.Domain, Probed, probe.Line, probe.Time).By(probe.Message);
    }

    private IEnumerable<Finding> InDns(Evidence evidence)
    {
        if (!evidence.Answers.All.Any(answer => answer.Mx.Any(host => host.Addresses.Count > 0))) return [];
        var probes = (evidence.Log?.ProbesFor(ReasonClass.DnsTemporary).Concat(evidence.Log.ProbesFor(ReasonClass.DnsPermanent)) ?? [])
            .ToLookup(probe => probe.Domain);
        return from named in evidence.Configuration.RelayedNames
               let answer = evidence.Answers.Of(named.Name)
               where answer is { Status: DnsStatus.Exists, IsNullMx: false } && !answer.Mx.Any(host => host.IsAddress)
               let better = answer.BetterThan(evidence.Own)
               let lost = LostOf(evidence, named.Name, better)
               where lost.Count > 0
               select ReportDomain(evidence, named, answer, lost, lost.Count == better.Count, [.. probes[named.Name]]);
    }

    /// <summary>A host of the other kind of address matters when there is no host of this kind, and mail goes there.</summary>
    private static IReadOnlyList<MxHost> LostOf(Evidence evidence, string domain, IReadOnlyList<MxHost> better)
    {
        MxHost[] nowhere = [.. better.Where(host => LeadsNowhere(evidence.Answers, host))];
        return NeedsMx(evidence, domain) && better.All(host => IsForeign(evidence.Configuration, host) || nowhere.Contains(host)) ? better : nowhere;
    }

    private static bool NeedsMx(Evidence evidence, string domain) => evidence.Configuration.RouteOfDomain(domain) is { By: RouteDecider.RecipientDomain };

    private static bool LeadsNowhere(DnsAnswers answers, MxHost host) =>
        host.Addresses.Count == 0 && answers.Of(host.Exchange) is var own && (own is null || (own.Status != DnsStatus.Failed && own.Addresses.Count == 0));

    /// <summary>It has addresses, none of them of a kind that Postfix is told to use.</summary>
    private static bool IsForeign(PostfixConfig config, MxHost host)
    {
        var kinds = config.List("inet_protocols");
        return config.IsExplicit("inet_protocols") && host.Addresses.Count > 0 && !kinds.Contains("all")
            && host.Addresses.All(address => !kinds.Contains(address.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4"));
    }

    private Finding ReportDomain(Evidence evidence, NamedDomain named, DnsAnswer answer, IReadOnlyList<MxHost> lost, bool all, Probe[] probes)
    {
        var foreign = lost.Where(host => host.Addresses.Count > 0).ToArray();
        bool needsMx = NeedsMx(evidence, named.Name);
        Recipient[] waiting = [.. evidence.Log?.Deferred
            .Concat(evidence.Log.Bounces)
            .Where(one => one.Domain == named.Name && one.ReasonClass is ReasonClass.DnsTemporary or ReasonClass.DnsPermanent)
            .DistinctBy(one => one.LastLine) ?? []];
        return Report(named.Name,
            Telling.Sentences(
                $"{(all ? "No MX host of" : "Some MX hosts of")} {named.Name} that {(all ? "is" : "are")} better than this one {(all ? "has" : "have")} {(all ? "an" : "no")} address {(foreign.Length == 0 ? "in DNS" : "that this host can use")}: {Telling.Some(lost.Select(host => host.ToString()))}.",
                foreign.Length == 0 ? "" : $"inet_protocols is {evidence.Configuration.Expanded("inet_protocols").Trim()}.",
                waiting.Length == 0 ? "" : $"Mail for {Telling.Count(waiting.Length, "recipient")} could not be handed on for it.",
                probes.Length == 0 ? "" : $"{Telling.Count(probes.Length, "probe")} had no result for it.",
                needsMx ? "" : "This host sends its mail another way; the rest of the world can not."),
            Seen.Stated([Proof.FromDns(evidence.Answers, answer), .. foreign.Take(1).Select(_ => Proof.FromConfig(evidence.Configuration, "inet_protocols")),
                Proof.FromConfigAt(evidence.Configuration, "relay_domains", named.Place)])
                .And(Seen.Of(waiting, 3) with { First = waiting.Min(one => one.FirstAttempt) })
                .And(Seen.Of(probes).ShownBy(probes.Take(3).Select(probe => probe.Line))),
            waiting.Length > 0 || probes.Length > 0 ? Confidence.Strong : Confidence.Likely,
            all && needsMx ? Severity.High : Severity.Medium,
            [
                .. foreign.Take(1).Select(_ => BothKinds),
                Manual.Fix[0] with { Command = $"dig +short A {Postconf.Name(lost[0].Exchange)}; dig +short AAAA {Postconf.Name(lost[0].Exchange)}" },
                .. Manual.Fix.Skip(1),
            ]);
    }
}
