using MxAudit.Config;
using MxAudit.Config.Tables;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

/// <summary>A next hop that the delivery agent ends at, instead of delivering.</summary>
/// <param name="Subject">The domain of an entry, else the parameter; without configuration the next hop.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Fault">What is wrong with it, in Postfix's words.</param>
/// <param name="Domains">Relay domains whose mail goes there.</param>
/// <param name="Proof">Null without configuration.</param>
/// <param name="Ended">What the agent said in the log.</param>
internal sealed record UnreadableNextHop(string Subject, string Text, string Fault, IReadOnlyList<string> Domains, Proof? Proof, IReadOnlyList<Remark> Ended)
{
    private static readonly string[] Fallbacks = ["smtp_fallback_relay", "lmtp_fallback_relay"];

    /// <summary>Since 3.5 there may be several. The agent ends at a later one, or at a fallback, only when those before it do not take the mail.</summary>
    public bool IsLater(PostfixConfig? config) =>
        Ended.Count == 0 && Fallbacks.Contains(Subject)
        || config?.Version >= new PostfixVersion(3, 5) && Ended.Count == 0
            && Text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var first, _, ..] && NextHopText.FaultOf(first, isLmtp: true) is null;

    public static IEnumerable<UnreadableNextHop> In(Evidence evidence)
    {
        var ended = evidence.MailIfAny
            .RemarksOf(RemarkKind.OtherFatal)
            .Select(remark => (Remark: remark, Said: Read(remark.Subject)))
            .Where(one => one.Said.Text.Length > 0)
            .ToLookup(one => one.Said, one => one.Remark);
        if (evidence.Config is not { } config)
            return ended.Select(said => new UnreadableNextHop(said.Key.Text, said.Key.Text, said.Key.Fault, [], null, [.. said]));
        UnreadableNextHop[] written = [.. InConfig(config)];
        var found = from hop in written
                    group hop by hop.Subject into same
                    let first = same.First()
                    select first with
                    {
                        Domains = [.. same.SelectMany(hop => hop.Domains).Distinct()],
                        Ended = [.. ended.Where(said => first.Text.Contains(said.Key.Text, StringComparison.Ordinal)).SelectMany(remarks => remarks)],
                    };
        bool mayBeElsewhere = config.UnreadTables.Any(table => table.Parameter.Contains("transport", StringComparison.Ordinal)
            || table.Parameter.Contains("relayhost", StringComparison.Ordinal));
        var elsewhere = from said in ended
                        where mayBeElsewhere && !written.Any(hop => hop.Text.Contains(said.Key.Text, StringComparison.Ordinal))
                        select new UnreadableNextHop(said.Key.Text, said.Key.Text, said.Key.Fault, [], null, [.. said]);
        return found.Concat(elsewhere);
    }

    private static IEnumerable<UnreadableNextHop> InConfig(PostfixConfig config)
    {
        foreach (string domain in Doors.DomainsOf(config))
            if (config.RouteOfDomain(domain) is { IsKnown: true } route && FaultOf(route) is { } fault)
                yield return route is { By: RouteDecider.TransportMaps, Entry: { } entry }
                    ? new UnreadableNextHop(domain, route.NextHop, fault, [domain], Proof.FromTable(entry), [])
                    : new UnreadableNextHop(route.Parameter, route.NextHop, fault, [domain], Proof.FromConfig(config, route.Parameter), []);
        foreach (var entry in config.TablesOf("transport_maps").Where(table => table.WhyUnreadable is null).SelectMany(table => table.Entries))
            // of one user, of a domain that is not relayed
            if (FaultOf(config, entry) is { } fault && Addresses.DomainOf(entry.Key).TrimStart('.') is var domain)
                yield return new UnreadableNextHop(domain == "*" ? "transport_maps" : domain, NextHopIn(entry), fault,
                    config.ClassOf(domain) == DomainClass.Relay ? [domain] : [], Proof.FromTable(entry), []);
        var other = config.RouteOfDomain("not-relayed-here.invalid"); // default_transport or relayhost
        if (other is { IsKnown: true, By: RouteDecider.ClassTransport or RouteDecider.Relayhost } && FaultOf(other) is { } ofOthers)
            yield return new UnreadableNextHop(other.Parameter, other.NextHop, ofOthers, [], Proof.FromConfig(config, other.Parameter), []);
        foreach (var hop in BySender(config).Concat(Fallback(config))) yield return hop;
    }

    /// <summary>Tables that give next hops to senders.</summary>
    private static IEnumerable<UnreadableNextHop> BySender(PostfixConfig config)
    {
        const string relayhosts = "sender_dependent_relayhost_maps", transports = "sender_dependent_default_transport_maps";
        bool isSmtp = CommandOf(config, config.Expanded("default_transport").Split(':')[0].Trim()) == "smtp";
        return from parameter in new[] { relayhosts, transports }
               from table in config.TablesOf(parameter)
               where table.WhyUnreadable is null
               from entry in table.Entries
               where !entry.Value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase)
               let isHop = parameter == relayhosts
               let fault = !isHop ? FaultOf(config, entry) : isSmtp ? NextHopText.FaultOf(entry.Value, false) : null
               where fault is not null
               select new UnreadableNextHop(parameter, isHop ? entry.Value : NextHopIn(entry), fault, [], Proof.FromTable(entry), []);
    }

    /// <summary>For all services that deliver so, or for one.</summary>
    private static IEnumerable<UnreadableNextHop> Fallback(PostfixConfig config) =>
        from service in config.Services
        where service.Command is "smtp" or "lmtp"
        let parameter = service.Command + "_fallback_relay"
        let hop = config.ExpandedFor(service, parameter).Trim()
        let fault = NextHopText.FaultOf(hop, service.Command == "lmtp")
        where fault is not null
        select new UnreadableNextHop(parameter, hop, fault, [], Proof.FromConfig(config, parameter, service), []);

    /// <summary>Null where the agent can read it, and where none of the two that read next hops delivers.</summary>
    public static string? FaultOf(Route route) =>
        route.By != RouteDecider.RecipientDomain && route.Agent is "smtp" or "lmtp" or "relay"
            ? NextHopText.FaultOf(route.NextHop, route.Agent == "lmtp") : null;

    private static string? FaultOf(PostfixConfig config, TableEntry entry)
    {
        string command = CommandOf(config, entry.Value.Split(':')[0].Trim());
        return command is "smtp" or "lmtp" or "relay" ? NextHopText.FaultOf(NextHopIn(entry), command == "lmtp") : null;
    }

    private static string CommandOf(PostfixConfig config, string transport) =>
        config.Services.FirstOrDefault(service => service.Name == transport && service.Type is "unix" or "fifo")?.Command ?? transport;

    private static string NextHopIn(TableEntry entry) => entry.Value.IndexOf(':') is >= 0 and var colon ? entry.Value[(colon + 1)..].Trim() : "";

    /// <summary>The agent ended at a next hop.</summary>
    public static bool Tells(Remark fatal) => Read(fatal.Subject).Text.Length > 0;

    private const string InDescription = " in server description: ", ForDestination = " for destination: ";

    /// <summary><c>missing "]" in server description: [mx1.example.com</c>, <c>bad network port: 0 for destination: [mx1.example.com]:0</c>.</summary>
    private static (string Fault, string Text) Read(string said)
    {
        foreach (string between in new[] { InDescription, ForDestination })
            if (said.IndexOf(between, StringComparison.Ordinal) is > 0 and var at
                && (between == InDescription || said.StartsWith("bad network port", StringComparison.Ordinal)))
                return (said[..at], said[(at + between.Length)..]);
        return ("", "");
    }
}
