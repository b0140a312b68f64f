using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Rules.Hygiene;

namespace MxAudit.Advice;

/// <summary>G1 to G7: filtering, the relay transport, the relayhost, the domains.</summary>
internal static class RoutingChecklist
{
    internal const string NeedsConfig = "Needs configuration.";
    private static readonly string[] Filters = ["smtpd_milters", "smtpd_proxy_filter", "content_filter"];
    private static readonly string[] TableLists = ["transport_maps", "relay_recipient_maps", "relay_domains"];

    internal static IEnumerable<ChecklistStep> Of(AdvisedHost host) =>
        [Filter(host), Relay(host), DefaultTransport(host), Relayhost(host), EntryForm(host), Postmap(host), Subdomains(host)];

    private static ChecklistStep Filter(AdvisedHost host)
    {
        const string recipe = "A fallback MX needs a spam filter (MailScanner), since spammers prefer fallbacks.";
        const string measured =
            "The primary's content refusals after DATA are not seen by probes: such mail is accepted here, refused there, and bounced to forged senders. Only a filter that refuses before the queue helps.";
        if (host.Config is not { } config)
            return new("G1", recipe, StepVerdict.NotKnown,
                $"{NeedsConfig}{(host.Found("BKS005") ? " The log shows that content is refused after this host has accepted the mail." : "")}",
                measured, [], host.Named("BKS005"));
        var services = config.PublicSmtpdServices;
        bool before = services.Any(service => NoJunkFilter.IsFiltered(config, service));
        bool behind = services.Any(service => config.ExpandedFor(service, "content_filter").Trim().Length > 0);
        string[] names = [.. Filters.Where(name => services.Any(service => config.ExpandedFor(service, name).Trim().Length > 0))];
        if (before)
            return new("G1", recipe, StepVerdict.Follows,
                "Something looks at mail before the queue. How strict it is can not be known from here: it should refuse at least what the primary refuses.",
                measured, host.Own(names), host.Named("HYG007", "BKS005"));
        return new("G1", recipe, behind ? StepVerdict.RecipeIsWrong : StepVerdict.DoesNot,
            behind ? "There is a filter, but behind the queue, as the recipe has it: what it refuses becomes a bounce. It must refuse before the queue: a milter, smtpd_proxy_filter, postscreen." : "Nothing filters mail before the queue: no postscreen, block list, milter, policy service or proxy filter is set. The recipe is right that a filter is needed; one behind the queue would make bounces.",
            measured, host.Own(names), host.Named("HYG007", "BKS005"));
    }

    private static ChecklistStep Relay(AdvisedHost host) =>
        new("G2", "The transport \"relay\" does not send to the fallback MX, and so avoids loops.", StepVerdict.RecipeIsWrong,
            Telling.Sentences(
                "relay is a copy of smtp, and does not avoid loops by itself. What does: the next hop is looked up by MX (no brackets, port 25), and Postfix knows all its own addresses (inet_interfaces, proxy_interfaces).",
                host.Named("LUP001", "LUP002", "LUP003", "LUP007") is { Length: > 0 } loops
                    ? $"This host has trouble with it: {string.Join(", ", loops)}."
                    : host.Mail is not null ? "No loop is seen here." : ""),
            "relay and smtp behaved alike towards MX lists. Real loops came from NAT without proxy_interfaces, transport maps that point at each other, relayhosts, and a host that was its own best MX.",
            host.Own("proxy_interfaces", "inet_interfaces"), host.Named("LUP001", "LUP002", "LUP003", "LUP004", "LUP007"));

    private static ChecklistStep DefaultTransport(AdvisedHost host)
    {
        const string recipe = "relay is the default transport of all domains in relay_domains.";
        const string measured = "That is the default of relay_transport.";
        if (host.Config is not { } config)
            return new("G3", recipe, host.RelayedNames.Count > 0 ? StepVerdict.Follows : StepVerdict.NotKnown,
                host.RelayedNames.Count > 0 ? $"The log shows the relay service at work for {Telling.Some(host.RelayedNames)}." : NeedsConfig,
                measured, [], []);
        if (host.RelayedNames.Count == 0)
            return new("G3", recipe, StepVerdict.DoesNot, "relay_domains names no domain: this host is no fallback for anybody yet.", measured,
                host.Own("relay_domains"), host.Named("RLY001"));
        bool isRelay = config.Expanded("relay_transport").Trim() is "relay" or "relay:";
        return new("G3", recipe, isRelay ? StepVerdict.Follows : StepVerdict.DoesNot,
            isRelay ? $"{Telling.Some(host.RelayedNames, 20)}." : "relay_transport is set to something else: look whether it leads to the primary.", measured,
            host.Own("relay_domains", "relay_transport"), host.Named("RLY001", "RLY002", "RLY003", "DNS001", "DNS005"));
    }

