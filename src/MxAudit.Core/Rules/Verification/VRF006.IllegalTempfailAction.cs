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
        SurerWith = EvidenceKinds.Config,
        Why = """
            The only values are defer and defer_if_permit. With any other, for example permit, smtpd dies as soon as a client
            connects, and the client sees nothing but a hanging connection. Neither "postfix check" nor "postconf -n" complains.
            To accept mail for recipients that can not be verified, another parameter is the one: unverified_recipient_defer_code.
            """,
        Detects = """
            smtpd logged "fatal: bad configuration" with one of the parameters whose names end in _tempfail_action. Medium when a
            client's message was accepted after the last such line: then it is over.
            """,
        Fix =
        [
            new("Remove the setting. The default is right. Use the name of the parameter that the finding is about.", "postconf -X unverified_recipient_tempfail_action && postfix reload"),
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

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from remark in evidence.Mail.Remarks
        let parameter = ParameterOf(remark)
        where parameter is not null
        group remark by parameter into wrong
        let last = wrong.Max(remark => remark.Last)
        let isOver = evidence.Mail.TookMailAfter(last)
        select Report(evidence, wrong.Key,
            $"smtpd died {Telling.Count(wrong.Sum(remark => remark.Count), "time")}: {Telling.Some(wrong.Select(remark => remark.Subject))} is no legal value. "
            + (isOver ? "Mail was accepted again later." : "No mail was accepted since."),
            wrong.Sum(remark => remark.Count), wrong.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine }), Confidence.Proven,
            wrong.Min(remark => remark.First), last, isOver ? Severity.Medium : Severity.Critical,
            [new Fix("Remove the setting: the default is right.", $"postconf -X {wrong.Key} && postfix reload"), .. Manual.Fix.Skip(1)]);
}
