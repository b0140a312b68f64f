using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class UnknownLocalUsersAccepted : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS010",
        Name = "unknown-local-users-accepted",
        Title = "local_recipient_maps is empty: mail to any user of this host itself is accepted",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            With an empty local_recipient_maps smtpd does not know the users of mydestination and takes mail for all. Mail to
            anything@ this host's name is then bounced by the local delivery, to senders that may be forged.
            """,
        Detects = """
            local_recipient_maps is set, and empty; and a stranger's mail to a user that nobody has, at a name of mydestination, is
            accepted on a public smtpd. High when the log shows such mail that was accepted and bounced.
            """,
        Fix = [new("Take the empty setting out: the default knows accounts and aliases.", "postconf -X local_recipient_maps && postfix reload")],
        Fires = new()
        {
            Config = """
                compatibility_level = 3.6
                myhostname = mx2.fallback.example
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access inline:{ example.com=reject_unverified_recipient }
                unverified_recipient_reject_code = 550
                mydestination = $myhostname, localhost
                local_recipient_maps =
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                mydestination = $myhostname, localhost
                local_recipient_maps =
                """,
        },
        References = ["https://www.postfix.org/LOCAL_RECIPIENT_README.html", "https://www.postfix.org/postconf.5.html#local_recipient_maps"],
    };

    private const string NoSuchUser = "no-such-user-7f3a91";

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (!config.IsExplicit("local_recipient_maps") || config.Expanded("local_recipient_maps").Trim().Length > 0) yield break;
        string[] domains =
        [
            .. config.NamesIn("mydestination").Select(domain => domain.Name).Where(name => name.Contains('.') && config.ClassOf(name) == DomainClass.Local)
                .Where(name => config.PublicSmtpdServices.Any(service => config.HasRelayControl(service)
                    && config.OutcomeOf(service, ClientKind.Stranger, $"{NoSuchUser}@{name}") is { Verdict: SmtpdVerdict.Accepted, Verification: VerificationEffect.None or VerificationEffect.OnlyWarns })),
        ];
        if (domains.Length == 0) yield break;
        Recipient[] bounced = evidence.Log is not { } mail ? [] :
            [.. mail.BouncesFor(ReasonClass.UserUnknown).Where(recipient => recipient is { FromStranger: true, LastAttemptMade.Daemon: Daemon.Local } && config.IsOfThisHost(recipient.Message))];
        yield return Report(evidence, "local_recipient_maps",
            Telling.Sentences($"local_recipient_maps is empty: mail to any user of {Telling.Some(domains)} is accepted.",
                bounced.Length == 0 ? "" : $"{Telling.Count(bounced.Length, "recipient")} that nobody has {(bounced.Length == 1 ? "was" : "were")} accepted from strangers and bounced."),
            Math.Max(1, bounced.Length), [Proof.FromConfig(config, "local_recipient_maps"), Proof.FromConfig(config, "mydestination"), .. bounced.Take(3).Select(recipient => Proof.FromLog(recipient.LastLine))],
            Confidence.Proven, bounced.Min(recipient => recipient.LastAttempt), bounced.Max(recipient => recipient.LastAttempt), bounced.Length > 0 ? Severity.High : Severity.Medium);
    }
}