    private static ChecklistStep Relayhost(AdvisedHost host)
    {
        const string recipe = "Where the host has a relayhost, transport_maps must take the relayed domains out of it.";
        const string measured =
            "relayhost wins over relay_domains, for probes too. A relayhost that accepts everything made every unknown user deliverable; one that refuses made every valid user answer 550. An entry \":\" changes nothing.";
        if (host.Config is not { } config) return new("G4", recipe, StepVerdict.NotKnown, NeedsConfig, measured, [], host.Named("RLY006", "VRF007"));
        string[] taken = [.. host.TakenByRelayhost];
        string[] below = [.. host.RelayedNames.Where(name => Routes.TakesSubdomains(host, name))];
        bool none = config.IsEmpty("relayhost") && config.IsEmpty("sender_dependent_relayhost_maps");
        return new("G4", recipe, taken.Length > 0 ? StepVerdict.DoesNot : StepVerdict.Follows,
            none ? "There is no relayhost: nothing to take out."
                : taken.Length > 0 ? $"Mail of {Telling.Some(taken, 20)} leaves through the relayhost, and so do the probes."
                : $"The relayed domains go to their own MX hosts.{(below.Length > 0 ? $" Their subdomains do not: add {string.Join(", ", below.Select(name => "." + name))}." : "")}",
            measured, host.Own("relayhost", "transport_maps"), host.Named("RLY005", "RLY006", "VRF007"));
    }

    private static ChecklistStep EntryForm(AdvisedHost host)
    {
        const string recipe = "The entry is written \"example.com  relay\".";
        const string measured = "It works without the colon, but the manual does not say so. Write \"relay:\".";
        if (host.Config is not { } config) return new("G5", recipe, StepVerdict.NotKnown, NeedsConfig, measured, [], []);
        var entries = config.TablesOf("transport_maps")
            .SelectMany(table => table.Entries)
            .Where(entry => host.RelayedNames.Contains(entry.Key.TrimStart('.')))
            .ToArray();
        var bare = entries.Where(entry => !entry.Value.Contains(':')).ToArray();
        var shown = (bare.Length > 0 ? bare : entries)
            .Take(3)
            .Select(entry => new OwnSetting($"{entry.Key} {Redaction.OfText(entry.Value)}", entry.Place.Source, entry.Place.Line));
        return new("G5", recipe,
            bare.Length > 0 || entries.Length == 0 ? StepVerdict.Follows
                : entries.All(entry => entry.Value == "relay:") ? StepVerdict.Follows
                : StepVerdict.DoesNot,
            entries.Length == 0 ? "There is no entry for a relayed domain, and without a relayhost none is needed."
                : bare.Length > 0 ? "As the recipe has it: it works, and needs no change."
                : entries.All(entry => entry.Value == "relay:") ? "Written with the colon, which is better than the recipe."
                : "The entries say something else: look whether they lead to the primary.",
            measured, [.. shown], host.Named("RLY007", "RLY009"));
    }

    private static ChecklistStep Postmap(AdvisedHost host)
    {
        const string recipe = "Run postmap after each change of the table.";
        const string measured = "True for hash, lmdb, btree, cdb. hash and btree may be gone in new distributions: lmdb instead.";
        if (host.Config is not { } config) return new("G6", recipe, StepVerdict.NotKnown, NeedsConfig, measured, [], []);
        var tables = TableLists.SelectMany(name => config.TablesOf(name)).Where(table => table.File is { NeedsCompiling: true }).ToArray();
        var own = tables.Select(table => new OwnSetting(table.Shown, table.File!.Compiled is null ? "no compiled file at hand" : "compiled", null))
            .Distinct()
            .ToArray();
        if (tables.Length == 0) return new("G6", recipe, StepVerdict.Follows, "No table that needs it is in use.", measured, [], host.Named("RLY008"));
        if (tables.Any(table => table.File!.Compiled is null))
            return new("G6", recipe, StepVerdict.NotKnown,
                "The compiled tables are not among the files at hand: whether postmap was run can only be seen on the host.",
                measured, own, host.Named("RLY008"));
        var stale = tables.Where(table => table.File!.Changed > table.File.Compiled).ToArray();
        return new("G6", recipe, stale.Length > 0 ? StepVerdict.DoesNot : StepVerdict.Follows,
            stale.Length > 0
                ? $"Changed since postmap was run: {string.Join(", ", stale.Select(table => table.Shown))}."
                : "The compiled tables are newer than their sources.",
            measured, own, host.Named("RLY008"));
    }

    private static ChecklistStep Subdomains(AdvisedHost host)
    {
        const string recipe = "List the domains in relay_domains.";
        const string measured =
            "relay_domains = example.com accepts every subdomain too, while the entry example.com of transport_maps does not cover them. Mail for a subdomain that does not exist was accepted and bounced.";
        if (host.Config is not { } config)
            return new("G7", recipe, host.RelayedNames.Count > 0 ? StepVerdict.Follows : StepVerdict.NotKnown,
                host.RelayedNames.Count > 0 ? "The log shows relayed domains; how they are listed is not known." : NeedsConfig,
                measured, [], host.Named("RLY004"));
        bool matches = config.SubdomainsMatch("relay_domains");
        return new("G7", recipe, host.RelayedNames.Count > 0 ? StepVerdict.Follows : StepVerdict.DoesNot,
            Telling.Sentences(host.RelayedNames.Count > 0 ? $"Listed: {Telling.Some(host.RelayedNames, 20)}." : "No domain is listed.",
                !matches ? "Subdomains are not accepted."
                    : host.Doors.Count > 0 && host.Doors.All(door => door.Outcome.ChecksRecipientDomain || AdvisedHost.IsByList(door))
                        ? "Subdomains are accepted too, but only those that exist in DNS, or have users in the list."
                    : "Subdomains are accepted too, whether they exist or not."),
            measured, host.Own("relay_domains", "parent_domain_matches_subdomains"), host.Named("RLY001", "RLY004", "DNS001", "DNS005"));
    }
}
