using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class ForgottenRelayDomain : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY001",
        Name = "forgotten-relay-domain",
        Title = "This host refuses the mail of a domain that it should take",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config | EvidenceKinds.Dns,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Limit = new Limit(0, LimitUnit.Count, "refused recipients of the domain; 0: none is needed where DNS tells, 3 where only the log does", Least: 0),
        Why = """
            Senders turn to this host when the primary does not answer, and get "Relay access denied". With a permanent answer the mail
            bounces in the very outage that the fallback MX is for; with a temporary one senders try for days, and nobody sees an error.
            """,
        Detects = """
            An MX record of a domain names this host, and the domain is in none of relay_domains, mydestination,
            virtual_alias_domains and virtual_mailbox_domains. Refusals of its mail in the log are shown; none is needed.

            Where DNS was not asked, the log alone makes it likely, and high: three or more refusals, for two or more clients that have
            a name in DNS, of two or more senders. Low where fewer than two of these clients greet with a full name, as
            servers do, and tests for open relays seldom do. For many domains it is a test as well:
            more than five are one finding, low where this host takes mail of strangers for another domain.

            The domain is in relay_domains, and a list says "reject" to all strangers before it is asked whose mail it is: critical where its MX records
            name this host, medium where DNS was not asked, and quiet then where the list lets pass other hosts of mynetworks, logins or certificates before:
            only chosen clients may be meant to deliver here. Quiet where a table may let some pass, or mail for the domain is in the log.

            Left out are lookups that failed, domains that may stand in a table that can not be read, and hosts with
            permit_mx_backup, which take mail for every domain that names them. A refusal of user%other.example@example.com is not
            about the domain: Postfix does not relay such addresses for anybody. Nor is anything said of one of several instances
            on a host: where it listens to the host itself only, or where the log shows
            that another instance takes the domain's mail.
            """,
        Fix =
        [
            new("Add the domain to relay_domains, or take this host out of its MX records.",
                "postconf relay_domains   # then: postconf -e 'relay_domains = …, example.net' && postfix reload"),
            new("Until then a temporary answer lets senders try again (RLY011).",
                "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination' && postfix reload"),
        ],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 454 4.7.1 <anna@example.net>: Relay access denied; from=<bea@partner.example> to=<anna@example.net> proto=ESMTP helo=<mail.partner.example>
                """,
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.com
                """,
            Dns = """
                {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
                """,
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <anna@example.net>: Relay access denied; from=<tester@victim.example> to=<anna@example.net> proto=ESMTP helo=<test>
                """,
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.com
                """,
            Dns = """
                {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}]}}
                """,
        },
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var all = ForgottenIn(evidence).Where(forgotten => forgotten.Denied.Sum(reject => reject.Count) >= evidence.LimitOf(Manual))
            .ToLookup(forgotten => forgotten.Answer is not null);
        Forgotten[] proven = [.. all[true]], guessed = [.. all[false]];
        // One command adds all that are proven: a second one would undo the first.
        var ranked = proven.ToLookup(forgotten => !WouldLoop(evidence, forgotten));
        string[] missing = [.. ranked[true].Select(forgotten => forgotten.Domain)];
        var addAll = missing.Length > 0 ? AddTo(evidence.Config, missing) : null;
        foreach (var forgotten in ranked[true]) yield return ReportDomain(evidence, forgotten, addAll!);
        foreach (var forgotten in ranked[false]) yield return ReportDomain(evidence, forgotten, RankFirst(forgotten.Domain));
        var (single, many) = guessed.Length > MostGuessed ? ByHost(evidence, guessed) : (guessed, []);
        var takingNone = many.Count == 0 ? [] : WithoutOthersMail(evidence.Mail, many.Select(one => one.Host));
        foreach (var (host, forgotten) in many) yield return ReportMany(host, forgotten, !takingNone.Contains(host));
        foreach (var forgotten in single) yield return ReportDomain(evidence, forgotten, AddTo(evidence.Config, [forgotten.Domain, .. missing]));
        foreach (var closed in ClosedDoors.Of(evidence)) yield return ReportClosed(evidence, closed);
    }

    private Finding ReportClosed(Evidence evidence, ClosedDoors closed)
    {
        var config = evidence.Configuration;
        string word = closed.Outcome.DecidedBy!.Restriction.Name;
        bool isOne = closed.Domains.Length == 1;
        string why = !closed.IsProven ? "A fallback MX has to take mail of strangers."
            : isOne ? "Its MX records send strangers here."
            : $"The MX records of {Telling.Some(closed.Answers.Select(answer => answer.Domain))} send strangers here.";
        return Report(closed.Subject,
            $"{Telling.Some(closed.Domains)} {(isOne ? "is" : "are")} in relay_domains, and {closed.List} refuses the mail of every stranger: {word} is reached before anything is said of domains. {why}",
            Seen.Stated([.. closed.Answers.Take(2).SelectMany(answer => Proof.IfKnown(evidence.Dns, answer)),
                Proof.FromConfig(config, closed.List, closed.Outcome.Service), Proof.FromConfig(config, "relay_domains")]),
            closed.IsProven ? Confidence.Proven : Confidence.Likely, closed.IsProven ? Severity.Critical : Severity.Medium,
            [new Fix(
                closed.IsInClass(config)
                    ? $"Refuse what this host does not relay, and nothing else: write reject_unauth_destination for {word} in the restriction class that {closed.List} names."
                    : $"Refuse what this host does not relay{(ClosedDoors.LetsAnybodyIn(config, closed.Outcome.Service) ? ", and users that the primary does not know" : "")}, and nothing else.", closed.Opening(config))]) with
        {
            Together = isOne ? [] : closed.Domains,
        };
    }

    /// <summary>Those of the hosts that took no mail of strangers at all. Most are known after a few recipients of a million.</summary>
    private static HashSet<string> WithoutOthersMail(MailHistory mail, IEnumerable<string> hosts)
    {
        var left = hosts.ToHashSet();
        foreach (var recipient in mail.Recipients)
        {
            if (left.Count == 0) break;
            if (left.Contains(recipient.Message.Host) && recipient.FromStranger) left.Remove(recipient.Message.Host);
        }
        return left;
    }

    /// <summary>
    /// A log can be of several hosts, and each may have forgotten other domains: it is told what it refused itself, as if its log were alone.
    /// What no host refused often enough by itself is told to the one that did most.
    /// </summary>
    private static (Forgotten[] Single, List<(string Host, Forgotten[] Domains)> Many) ByHost(Evidence evidence, Forgotten[] guessed)
    {
        var shares = guessed.SelectMany(forgotten => forgotten.Denied.GroupBy(reject => reject.Origin.Host)
            .Select(host => (Host: host.Key, Share: forgotten with { Denied = [.. host] }))).ToLookup(one => one.Host, one => one.Share);
        var many = new List<(string, Forgotten[])>();
        var single = new OrderedDictionary<string, Forgotten>();
        foreach (var host in shares)
        {
            Forgotten[] alike = shares.Count == 1 ? guessed : [.. host.Where(share => LooksForgotten(evidence, share.Domain, share.Denied))];
            if (alike.Length > MostGuessed) many.Add((host.Key, [.. host]));
            else
                foreach (var share in alike)
                    single[share.Domain] =
                        single.TryGetValue(share.Domain, out var before) ? share with { Denied = [.. before.Denied, .. share.Denied] } : share;
        }
        var told = many.SelectMany(host => host.Item2).Select(share => share.Domain).Concat(single.Keys).ToHashSet();
        many.AddRange(guessed.Where(forgotten => !told.Contains(forgotten.Domain))
            .GroupBy(forgotten => forgotten.Denied.CountBy(reject => reject.Origin.Host).MaxBy(host => host.Value).Key)
            .Select(host => (host.Key, host.ToArray())));
        return ([.. single.Values], many);
    }

    /// <summary>In relay_domains it would bounce: its MX records name no better host to hand the mail to.</summary>
    private static bool WouldLoop(Evidence evidence, Forgotten forgotten) =>
        forgotten.Answer?.IsBestAtUs(evidence.Own) == true && evidence.Config is { } config
        && config.RouteOfDomain(forgotten.Domain).FollowsMx() && !config.Expanded("relay_transport").Contains(':');

    private static Fix RankFirst(string domain) =>
        new("First have its MX records name the primary as a better host than this one: in relay_domains alone its mail would bounce as a loop (LUP002). If the mailboxes are here, the domain belongs to mydestination.",
            $"dig +short MX {Postconf.Name(domain)}");

    /// <summary>More domains than one forgets: strangers try whether this host relays, or it has lost its whole list.</summary>
    private const int MostGuessed = 5;

    private static IEnumerable<Forgotten> ForgottenIn(Evidence evidence)
    {
        if (evidence.Config is { } config && TakesEveryBackup(config)) return [];
        var denied = (evidence.Log?.RejectsFor(ReasonClass.RelayDenied) ?? []).Where(reject => !reject.WarnOnly).ToLookup(reject => reject.Domain);
        IEnumerable<Reject> DeniedFor(string domain) => denied[domain].Where(IsPlain);

        var shown = evidence is not { Config: { } lists, Dns: { } dns } ? [] :
            dns.All.Where(answer => answer.MxListsUs(evidence.Own) && lists.ClassOf(answer.Domain) == DomainClass.Default)
                .Select(answer => new Forgotten(answer.Domain, answer, [.. DeniedFor(answer.Domain)]))
                .Where(forgotten => forgotten.Denied.Length > 0 || !IsForAnotherInstance(evidence, forgotten.Domain)).ToArray();
        return shown.Concat(denied.Where(refused => refused.Sum(reject => reject.Count) >= FewestInLog && MayBeOurs(evidence, refused.Key, refused.First()))
            .Where(refused => LooksForgotten(evidence, refused.Key, refused))
            .Select(refused => new Forgotten(refused.Key, null, [.. DeniedFor(refused.Key)])));
    }

    /// <summary>
    /// DNS knows nothing of it; or no configuration tells what this host is called, and it names one as the log does, in full: there are many mx2.
    /// </summary>
    private static bool MayBeOurs(Evidence evidence, string domain, Reject refused) =>
        evidence.Dns?.Of(domain) is not { } answer
        || (evidence.Config is null && answer.Mx.Any(host => host.Exchange.Equals(refused.Origin.Host, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// This host has several instances of Postfix. The one at hand hands over what is written on the host itself, or the
    /// log shows that another one takes the domain's mail.
    /// </summary>
    private static bool IsForAnotherInstance(Evidence evidence, string domain)
    {
        var config = evidence.Configuration;
        if (config is { ListensToItselfOnly: true, IsOneOfSeveral: true }) return true;
        string instance = config.Expanded("syslog_name"), host = config.Expanded("myhostname").Split('.')[0];
        return evidence.MailIfAny.AcceptedFor(domain) > 0
            && evidence.MailIfAny.Recipients.Any(recipient => recipient.Domain == domain && recipient.Message.WasAccepted
                && recipient.Message.Instance != instance && recipient.Message.Host.Split('.')[0].Equals(host, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Refusals without which the log alone tells nothing.</summary>
    private const int FewestInLog = 3;

    /// <summary>Not <c>user%example.net@example.com</c>, by which one asks this host to go on.</summary>
    private static bool IsPlain(Reject reject) => !Addresses.IsRouted(reject.Recipient);

    /// <param name="refused">Looked at no further than it takes: it can be most of a log, nearly all of clients without a name.</param>
    private static bool LooksForgotten(Evidence evidence, string domain, IEnumerable<Reject> refused) =>
        domain.Contains('.') && !domain.StartsWith('[')
        && refused.Where(reject => reject.ClientHasOwnName && IsPlain(reject)).Select(reject => reject.ClientAddress).Distinct().Take(2).Count() == 2
        && refused.Where(IsPlain).Take(FewestInLog).Sum(reject => reject.Count) >= FewestInLog
        && (evidence.Config is not { } config || config.ClassOf(domain) == DomainClass.Default)
        && evidence.Mail.AcceptedFor(domain) == 0
        && refused.Where(IsPlain).Select(reject => reject.Detail.Sender).Distinct().Take(2).Count() == 2;

    private static bool TakesEveryBackup(PostfixConfig config) =>
        $"{config.Expanded("smtpd_relay_restrictions")} {config.Expanded("smtpd_recipient_restrictions")}".Contains("permit_mx_backup",
            StringComparison.OrdinalIgnoreCase);

    /// <param name="takesOthers">The host takes mail from strangers for other domains.</param>
    private Finding ReportMany(string host, Forgotten[] guessed, bool takesOthers)
    {
        Reject[] denied = [.. guessed.SelectMany(forgotten => forgotten.Denied)];
        return Report(host,
            $"Mail for {Telling.Count(guessed.Length, "domain")} is refused, which many clients bring: {Telling.Some(guessed.OrderByDescending(forgotten => forgotten.Denied.Length).ThenBy(forgotten => forgotten.Domain, StringComparer.Ordinal).Select(forgotten => forgotten.Domain))}. Either strangers try whether this host relays, which does no harm, or it has forgotten whom it relays for. With DNS (--dns) each is told.",
            Seen.Of(denied, 3), Confidence.Likely, takesOthers ? Severity.Low : Severity.High,
            [new Fix("Look whether some of these domains are yours, and whether their MX records name this host.", $"dig +short MX {Postconf.Name(guessed[0].Domain)}"),
                Manual.Fix[0]]) with { Together = [.. guessed.Select(forgotten => forgotten.Domain)] };
    }

    private Finding ReportDomain(Evidence evidence, Forgotten forgotten, Fix add)
    {
        var (domain, answer, denied) = forgotten;
        var seen = Seen.Of(denied, 3);
        bool mayBeTests = answer is null && !Greetings.ComeFromServers(denied);
        return Report(domain,
            Telling.Sentences(
                answer is null
                    ? $"{domain} looks like a domain that this host should relay for, and its mail is refused. Look whether its MX records name this host."
                    : $"{domain} has this host among its MX records, and it is in none of the lists of domains that this host takes mail for.",
                seen.Count > 0
                    ? $"{Telling.Count(seen.Count, "recipient was", "recipients were")} refused so far, from {Telling.Count(denied.Select(reject => reject.ClientAddress).Distinct().Count(), "client")}."
                    : "",
                mayBeTests ? "Most of the clients do not greet as servers do, with a full name: they may be testing whether this host relays, which does no harm." : ""),
            Seen.Stated([.. Proof.IfKnown(evidence.Dns, answer), .. Proof.IfKnown(evidence.Config, "relay_domains")]).And(seen),
            answer is null ? Confidence.Likely : Confidence.Proven, mayBeTests ? Severity.Low : answer is null ? Severity.High : Severity.Critical,
            [.. answer is null ? new Fix[] { new("First look whether the domain is one of yours.", $"dig +short MX {Postconf.Name(domain)}") } : [],
                add, .. Meanwhile(evidence.Config, domain, denied)]);
    }

    /// <summary>Nothing where the answer is a temporary one already.</summary>
    private IEnumerable<Fix> Meanwhile(PostfixConfig? config, string domain, Reject[] denied)
    {
        if (config is null) return denied.Any(reject => reject.Code >= 500) ? Manual.Fix.Skip(1) : [];
        var softened = from service in config.PublicSmtpdServices
                       let decided = config.OutcomeOf(service, ClientKind.Stranger, $"someone@{domain}")
                       where decided is { Verdict: SmtpdVerdict.Refused, DecidedBy.Restriction.Name: Refuses }
                       where config.RestrictionsOf(decided.DecidedBy!.List, service).Any(IsMeant) // not in a class
                       select Postconf.Changed(config, decided.DecidedBy!.List, service,
                           restriction => IsMeant(restriction) ? restriction with { Name = "defer_unauth_destination" } : restriction);
        return Postconf.SetEach([.. softened]) is { Length: > 0 } command && command.Contains("defer_", StringComparison.Ordinal)
            ? [Manual.Fix[1] with { Command = command }] : [];

        static bool IsMeant(Restriction restriction) => restriction is { Name: Refuses, OnlyWarns: false };
    }

    private const string Refuses = "reject_unauth_destination";

    /// <summary>More do not fit well into a line of a shell, nor of main.cf.</summary>
    private const int MostInCommand = 100;

    private Fix AddTo(PostfixConfig? config, string[] domains)
    {
        if (config is null) return Manual.Fix[0].Naming("example.net", domains[0]);
        if (domains.Length > MostInCommand)
            return Manual.Fix[0] with { Command = $"postconf relay_domains   # then add {Telling.Number(domains.Length)} domains, best in a table" };
        string[] all = [Postconf.RelayDomainsWritten(config), .. domains.Order(StringComparer.Ordinal)];
        return Manual.Fix[0] with { Command = Postconf.Set("relay_domains", string.Join(", ", all.Where(word => word.Length > 0))) };
    }
}

/// <summary>A domain whose mail is refused though this host should take it.</summary>
/// <param name="Answer">Null: DNS was not asked, and only the refusals tell.</param>
internal sealed record Forgotten(string Domain, DnsAnswer? Answer, Reject[] Denied);
