using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class IllegalTempfailAction : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF006",
        Name = "illegal-tempfail-action",
        Title = "An illegal …_tempfail_action keeps smtpd from running: no mail is accepted",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The only values are defer and defer_if_permit. With any other, for example permit, smtpd dies as soon as a client
            connects, and the client sees nothing but a hanging connection. Neither "postfix check" nor "postconf -n" complains.
            To accept mail for recipients that can not be verified, another parameter is the one: unverified_recipient_defer_code.
            """,
        Detects = """
            smtpd logged "fatal: bad configuration" with one of the parameters whose names end in _tempfail_action, or the
            configuration sets one of them to another value than defer and defer_if_permit. Medium when a client's message was
            accepted after the last such line, and the configuration at hand has no such value: then it is over.
            """,
        Fix =
        [
            new("Remove the setting. The default is right. Use the name of the parameter that the finding is about. Within a minute Postfix starts smtpd again.",
                "postconf -X unverified_recipient_tempfail_action && postfix reload"),
            new("If the wish was to accept mail while the primary is down, read VRF003 and VRF013 first.", "mxaudit explain VRF003"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[4382]: fatal: bad configuration: unverified_recipient_tempfail_action = permit
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: process /usr/lib/postfix/sbin/smtpd pid 4382 exit status 1
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[4382]: fatal: bad configuration: smtpd_client_port_logging = perhaps
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: process /usr/lib/postfix/sbin/smtpd pid 4382 exit status 1
            Nov 22 10:00:02 mx2 postfix/master[4371]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#unverified_recipient_tempfail_action",
            "https://www.postfix.org/postconf.5.html#unverified_recipient_defer_code",
        ],
    };

    /// <summary>The parameter that keeps smtpd from running; null when the remark is about something else.</summary>
    internal static string? ParameterOf(Remark remark)
    {
        if (remark.Kind != RemarkKind.BadConfiguration) return null;
        string parameter = remark.Subject.Split('=')[0].Trim();
        return parameter.EndsWith("_tempfail_action", StringComparison.Ordinal) ? parameter : null;
    }

    private static readonly string[] Parameters =
    [
        "unverified_recipient_tempfail_action", "unverified_sender_tempfail_action", "unknown_address_tempfail_action",
        "unknown_helo_hostname_tempfail_action", "reject_tempfail_action",
    ];

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var logged = evidence.MailIfAny.Remarks.Where(remark => ParameterOf(remark) is not null)
            .ToLookup(remark => WrittenFor(evidence.Config, ParameterOf(remark)!));
        var set = evidence.Config is { } config ? SetIn(config).ToLookup(one => one.Parameter, one => one.Proof) : Array.Empty<Proof>().ToLookup(_ => "");
        return from parameter in logged.Select(remarks => remarks.Key).Union(set.Select(proofs => proofs.Key))
               select ReportParameter(evidence, parameter, [.. logged[parameter]], [.. set[parameter]]);
    }

    /// <summary>smtpd names the one that it reads; by default that may be made of another: <c>$reject_tempfail_action</c>.</summary>
    private static string WrittenFor(PostfixConfig? config, string parameter) =>
        config is not null && !config.SmtpdServices.Any(service => config.IsExplicit(parameter, service))
            && config.Value(parameter).Trim() is ['$', .. var other] && SetIn(config).Any(one => one.Parameter == other) ? other : parameter;

    /// <summary>In main.cf, or for one of the services.</summary>
    private static IEnumerable<(string Parameter, Proof Proof)> SetIn(PostfixConfig config) =>
        from service in config.SmtpdServices
        from parameter in Parameters
        where config.IsExplicit(parameter, service) && config.ExpandedFor(service, parameter).Trim().ToLowerInvariant() is not ("defer" or "defer_if_permit")
        group service by parameter into services
        select (services.Key, Proof.FromConfig(config, services.Key, services.First()));

    private Finding ReportParameter(Evidence evidence, string parameter, Remark[] logged, Proof[] set)
    {
        bool answered = logged.Length > 0 && evidence.MailIfAny.SmtpdAnsweredAfter(logged),
            isMended = evidence.Config is { MasterIsKnown: true } config && logged.All(remark => config.IsOfThisHost(remark.Origin));
        bool isOver = set.Length == 0 && (answered || isMended);
        return Report(parameter,
            Telling.Sentences(
                logged.Length == 0
                    ? $"{set[0].Text} is no legal value: smtpd dies when a client connects."
                    : $"smtpd died {Telling.Count(logged.Sum(remark => remark.Count), "time")}: {Telling.Some(logged.Select(remark => remark.Subject))} is no legal value.",
                logged.Length == 0 ? Telling.NotYet(evidence)
                    : evidence.MailIfAny.TookMailAfter(logged) ? "Mail was accepted again later."
                    : answered ? "It answered clients later."
                    : set.Length == 0 && isMended ? "The configuration at hand does not have it."
                    : "No mail was accepted since."),
            Seen.Stated(set).And(Seen.Of(logged).ShownBy(logged.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine }).Distinct().Order().Take(4))),
            Confidence.Proven, isOver ? Severity.Medium : Severity.Critical,
            [new Fix("Remove the setting: the default is right. Within a minute Postfix starts smtpd again.", $"postconf -X {parameter} && postfix reload"), .. Manual.Fix.Skip(1)]);
    }
}
