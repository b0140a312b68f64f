using MxAudit.Config;
using MxAudit.Config.Tables;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class TransportMissing : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY007",
        Name = "transport-missing",
        Title = "Mail is given to a transport that master.cf does not have",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The part before the colon of a transport is the name of a service in master.cf. Where there is none of that name, mail
            waits with "mail transport unavailable" until it expires, and recipients can not be verified. A slip of the pen is the
            usual cause, or a service that was taken out of master.cf.
            """,
        Detects = """
            relay_transport, content_filter, the transport that is set for another class, or an entry of transport_maps or
            sender_dependent_default_transport_maps, names a service that the master.cf at hand does not have; high where it is only
            of domains that this host does not relay for. Or qmgr warned that there is no such service. Quiet where the master.cf at
            hand has it: then it was put right. Low where nothing in the configuration at hand leads there any more.
            """,
        Fix =
        [
            new("Correct the name before the colon, or add the service to master.cf.", "postconf transport_maps relay_transport; postconf -M"),
            new("Then let the waiting mail be tried at once.", "postfix reload && postqueue -f"),
        ],
        Fires = """
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: warning: connect to transport private/relais: No such file or directory
            """,
        Quiet = """
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: warning: connect to transport private/relay: Connection refused
            """,
        References =
        [
            "https://www.postfix.org/transport.5.html",
            "https://www.postfix.org/master.5.html",
            "https://www.postfix.org/postconf.5.html#relay_transport",
        ],
    };

    private const string Filter = "content_filter";

    private static readonly string[] OfAll = ["relay_transport", "default_transport"];
    private static readonly (string Parameter, string List)[] OfClasses =
    [
        ("local_transport", "mydestination"),
        ("virtual_transport", "virtual_mailbox_domains"),
    ];

    /// <param name="Parameter">Where its name is written, or a table with it.</param>
    private sealed record Use(string Transport, string Parameter, Proof Proof, string Domain);

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var warned = evidence.MailIfAny.RemarksOf(RemarkKind.TransportMissing).Where(remark => remark.Subject.Length > 0).ToLookup(remark => remark.Subject);
        if (evidence.Config is { MasterIsKnown: true } config)
        {
            var missing = MissingIn(config).ToLookup(use => use.Transport);
            return missing.Select(uses => ReportTransport(evidence, uses.Key, [.. uses], [.. warned[uses.Key]]))
                .Concat(Warned(evidence, warned)
                    .Where(transport =>
                        !missing.Contains(transport) && IsMissing(config, transport) && warned[transport].All(remark => config.IsOfThisHost(remark.Origin)))
                    .Select(transport => ReportTransport(evidence, transport, [], [.. warned[transport]])));
        }
        return Warned(evidence, warned).Select(transport => ReportTransport(evidence, transport, [], [.. warned[transport]]));
    }

    private static IEnumerable<string> Warned(Evidence evidence, ILookup<string, Remark> warned) =>
        warned.Where(remarks => remarks.Any(remark => SaysNoSuchFile(evidence.MailIfAny, remark))).Select(remarks => remarks.Key);

    private static bool IsMissing(PostfixConfig config, string transport) =>
        transport.Length > 0 && !transport.Contains('$') && !config.Services.Any(service => service.Name == transport && service.Type is "unix" or "fifo");

    /// <summary>The service is there, and busy or stopped, with any other reason.</summary>
    private static bool SaysNoSuchFile(MailHistory mail, Remark remark) =>
        mail.Lines is not { } lines || lines.LineAt(remark.FirstLine).IndexOf("No such file"u8) >= 0;

    private static IEnumerable<Use> MissingIn(PostfixConfig config)
    {
        bool IsMissing(string transport) => TransportMissing.IsMissing(config, transport);
        string NameIn(string value) => value.Split(':')[0].Trim();
        foreach (string parameter in OfAll.Concat(OfClasses.Where(one => config.IsExplicit(one.Parameter) && config.NamesIn(one.List).Count > 0)
            .Select(one => one.Parameter)))
            if (IsMissing(NameIn(config.Expanded(parameter))))
                yield return new Use(NameIn(config.Expanded(parameter)), parameter, Proof.FromConfig(config, parameter),
                    parameter == "relay_transport" ? Doors.DomainsOf(config).FirstOrDefault("") : "");
        foreach (var smtpd in config.PublicSmtpdServices)
            if (NameIn(config.ExpandedFor(smtpd, Filter)) is var filter && IsMissing(filter))
                yield return new Use(filter, Filter, Proof.FromConfig(config, Filter, smtpd), Doors.DomainsOf(config).FirstOrDefault(""));
        foreach (var table in config.TablesOf("transport_maps").Where(table => table.WhyUnreadable is null))
            foreach (var entry in table.Entries
                .Concat(table.Patterns)
                .Where(entry => !entry.Key.StartsWith("if ", StringComparison.Ordinal) && IsMissing(NameIn(entry.Value))))
                yield return new Use(NameIn(entry.Value), "transport_maps", Proof.FromTable(entry), DomainOf(config, table, entry));
        foreach (var entry in config
            .TablesOf("sender_dependent_default_transport_maps")
            .Where(table => table.WhyUnreadable is null)
            .SelectMany(table => table.Entries))
            if (!entry.Value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase) && IsMissing(NameIn(entry.Value)))
                yield return new Use(NameIn(entry.Value), "sender_dependent_default_transport_maps", Proof.FromTable(entry), "");
    }

    /// <summary>The relayed domain that the entry decides about; empty for others.</summary>
    private static string DomainOf(PostfixConfig config, LookupTable table, TableEntry entry) =>
        table.IsIndexed && entry.Key != "*"
            ? config.ClassOf(Addresses.DomainOf(entry.Key).TrimStart('.')) == DomainClass.Relay ? Addresses.DomainOf(entry.Key) : ""
            : Doors.DomainsOf(config).FirstOrDefault(domain => config.RouteOfDomain(domain).Entry?.Place == entry.Place) ?? "";

    private Finding ReportTransport(Evidence evidence, string transport, Use[] uses, Remark[] warned)
    {
        string[] domains = [.. uses.Select(use => use.Domain).Where(domain => domain.Length > 0).Distinct()];
        var seen = Seen.Of(warned, 2);
        bool isOver = uses.Length == 0 && evidence.Config is { } config && !MayLeadThere(config, transport);
        return Report(transport,
            Telling.Sentences(
                uses.Length == 0
                    ? $"There {(isOver ? "was" : "is")} no transport {transport}: master.cf has no service of that name."
                    : $"master.cf has no service {transport}, and mail{(domains.Length > 0 ? $" for {Telling.Some(domains)}" : "")} is given to it: {Telling.Some(uses.Select(use => use.Proof.Text))}.",
                seen.Count > 0 ? $"qmgr warned {Telling.Count(seen.Count, "time")}." : "", isOver ? "Nothing in the configuration at hand leads there." : ""),
            Seen.Stated(uses.Take(3).Select(use => use.Proof)).And(seen), Confidence.Proven,
            isOver ? Severity.Low : domains.Length > 0 || (uses.Length == 0 && MayBeRelayed(evidence.Config)) ? Severity.Critical : Severity.High,
            uses.Length == 0 ? null : [Manual.Fix[0] with { Command = $"postconf {string.Join(' ', uses.Select(use => use.Parameter).Distinct())}; postconf -M" }, Manual.Fix[1]]);
    }

    private static readonly string[] OfPostfixItself = ["error", "retry"];

    /// <summary>
    /// A name that was written wrong, and then right, stands nowhere any more. <c>FILTER</c> may be in a table of restrictions or of header checks.
    /// </summary>
    private static bool MayLeadThere(PostfixConfig config, string transport) =>
        MayBeRelayed(config)
        || OfPostfixItself.Contains(transport)
        || OfAll.Concat(OfClasses.Select(one => one.Parameter)).Any(parameter => config.Expanded(parameter).Split(':')[0].Trim() == transport)
        || config.Settings
            .Concat(config.Services.SelectMany(service => service.Overrides.Values))
            .Any(setting => setting.Value.Contains(transport + ":", StringComparison.Ordinal)
                || setting.Value.Trim() == transport
                || setting.Value.Contains("FILTER", StringComparison.OrdinalIgnoreCase))
        || config.NamedTables.Any(named => named.Table.WhyUnreadable is not null ? IsOfFilters(config, named.Parameter)
            : named.Table.Entries.Concat(named.Table.Patterns).Any(entry => entry.Value.Contains(transport + ":", StringComparison.Ordinal)));

    private static bool IsOfFilters(PostfixConfig config, string parameter) =>
        parameter.EndsWith("_checks", StringComparison.Ordinal)
        || parameter.EndsWith("_restrictions", StringComparison.Ordinal)
        || config.List("smtpd_restriction_classes").Contains(parameter);

    /// <summary>No table that was read leads there: one that was not may, for a relayed domain.</summary>
    private static bool MayBeRelayed(PostfixConfig? config) =>
        config is null || config.UnreadTables.Any(table => table.Parameter.Contains("transport", StringComparison.Ordinal));
}
