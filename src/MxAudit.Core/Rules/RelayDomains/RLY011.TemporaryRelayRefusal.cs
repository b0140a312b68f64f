using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class TemporaryRelayRefusal : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY011",
        Name = "temporary-relay-refusal",
        Title = "\"Relay access denied\" is only a temporary answer",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            By default Postfix answers 454 to mail for domains that it does not serve. That is a safety net while a host is being
            set up: if a domain was forgotten, no mail is lost. Later it has a price. Senders try again for days, and the owner of
            a forgotten domain sees no error.
            """,
        Detects = "smtpd answered \"Relay access denied\" with a 4xx code. Tests for open relays cause such lines on every host; alone they are no fault. Info when the configuration at hand refuses for good. Refusals of domains that RLY001 reports are left to it.",
        Fix =
        [
            new("When all domains are known to work, refuse for good.",
                "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <someone@example.net>: Relay access denied; from=<tester@victim.example> to=<someone@example.net> proto=ESMTP helo=<test>
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <someone@example.net>: Relay access denied; from=<tester@victim.example> to=<someone@example.net> proto=ESMTP helo=<test>
            """,
        References = ["https://www.postfix.org/postconf.5.html#smtpd_relay_restrictions", "https://www.postfix.org/SMTPD_ACCESS_README.html"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var toldThere = evidence.FoundBy("RLY001").SelectMany(finding => finding.Together.Append(finding.Subject)).ToHashSet();
        Reject[] denied = [.. evidence.Mail
            .RejectsFor(ReasonClass.RelayDenied)
            .Where(reject => reject is { Code: >= 400 and < 500, WarnOnly: false } && !toldThere.Contains(reject.Domain))];
        if (denied.Length == 0) yield break;
        bool isOver = evidence.Config is { MasterIsKnown: true } now
            && now.PublicSmtpdServices.Count > 0
            && Doors.ForStrangersMail(now).All(outcome => outcome.Verdict == SmtpdVerdict.Refused);
        var seen = Seen.Of(denied);
        yield return Report("smtpd_relay_restrictions",
            $"{Telling.Count(seen.Count, "refusal of relaying was", "refusals of relaying were")} only temporary (4xx). Domains asked for most: {Telling.Tally(denied.Select(reject => reject.Domain), 3)}.{(isOver ? " The configuration at hand refuses for good." : "")}",
            seen, Confidence.Proven, isOver ? Severity.Info : null,
            isOver ? [LetItRead] : evidence.Config is { } config ? [Manual.Fix[0] with { Command = CommandFor(config) ?? Manual.Fix[0].Command }] : null);
    }

    private static readonly Fix LetItRead = new("Nothing is left to set. If Postfix was not reloaded since, let it read what is set.", "postfix reload");

    /// <summary>The lists as they are, with the one word changed at every service; null where it has another cause.</summary>
    private static string? CommandFor(PostfixConfig config)
    {
        var service = config.PublicSmtpdServices is [var first, ..] ? first : null;
        if (config.Bool("soft_bounce", service)) return Postconf.Set("soft_bounce", "no", service);
        (MasterEntry? Service, string Name, string? Value)[] lists =
        [
            .. from one in config.PublicSmtpdServices.Count == 0 ? [null] : config.PublicSmtpdServices.Select(one => (MasterEntry?)one)
               let list = PostfixConfig.RelayLists.FirstOrDefault(list => config.RestrictionsOf(list, one).Any(word => word.Name == Defers))
               where list is not null
               select Postconf.Changed(config, list, one, word => word.Name == Defers ? word with { Name = "reject_unauth_destination" } : word),
        ];
        if (lists.Length > 0) return Postconf.SetEach(lists);
        return config.Int("relay_domains_reject_code", service) / 100 == 4 ? "postconf -X relay_domains_reject_code && postfix reload" : null;
    }

    private const string Defers = "defer_unauth_destination";
}
