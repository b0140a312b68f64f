using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Rules.RelayDomains;

namespace MxAudit.Rules.Hygiene;

public sealed class ConfigurationWarnings : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG002",
        Name = "configuration-warnings",
        Title = "Something in the configuration is not what it looks like",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Postfix ignores a parameter whose name is misspelt, takes the last of two settings, never reaches what stands behind
            "reject", and answers 451 to everybody for a restriction that it does not know. What one reads in the file is not what
            the host does.
            """,
        Detects = """
            Warnings in the log: "unused parameter", "overriding earlier entry", "restriction … after … is ignored", "unknown smtpd
            restriction", "SMTP reply code configuration error", "mynetworks: non-null host address bits". In the configuration: a parameter with two different values, a
            restriction that is unknown or never reached, a word of mynetworks that is no network, a value of the wrong kind, a value beyond the most that
            its program takes, a mailbox limit below message_size_limit where mail is delivered here (low where it is for this host's name alone), a reply code that
            is none, a "#" that begins no comment, a
            blank or a mark of a copied text (U+00A0, a byte order mark), which is a letter to Postfix, but for texts that people read; a name that is no
            parameter and that no value refers to, in main.cf or behind -o in master.cf (low where it looks like none, either), a macro that can
            not be expanded, an entry of master.cf that is none or that another replaces, a line that postmap ignores, complaints
            that postconf wrote beside its output. A policy server, a milter or a filter before the queue that did not answer 5 times
            or more, while no mail was accepted; low where the configuration lets mail in without the milter, and it did not answer up to
            the end. A program that ends with "fatal:" and that master therefore does not start again at once, and nothing shows that it
            worked later. Low where nothing changes by it, and where the configuration at hand does not have it any more. High where Postfix refuses mail or ends for it. What keeps smtpd itself from
            running is HYG008.
            """,
        Fix = [new("Correct the line that the finding shows; the message says what Postfix makes of it.", "postfix check; postconf -n >/dev/null")],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: warning: /etc/postfix/main.cf, line 42: overriding earlier entry: maximal_queue_lifetime=5d
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: warning: hostname mail.partner.example does not resolve to address 203.0.113.44
            """,
        References =
        [
            "https://www.postfix.org/postconf.1.html",
            "https://www.postfix.org/DEBUG_README.html",
            "https://www.postfix.org/DEPRECATION_README.html",
        ],
    };

    private readonly record struct Oddity(string Subject, string Text, Severity Severity, Seen Seen, Fix? Fix = null);

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from oddity in InConfig(evidence.Config)
            .Concat(evidence.MailIfAny.RemarksOf(RemarkKind.ConfigurationWarning).Select(remark => Logged(remark, evidence.Config)))
            .Concat(SilentServers(evidence.MailIfAny, evidence.Config))
            .Concat(SkippedMilters(evidence.MailIfAny, evidence.Config))
            .Concat(Ended(evidence.MailIfAny))
        group oddity by oddity.Subject into subject
        select Report(subject.Key, Telling.Sentences([.. subject.Select(oddity => oddity.Text).Distinct().Take(3)]),
            subject.Select(oddity => oddity.Seen).Aggregate((one, other) => one.And(other)), Confidence.Proven, subject.Max(oddity => oddity.Severity),
            subject.Select(oddity => oddity.Fix).FirstOrDefault(fix => fix is not null) is { } known ? [known] : null);

    private static IEnumerable<Oddity> InConfig(PostfixConfig? config) => config is null ? [] :
        from remark in config.Oddities
        let severity = SeverityOf(remark)
        where severity is not null
        select new Oddity(remark.Kind == ConfigRemarkKind.PostconfComplaint ? SubjectOf(remark.Text) : Short(remark.Subject), remark.Text, severity.Value,
            Seen.Stated(Proof.FromRemark(config, remark)) with { Count = 1 },
            FixFor(config, remark));

    /// <summary>Null: only whoever wrote it can know what was meant.</summary>
    private static Fix? FixFor(PostfixConfig config, ConfigRemark remark) => remark.Kind switch
    {
        ConfigRemarkKind.BadNetwork when config.CorrectedNetworks is { } networks =>
            new("Write the networks that were meant, if all of their hosts are to be trusted.", Postconf.Set("mynetworks", networks)),
        ConfigRemarkKind.BadValue or ConfigRemarkKind.CommentInValue when config.WithoutComment(remark.Subject) is { } value
            && value == Redaction.OfValue(remark.Subject, value) =>
            new("Write the value without the comment.", Postconf.Set(remark.Subject, value)),
        ConfigRemarkKind.BadValue when Postconf.SetMeant(config, remark.ToCorrect, remark.Service) is { } command =>
            new("Write the value that is meant, as Postfix reads it.", $"{command} && postfix reload"),
        ConfigRemarkKind.BadValue when SaysNothing(config, remark) =>
            new("Take it out: the default is right.", $"{RemovalAt(config, remark)} && postfix reload"),
        ConfigRemarkKind.OddBlank => OddBlanks.FixFor(config, remark),
        ConfigRemarkKind.UnknownRestriction or ConfigRemarkKind.BadService when remark.Subject.Any(PostfixConfig.IsOddBlank) =>
            OddBlanks.FixFor(config, remark),
        ConfigRemarkKind.UnknownParameter => ForUnknown(config, remark.Subject),
        ConfigRemarkKind.BadReplyCode => new("Take it out: the default is right.", RemovalOf(config, remark.Subject) + " && postfix reload"),
        ConfigRemarkKind.PostconfComplaint when Renamed(remark.Text) is { } old =>
            new($"Set {old.New}, which has taken its place, then take the old one out. It works until then.",
                $"postconf {Postconf.Name(old.Name)} {Postconf.Name(old.New)}   # then set the second, and: postconf -X {Postconf.Name(old.Name)}"),
        _ => null,
    };

    /// <summary>It is empty, or 0, where it must not be: with it nothing is lost.</summary>
    private static bool SaysNothing(PostfixConfig config, ConfigRemark remark) =>
        config.IsExplicit(remark.ToCorrect, remark.Service) && config.ExpandedFor(remark.Service, remark.ToCorrect).Trim() is var value
        && (value.Length == 0 ? ParameterLimits.IsNeverEmpty(remark.ToCorrect)
            : ParameterLimits.IsAtLeastOne(remark.ToCorrect) && value.TrimEnd('s', 'm', 'h', 'd', 'w') == "0");

    private static string RemovalAt(PostfixConfig config, ConfigRemark remark) => remark.Service is { } service
        ? $"postconf -PX {ShellWord.Quoted($"{service.Id}/{remark.ToCorrect}")}" : $"postconf -X {Postconf.Name(remark.ToCorrect)}";

    /// <summary>Under the name that was meant, at each place that has the wrong one.</summary>
    private static Fix ForUnknown(PostfixConfig config, string name)
    {
        string removal = RemovalOf(config, name);
        if (PostfixConfig.ParameterMeantBy(name) is { } meant && config.PlacesOf(name).All(place => CanBeRenamed(config, name, meant, place)))
            return new($"Write {meant}, if that is meant: it takes effect then.", string.Join(" && ", [.. config.PlacesOf(name).Select(place => place is null
                ? Postconf.SetOnly(meant, config.Value(name))
                : $"postconf -P {ShellWord.Quoted($"{place.Id}/{meant}={Postconf.Unspaced(config.Value(name, place))}")}"), removal, "postfix reload"]));
        return new(config.IsExplicit(name) ? "Take the line out." : "Take it out.", removal);
    }

    /// <summary>Not over a setting that is there already; no value of Postfix is quoted, and one for a service has no blanks.</summary>
    private static bool CanBeRenamed(PostfixConfig config, string name, string meant, MasterEntry? place) =>
        config.Value(name, place) is var value && value == Redaction.OfValue(meant, value) && !value.Contains('"')
        && (place is null ? !config.IsExplicit(meant) : !place.Overrides.ContainsKey(meant) && !Postconf.Unspaced(value).Any(char.IsWhiteSpace));

    private static string RemovalOf(PostfixConfig config, string name)
    {
        string[] services = [.. config.PlacesOf(name).OfType<MasterEntry>().Select(service => ShellWord.Quoted($"{service.Id}/{name}"))];
        return string.Join(" && ",
            [.. config.IsExplicit(name) ? new[] { $"postconf -X {Postconf.Name(name)}" } : [],
                .. services.Length > 0 ? new[] { $"postconf -PX {string.Join(' ', services)}" } : []]);
    }

    /// <summary>Since 3.9 <c>/etc/postfix/main.cf: support for parameter "smtp_use_tls" will be removed; instead, specify "smtp_tls_security_level"</c></summary>
    private static (string Name, string New)? Renamed(string complaint) =>
        complaint.Contains("/main.cf: support for parameter ", StringComparison.Ordinal)
        && complaint.Split('"') is [_, var name, var between, var replacement, ""] && between.Contains(" will be removed", StringComparison.Ordinal)
            ? (name, replacement) : null;

    /// <summary>Null for what other rules tell, and for evidence that is only missing.</summary>
    private static Severity? SeverityOf(ConfigRemark remark) => remark.Kind switch
    {
        ConfigRemarkKind.TableNotRead or ConfigRemarkKind.MissingEquals => null,
        ConfigRemarkKind.PostconfComplaint when remark.Text.Contains("warning: See http", StringComparison.Ordinal) => null, // of the complaints before it
        ConfigRemarkKind.BadValue when remark.IsOfHostAlone => Severity.Low,
        ConfigRemarkKind.BadValue or ConfigRemarkKind.BadMacro =>
            SmtpdDoesNotStart.StopsSmtpd(remark) ? null : remark.IsOfInnerService ? Severity.Medium : Severity.High,
        ConfigRemarkKind.CommentInValue when SmtpdDoesNotStart.StopsSmtpd(remark) => null,
        ConfigRemarkKind.UnknownParameter when remark.Subject.Any(PostfixConfig.IsOddBlank) => null, // that is told
        ConfigRemarkKind.UnknownParameter => PostfixConfig.ParameterMeantBy(remark.Subject) is null ? Severity.Low : Severity.Medium,
        ConfigRemarkKind.UnknownRestriction or ConfigRemarkKind.BadService or ConfigRemarkKind.BadNetwork => Severity.High,
        ConfigRemarkKind.RepeatsEarlier or ConfigRemarkKind.LeadingWhitespace or ConfigRemarkKind.OptionsOfCommentedService
            or ConfigRemarkKind.TableKeyTwice or ConfigRemarkKind.TableKeyWithColon or ConfigRemarkKind.TableLineWithoutValue
            or ConfigRemarkKind.PostconfComplaint => Severity.Low,
        _ => Severity.Medium,
    };

    private static Oddity Logged(Remark remark, PostfixConfig? config) =>
        new(SubjectOf(remark.Subject),
            $"Postfix warned: {Redaction.OfText(remark.Subject)}.{(IsMended(config, remark) ? " The configuration at hand does not have it." : "")}",
            IsMended(config, remark) ? Severity.Low
                : remark.Subject.StartsWith("unknown smtpd restriction", StringComparison.Ordinal)
                    || remark.Subject.StartsWith("mynetworks: ", StringComparison.Ordinal) ? Severity.High
                : remark.Subject.Contains("unused parameter", StringComparison.Ordinal) ? Severity.Low
                : Severity.Medium,
            Seen.Of([remark]));

    /// <summary>What the files would show. A saved <c>postconf -n</c> has no setting twice, and a restriction may stand in a table or a class.</summary>
    private static bool IsMended(PostfixConfig? config, Remark remark) =>
        config is { MasterIsKnown: true } && config.IsOfThisHost(remark.Origin)
        && (remark.Subject.Contains("overriding earlier entry", StringComparison.Ordinal)
            ? config.IsRunning || config.PlaceOf("myhostname")?.Source == "main.cf"
            : remark.Subject.StartsWith("mynetworks: ", StringComparison.Ordinal)
                || (remark.Subject.StartsWith("restriction ", StringComparison.Ordinal) && !HasFurtherLists(config)))
        && !config.Oddities.Any(oddity =>
            Short(oddity.Kind == ConfigRemarkKind.PostconfComplaint ? SubjectOf(oddity.Text) : oddity.Subject) == SubjectOf(remark.Subject));

    private static bool HasFurtherLists(PostfixConfig config) =>
        !config.IsEmpty("smtpd_restriction_classes")
            || PostfixConfig.RestrictionLists.Any(list =>
                config.SmtpdServices.Any(service => config.RestrictionsOf(list, service).Any(one => RestrictionNames.IsAccessCheck(one.Name))));

    /// <summary>
    /// A policy server, a milter or a filter before the queue that is named and does not answer: smtpd says 451 to everybody, unless a default action is set.
    /// </summary>
    private static IEnumerable<Oddity> SilentServers(MailHistory mail, PostfixConfig? config) =>
        from remark in mail.RemarksOf(RemarkKind.ServerSilent).Select(server => server.Lasting!)
        let host = remark.Origin.Host
        where remark.Count >= FewestSilences && !mail.TookMailAfter(remark.First, host) && !LetsMailInWithout(config, remark)
        let isOneOfSeveral = mail.Origins.Any(origin => origin.Host != host)
        select new Oddity(Short(remark.Subject),
            $"{remark.Subject} does not answer{(isOneOfSeveral ? " " + host : "")}, and no mail was accepted {(isOneOfSeveral ? "there " : "")}since.",
            Severity.High, Seen.Of([remark]),
            new Fix("Start this server again, or take it out of the configuration: without it smtpd takes no mail.",
                $"(postconf -n; postconf -P) | grep -F {ShellWord.Quoted(remark.Subject)}"));

    /// <summary>Nothing is refused for it, so that nobody notices. It answers again when mail came in well behind the last complaint.</summary>
    private static IEnumerable<Oddity> SkippedMilters(MailHistory mail, PostfixConfig? config) =>
        from remark in mail.RemarksOf(RemarkKind.ServerSilent)
        where LetsMailInWithout(config, remark)
        group remark by remark.Subject into milter
        let times = milter.Sum(remark => (long)remark.Count)
        where times >= FewestSilences && !milter.All(remark => mail.TookMailAfter(milter.Max(one => one.Last) + LongestSession, remark.Origin.Host))
        select new Oddity(Short(milter.Key),
            $"{milter.Key} did not answer {Telling.Count(times, "time")}, and its default action is accept: mail passes unseen by it, and nothing else tells.",
            Severity.Low, Seen.Of([.. milter]),
            new Fix("Start the milter again. If mail shall rather wait at its senders than pass unseen, answer 451 meanwhile.",
                config!.List("smtpd_milters").Any(word => IsNamedIn(word, milter.Key) && word.StartsWith('{')) ? "postconf smtpd_milters"
                    : "postconf -e 'milter_default_action = tempfail' && postfix reload"));

    private static bool LetsMailInWithout(PostfixConfig? config, Remark silent) =>
        config is not null && config.IsOfThisHost(silent.Origin) && config.SmtpdServices.Any(service =>
            config.List("smtpd_milters", service).Any(word => IsNamedIn(word, silent.Subject) && ActionOf(word, config, service) == "accept"));

    /// <summary><c>inet:127.0.0.1:11332</c>; since 3.0 <c>{ inet:127.0.0.1:11332, default_action = accept }</c></summary>
    private static bool IsNamedIn(string word, string milter) => word.Trim('{', '}').Split(',')[0].Trim() == milter;

    private static string ActionOf(string word, PostfixConfig config, MasterEntry service) =>
        word.Trim('{', '}').Split(',').Select(part => part.Split('=')).FirstOrDefault(part => part.Length == 2 && part[0].Trim() == "default_action") is [_, var own]
            ? own.Trim() : config.ExpandedFor(service, "milter_default_action").Trim();

    /// <summary>smtpd asks a milter when a client connects, and takes its mail later.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromMinutes(5);

    /// <summary>A program that ends whenever it is asked, with another text than RLY009 tells. Low when it is over.</summary>
    private static IEnumerable<Oddity> Ended(MailHistory mail) =>
        from program in EndedProgram.In(mail)
        let causes = program.Causes.Where(cause => !UnreadableNextHop.Tells(cause)).ToArray()
        where causes.Length > 0
        let isOver = program.WorkedLater(mail)
        from cause in causes
        select new Oddity(program.Program,
            $"{program.Program} ends whenever it is asked for something: {Redaction.OfText(cause.Subject)}. {(isOver ? "It worked later." : "Nothing shows that it worked since.")}",
            isOver ? Severity.Low : Severity.High, Seen.Of([cause]), UnknownPort.FixFor(cause.Subject));

    /// <summary>A restart of a server is shorter.</summary>
    private const int FewestSilences = 5;

    /// <summary>The parameter or the restriction that a warning is about.</summary>
    private static string SubjectOf(string text)
    {
        foreach (string before in new[] { "overriding earlier entry: ", "unused parameter: " })
            if (text.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at) return Short(text[(at + before.Length)..].Split('=')[0].Trim());
        return text.Split('"', '`', '\'') is [_, { Length: > 0 } quoted, _, ..] ? Short(quoted) : Short(text);
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60];
}
