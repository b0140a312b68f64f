using MxAudit.Config;
using MxAudit.Config.Syntax;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class DomainInTwoClasses : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY003",
        Name = "domain-in-two-classes",
        Title = "A domain is listed in two address classes",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        NeedsDomains = true,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            A domain belongs to one address class: local, virtual alias, virtual mailbox or relay. When it is in two, Postfix uses
            the first that matches. A domain that should be relayed is then delivered on this host, or its users are refused as
            unknown, while the primary waits for mail that never comes.
            """,
        Detects = """
            The same name is written in two of the lists, as the configuration shows; or Postfix warned: do not list the domain in
            both. Critical when one of them is relay_domains, high for other pairs. mydestination together with relay_domains alone
            is told by RLY002: Postfix never warns about it. Where the configuration has the name in one list only, an old
            warning is left out.
            """,
        Fix =
        [
            new("Look at the parameters that the warning names, and take the domain out of all but relay_domains.",
                "postconf mydestination virtual_alias_domains virtual_alias_maps virtual_mailbox_domains relay_domains"),
            new("A bare domain as a key of virtual_alias_maps makes it a virtual alias domain, since that is the default of virtual_alias_domains.",
                "postconf -e 'virtual_alias_domains =' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/trivial-rewrite[109]: warning: do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains@example.net>: Recipient address rejected: User unknown in virtual mailbox table; from=<forged@victim.example> to=<"do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains"@example.net> proto=ESMTP helo=<junk>
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/postconf.5.html#virtual_alias_domains",
        ],
    };

    /// <param name="Remark">Null: only the configuration tells.</param>
    private sealed record Overlap(string Domain, string[] Parameters, Remark? Remark);

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Overlap[] written = evidence.Config is { } config ? [.. WrittenIn(config)] : [];
        var tooMuch = written.SelectMany(overlap => overlap.Parameters.Where(parameter => parameter != Keeping(overlap.Parameters))
            .Select(parameter => (overlap.Domain, parameter))).ToLookup(one => one.parameter, one => one.Domain);
        // one for each list: there can be as many domains as findings
        var delisting = tooMuch.ToDictionary(list => list.Key, list => new Lazy<Fix>(() => Delist(evidence.Configuration, list.Key, [.. list])));
        return from overlap in Warned(evidence).Concat(written)
               group overlap by overlap.Domain into domain
               select ReportDomain(evidence, domain.Key, [.. domain], delisting);
    }

    private static IEnumerable<Overlap> Warned(Evidence evidence) =>
        from remark in evidence.MailIfAny.RemarksOf(RemarkKind.DomainInTwoClasses)
        let words = remark.Subject.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("in" or "BOTH" or "and")).ToArray()
        where words.Length >= 3
        let domain = words[0].ToLowerInvariant()
        where evidence.Config is not { } config || config.ClassesOf(domain).Count != 1
        select new Overlap(domain, words[1..3], remark);

    /// <summary>
    /// Only the same name counts: a virtual domain below a relayed one is meant. Nor does relay_domains where it has the name by <c>$mydestination</c>
    /// alone, as its default was before 3.0: what is taken out of mydestination leaves it too, so that it keeps nothing. RLY010 tells that.
    /// </summary>
    private static IEnumerable<Overlap> WrittenIn(PostfixConfig config)
    {
        var relayed = WordGrammar.Read(config.Value("relay_domains")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        bool relaysLocal = config.Value("relay_domains").Contains("mydestination", StringComparison.Ordinal);
        return from overlap in config.Overlaps
               let parameters = overlap.Classes.Where(match => match.Item.TrimStart('.') == overlap.Domain).Select(match => match.Parameter).ToArray()
               let own = relaysLocal && parameters.Contains("mydestination") && !relayed.Contains(overlap.Domain)
                   ? parameters.Where(parameter => parameter != "relay_domains").ToArray() : parameters
               where own.Length > 1 && own.Any(parameter => parameter.StartsWith("virtual_", StringComparison.Ordinal))
               select new Overlap(overlap.Domain, own, null);
    }

    /// <param name="delisting">What takes all that another list keeps out of a list, by its parameter.</param>
    private Finding ReportDomain(Evidence evidence, string domain, Overlap[] overlaps, Dictionary<string, Lazy<Fix>> delisting)
    {
        Remark[] warned = [.. overlaps.Select(overlap => overlap.Remark).OfType<Remark>()];
        var written = overlaps.FirstOrDefault(overlap => overlap.Remark is null);
        string[] pairs = written is not null ? [Joined(written.Parameters)] : [.. overlaps.Select(overlap => Joined(overlap.Parameters)).Distinct()];
        return Report(domain, $"{domain} is listed in {string.Join(", and in ", pairs)}. Postfix uses the first that matches.",
            Seen.Of(warned, 2).And(Seen.Stated(written?.Parameters.Select(parameter => Proof.FromConfig(evidence.Configuration, parameter)) ?? [])),
            Confidence.Proven,
            overlaps.Any(overlap => overlap.Parameters.Contains("relay_domains")) ? Severity.Critical : Severity.High,
            fixes: evidence.Config is { } config && written is not null ? [.. FixesFor(config, domain, written.Parameters, delisting)]
                : overlaps.Any(overlap => overlap.Parameters.Contains("relay_domains")) ? null : [OneOfTwo]);
    }

    /// <summary>The log names two lists, and relay_domains is none of them.</summary>
    private Fix OneOfTwo =>
        new("Look at the two parameters that the warning names, and keep the domain in one of them. A virtual domain never belongs into mydestination.",
            Manual.Fix[0].Command);

    private static IEnumerable<Fix> FixesFor(PostfixConfig config, string domain, string[] parameters, Dictionary<string, Lazy<Fix>> delisting)
    {
        if (parameters is ["mydestination", "virtual_mailbox_domains"] && !config.IsEmpty("virtual_mailbox_maps"))
        {
            yield return new Fix($"Take {domain} out of mydestination, where no virtual domain may stand, if its mailboxes are those of virtual_mailbox_maps.",
                Delisting.Of(config, "mydestination", [domain]));
            yield return new Fix("Or take it out of virtual_mailbox_domains, if its users have accounts on this host.",
                Delisting.Of(config, "virtual_mailbox_domains", [domain]));
            yield break;
        }
        foreach (string parameter in parameters.Where(parameter => parameter != Keeping(parameters))) yield return delisting[parameter].Value;
    }

    /// <summary>Each list without all that it has too much: a second command would bring back what the first took out.</summary>
    private Fix Delist(PostfixConfig config, string parameter, string[] tooMuch) =>
        parameter == "virtual_alias_domains" && !config.IsExplicit(parameter) ? Manual.Fix[1] with { Command = KeepOthers(config, tooMuch) }
            : new Fix($"Take {Telling.Some(tooMuch, 10)} out of {parameter}.", Delisting.Of(config, parameter, tooMuch));

    /// <summary>The keys without "@" make the list by default; those of other domains stay in it.</summary>
    private static string KeepOthers(PostfixConfig config, string[] tooMuch)
    {
        const string list = "virtual_alias_domains";
        string[] others = [.. config.NamesIn(list)
            .Select(domain => domain.Name)
            .Where(name => name.Contains('.') && !name.Contains('@') && Postconf.Name(name) == name)
            .Except(tooMuch, StringComparer.OrdinalIgnoreCase)
            .Distinct()];
        return others.Length == 0 ? $"postconf -e '{list} =' && postfix reload" : Postconf.Set(list, string.Join(", ", others));
    }

    /// <summary>relay_domains keeps a domain, and without that the first list.</summary>
    private static string Keeping(string[] parameters) => parameters.Contains("relay_domains") ? "relay_domains" : parameters[0];

    private static string Joined(string[] parameters) =>
        parameters.Length == 2 ? $"{parameters[0]} and {parameters[1]}" : $"{string.Join(", ", parameters[..^1])} and {parameters[^1]}";
}
