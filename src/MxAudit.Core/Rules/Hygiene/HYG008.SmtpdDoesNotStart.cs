using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Rules.Verification;

namespace MxAudit.Rules.Hygiene;

public sealed class SmtpdDoesNotStart : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG008",
        Name = "smtpd-does-not-start",
        Title = "smtpd does not start: no mail is accepted",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The SMTP server dies before it can say a word. Clients connect and wait for a greeting that never comes. While this
            lasts the host is no fallback at all, and nothing but these lines in the log tells it.
            """,
        Detects = """
            smtpd logged "fatal:" and the master logged "bad command startup -- throttling" for it. Medium when a client's message
            was accepted or refused later, or the configuration at hand was put right: then it is over, or only one of several smtpd
            services is meant. Without "fatal:", where a signal ended it perhaps, the master's words count when it wrote them 3 times
            and no client was answered since. Quiet where VRF006 names the cause.

            The configuration proves it without such lines: no list of a public smtpd has reject_unauth_destination or another word
            that decides about relaying (where only defaults leave it so, the release must be known); a line of main.cf has no "=";
            a number, a time or a yes/no that smtpd reads is none, or is beyond the limits that smtpd has for it; a macro in what smtpd reads can not be expanded; or
            a name, a level or a protocol has what was meant as a comment behind it.

            Or DNS sends mail for a relay domain to this host, and inet_interfaces lets Postfix listen to the host itself only, or master.cf has nothing at
            port 25 for other hosts and no smtpd at another port but those of mail programs: high, since another program may have port 25 and hand the mail on, which neither tells. Not for one of several instances, or behind a proxy that
            smtpd_upstream_proxy_protocol or postscreen_upstream_proxy_protocol tells of, or where a log shows mail for the domain, or refusals to other hosts.

            Or master ended since it could not have the port (Address already in use), and was not started again.
            """,
        Fix =
        [
            new("Read the fatal: line that the finding shows, and correct the parameter or the table that it names.", "postfix check; postconf -n"),
            new("Then see the server greet. After smtpd has died Postfix waits a minute before it starts it again, and a reload does not shorten that.",
                "postfix stop && postfix start && printf 'QUIT\\r\\n' | nc -w 5 127.0.0.1 25"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[4382]: fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: process /usr/lib/postfix/sbin/smtpd pid 4382 exit status 1
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[4382]: fatal: bad configuration: unverified_recipient_tempfail_action = permit
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: process /usr/lib/postfix/sbin/smtpd pid 4382 exit status 1
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling
            """,
        References =
        [
            "https://www.postfix.org/DEBUG_README.html",
            "https://www.postfix.org/postconf.5.html#smtpd_relay_restrictions",
            "https://www.postfix.org/master.8.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) => WithoutPort(evidence).Concat(Deaf(evidence)).Concat(Ended(evidence));

    private IEnumerable<Finding> Deaf(Evidence evidence)
    {
        if (DeafHost.DomainsOf(evidence) is not { Length: > 0 } domains) yield break;
        var config = evidence.Configuration;
        bool isShut = !DeafHost.LacksPort25(config);
        yield return Report(isShut ? "inet_interfaces" : "smtp/inet",
            Telling.Sentences(
                $"DNS sends mail for {Telling.Some(domains)} to this host, and {(isShut ? "Postfix listens to the host itself only" : "master.cf has no smtpd that listens to the world at port 25")}: nobody can deliver here, unless another program has port 25 and hands the mail on.",
                evidence.Log is null ? "" : "The log has no mail for it."),
            Seen.Stated([.. isShut ? [Proof.FromConfig(config, "inet_interfaces")] : Array.Empty<Proof>(),
                .. domains.Take(2).Select(domain => Proof.FromDns(evidence.Answers, evidence.Answers.Of(domain)!))]) with { Count = domains.Length },
            evidence.Log is null ? Confidence.Likely : Confidence.Strong, Severity.High,
            isShut ? [new("Let Postfix listen to the world. It has to be stopped and started for that.",
                "postconf -e 'inet_interfaces = all' && postfix stop && postfix start")] : [Opening(config)]);
    }

    /// <summary>What listens to the host itself would be in the way: the port can be had once. It stays as a comment.</summary>
    private static Fix Opening(PostfixConfig config) =>
        new("Let smtpd listen at port 25. Postfix has to be stopped and started for that.",
            string.Join(" && ",
            [
                .. config.Services.Where(DeafHost.IsPort25).Select(service => $"postconf -M# {ShellWord.Quoted(service.Id)}"),
                "postconf -M 'smtp/inet=smtp inet n - n - - smtpd'", "postfix stop", "postfix start",
            ]));

    /// <summary>master itself ended, and Postfix with it: <c>bind 198.51.100.25 port 25: Address already in use</c> (util/inet_listen.c).</summary>
    private IEnumerable<Finding> WithoutPort(Evidence evidence)
    {
        var mail = evidence.MailIfAny;
        Remark[] ended = [.. mail.RemarksOf(RemarkKind.OtherFatal)
            .Where(fatal => fatal.Subject.StartsWith("bind ", StringComparison.Ordinal) && fatal.Subject.Contains(" port ", StringComparison.Ordinal))];
        ended = [.. ended.GroupBy(fatal => fatal.Origin.Host).Where(host => host.Max(fatal => fatal.Last) is var last
            && !mail.RemarksOf(RemarkKind.MasterStarted).Any(start => start.Last > last && start.Origin.Host == host.Key)
            && !mail.TookMailAfter(last, host.Key)).SelectMany(host => host)];
        if (ended.Length == 0) yield break;
        yield return Report("master",
            $"Postfix could not be started: {Telling.Some(ended.Select(fatal => fatal.Subject), 2)}. Another program has the port, or the address is not on this machine. No mail was accepted since.",
            Seen.Of(ended).ShownBy(ended.Select(fatal => fatal.LastLine)), Confidence.Proven,
            fixes: [new("See who has the port, and which addresses this machine has.", "ss -ltnp 'sport = :25'; ip -brief address; postconf inet_interfaces"),
                new("Stop the other program, or correct inet_interfaces, and start Postfix.", "postfix start")]);
    }

    private IEnumerable<Finding> Ended(Evidence evidence)
    {
        var remarks = evidence.MailIfAny.Remarks;
        if (remarks.Any(remark => IllegalTempfailAction.ParameterOf(remark) is not null)) yield break;
        Remark[] causes = [.. remarks.Where(remark => remark.Kind is RemarkKind.SmtpdFatal or RemarkKind.BadConfiguration)];
        Remark[] startups = [.. remarks.Where(remark => remark.Kind == RemarkKind.BadCommandStartup
            && remark.Subject.EndsWith("smtpd", StringComparison.Ordinal))];
        bool isSilent = causes.Length == 0 && startups.Sum(startup => startup.Lasting?.Count ?? 0) >= FewestDeaths
            && !evidence.MailIfAny.SmtpdAnsweredAfter(startups);
        if (!isSilent && (causes.Length == 0 || startups.Length == 0)) causes = startups = [];
        (string Why, Proof Proof)[] set = evidence.Config is { } config ? [.. NoRelayControl(config), .. Misfits(config)] : [];
        if (causes.Length == 0 && set.Length == 0 && !isSilent) yield break;
        var last = startups.Max(startup => startup.Last);
        bool answered = startups.Length > 0 && evidence.MailIfAny.SmtpdAnsweredAfter(startups),
            isMended = causes.Length > 0 && causes.All(cause => IsMended(evidence.Config, cause));
        bool isOver = set.Length == 0 && (answered || isMended);
        int count = startups.Sum(startup => startup.Count);
        yield return Report("smtpd",
            Telling.Sentences(
                isSilent ? $"smtpd ended {Telling.Count(count, "time")} as soon as it was started, and no line of its own tells why. It answered nobody since."
                    : causes.Length == 0 ? ""
                    : $"smtpd did not start {Telling.Count(count, "time")}: {Telling.Some(causes.Select(cause => cause.Subject), 2)}. {(evidence.MailIfAny.TookMailAfter(startups) ? "Mail was accepted again later." : answered ? "It answered clients later." : isMended ? "The configuration at hand is right in this." : "No mail was accepted since.")}",
                set.Length == 0 ? "" : $"With this configuration smtpd does not start: {Why(set)}",
                set.Length > 0 && causes.Length == 0 && !isSilent ? Telling.NotYet(evidence) : ""),
            Seen.Stated(set.Take(MostShown).Select(fault => fault.Proof))
                .And(Seen.Lines(count, causes.Select(cause => cause.FirstLine).Take(2).Concat(startups.Select(startup => startup.LastLine)).Order().Distinct(),
                    causes.Concat(startups).Min(remark => remark.First), last)),
            Confidence.Proven, isOver ? Severity.Medium : Severity.Critical,
            isSilent && set.Length == 0 ? [WithoutAWord] : FixesFor(evidence.Config, set));
    }

    private static readonly Fix WithoutAWord =
        new("See what master says of its end. Signal 11 is a crash, of a library that does not fit perhaps; signal 9 is the kernel's when memory is short.",
            "journalctl -k | grep -iE 'smtpd|out of memory' | tail; ldd \"$(postconf -h daemon_directory)/smtpd\" | grep 'not found'");

    /// <summary>One alone may have met a moment without memory.</summary>
    private const int FewestDeaths = 3;

    private const int MostShown = 4;

    private static string Why((string Why, Proof Proof)[] set)
    {
        string[] all = [.. set.Select(fault => fault.Why).Distinct()];
        return Telling.Sentences([.. all.Take(MostShown), all.Length > MostShown ? $"And {all.Length - MostShown} more." : ""]);
    }

    /// <summary>One command for all causes: with one of them left smtpd still does not start. Null: what was meant is not known.</summary>
    private Fix[]? FixesFor(PostfixConfig? config, (string Why, Proof Proof)[] set)
    {
        if (config is null || set.Length == 0) return null;
        var (said, commands) = Corrections(config);
        if (NoRelayControl(config).Any() && !LinesBringControl(config))
        {
            said.Add(RelayFix.Why);
            commands.AddRange(config.PublicSmtpdServices.Where(service => !config.HasRelayControl(service))
                .Select(service => Postconf.SetOnly(RelayList, Postconf.RelayControl, service)).Distinct());
        }
        return [new Fix(Telling.Sentences([.. said]), commands.Count == 0 ? "" : string.Join(" && ", commands.Append("postfix reload"))),
            .. Manual.Fix.Skip(1)];
    }

    /// <summary>What else keeps smtpd from running than that nobody decides about relaying: lines without "=", and values.</summary>
    internal static (List<string> Said, List<string> Commands) Corrections(PostfixConfig config)
    {
        ConfigRemark[] faults = [.. config.Oddities.Where(IsFault)], copied = [.. faults.Where(IsCopied)], lines = [.. faults.Where(IsNoLine).Except(copied)];
        List<string> said = [], commands = [];
        if (copied.Length > 0)
        {
            said.Add("Write plain blanks in the place of those that are none to Postfix.");
            commands.Add(OddBlanks.Command(config, "main.cf"));
        }
        if (lines.Length > 0)
        {
            said.Add("Begin a line that continues the one above with a blank, and make a comment of another one without \"=\".");
            commands.Add($"sed -i '{string.Join(';', lines.Select(line => $"{line.Place!.Value.Line}s/^/{(RestrictionNames.IsKnown(Named(line)) ? "  " : "# ")}/"))}' {InstanceCommands.FolderOf(config)}/main.cf");
        }
        foreach (var fault in faults.Except(lines).Except(copied).DistinctBy(fault => (fault.ToCorrect, fault.Service)))
        {
            said.Add($"Correct {fault.ToCorrect}{(fault.Service is { } service ? $" of {service.Id}" : "")}.");
            if (Correction(config, fault) is { } command) commands.Add(command);
        }
        return (said, commands);
    }

    /// <summary>
    /// Where the fault is, and nowhere else: other services may be right. Null: what was meant is not known, and to take it out would lose what it says.
    /// </summary>
    private static string? Correction(PostfixConfig config, ConfigRemark fault)
    {
        string name = fault.ToCorrect;
        if (fault.Kind == ConfigRemarkKind.BadMacro)
            return config.WithPlainDollars(name, fault.Service) is { Length: > 0 } value ? Postconf.SetValue(name, value, fault.Service) : null;
        if (Postconf.SetMeant(config, name, fault.Service) is { } meant) return meant;
        if (!config.IsEmpty(name, fault.Service) && (ParameterLimits.IsOfTables(name) || ParameterLimits.ChoicesFor(name) is not null)) return null;
        return fault.Service is { } service ? $"postconf -PX {ShellWord.Quoted($"{service.Id}/{name}")}"
            : config.IsExplicit(name) ? $"postconf -X {name}" : null;
    }

    /// <summary>Lines that only want a blank in front have the word that decides about relaying.</summary>
    internal static bool LinesBringControl(PostfixConfig config) =>
        config.Oddities.Any(remark => IsFault(remark) && IsNoLine(remark) && RelayWords.Contains(Named(remark)));

    private static bool IsNoLine(ConfigRemark fault) => fault.Kind == ConfigRemarkKind.MissingEquals;

    /// <summary>It begins with a blank of a web page, which looks as if it continued the line above.</summary>
    private static bool IsCopied(ConfigRemark fault) => IsNoLine(fault) && fault.Subject is [var first, ..] && PostfixConfig.IsOddBlank(first);

    private static readonly string[] RelayWords = ["reject_unauth_destination", "defer_unauth_destination", "reject", "defer"];

    /// <summary>The word at the beginning of a line that is none.</summary>
    private static string Named(ConfigRemark line) => string.Concat(line.Subject.Where(letter => letter != ',' && !PostfixConfig.IsOddBlank(letter)));

    /// <summary>The configuration that is read now has what smtpd missed then.</summary>
    private static bool IsMended(PostfixConfig? config, Remark cause) =>
        config is { MasterIsKnown: true }
        && config.IsOfThisHost(cause.Origin)
        && cause.Subject.StartsWith("in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions", StringComparison.Ordinal)
        && config.SmtpdServices.All(config.HasRelayControl);

    private const string RelayList = "smtpd_relay_restrictions";

    private static readonly Fix RelayFix = new("Say who may relay.", Postconf.Set(RelayList, Postconf.RelayControl));

    /// <summary>What a release leaves open by default is certain only where the release is known.</summary>
    private static IEnumerable<(string Why, Proof Proof)> NoRelayControl(PostfixConfig config) =>
        from service in config.PublicSmtpdServices
        where !config.HasRelayControl(service)
        where !config.VersionAssumed || config.IsExplicit(RelayList, service)
        select ($"{service.Id} has no working reject_unauth_destination.", Proof.FromConfig(config, RelayList, service));

    private static IEnumerable<(string Why, Proof Proof)> Misfits(PostfixConfig config) =>
        from remark in config.Oddities
        where IsFault(remark)
        select (remark.Text, Proof.FromRemark(config, remark));

    private static bool IsFault(ConfigRemark remark) => StopsSmtpd(remark) || remark is { Kind: ConfigRemarkKind.MissingEquals, Place.Source: "main.cf" };

    /// <summary>A value that smtpd reads when it starts.</summary>
    internal static bool StopsSmtpd(ConfigRemark remark) => PostfixConfig.StopsAll(remark)
        || remark is { Kind: ConfigRemarkKind.BadValue or ConfigRemarkKind.BadMacro, IsOfInnerService: false }
            && ParameterKinds.IsReadBySmtpd(remark.Subject)
        || remark is { Kind: ConfigRemarkKind.BadMacro, IsOfInnerService: false } && PostfixConfig.IsListForSmtpd(remark.Subject);
}
