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
            accepted on a public smtpd. The same of virtual_mailbox_domains without virtual_mailbox_maps, where no filter or policy
            service may know the users. High when the log shows such mail that was accepted and bounced.
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
        return new[] { Local(config), Virtual(config) }.OfType<Empty>().Where(empty => empty.Domains.Length > 0).Select(empty => ReportEmpty(evidence, empty));
    }

    /// <summary>A list of users that has none, and the domains whose mail is accepted for anybody.</summary>
    private sealed record Empty(string Parameter, string Classes, string[] Domains, Func<Recipient, bool> IsTheirs);

    private static Empty? Local(PostfixConfig config) => !config.IsExplicit("local_recipient_maps") || config.Expanded("local_recipient_maps").Trim().Length > 0 ? null
        : new Empty("local_recipient_maps", "mydestination", OpenIn(config, "mydestination", DomainClass.Local), bounced => bounced.LastAttemptMade is { Daemon: Daemon.Local });

    /// <summary>Without a list smtpd takes mail for anybody (smtpd_check.c), and who delivers it may know better.</summary>
    private static Empty? Virtual(PostfixConfig config)
    {
        if (config.Expanded("virtual_mailbox_maps").Trim().Length > 0) return null;
        string[] domains = OpenIn(config, "virtual_mailbox_domains", DomainClass.VirtualMailbox);
        return new Empty("virtual_mailbox_maps", "virtual_mailbox_domains", domains, bounced => domains.Contains(bounced.Domain));
    }

    /// <summary>A filter, a policy service or a table that is not at hand may know the users.</summary>
    private static string[] OpenIn(PostfixConfig config, string parameter, DomainClass itsClass) =>
    [
        .. config.NamesIn(parameter).Select(domain => domain.Name).Where(name => name.Contains('.') && config.ClassOf(name) == itsClass && !config.RouteOfDomain(name).GoesNowhere)
            .Where(name => config.PublicSmtpdServices.Any(service => config.HasRelayControl(service)
                && config.OutcomeOf(service, ClientKind.Stranger, $"{NoSuchUser}@{name}") is { Verdict: SmtpdVerdict.Accepted, Verification: VerificationEffect.None or VerificationEffect.OnlyWarns } outcome
                && (itsClass == DomainClass.Local || (!outcome.Steps.Any(step => step.Effect == StepEffect.Unknown) && config.FiltersOf(service).Count == 0)))),
    ];

    private Finding ReportEmpty(Evidence evidence, Empty empty)
    {
        var config = evidence.Configuration;
        Recipient[] bounced = evidence.Log is not { } mail ? [] :
            [.. mail.BouncesFor(ReasonClass.UserUnknown).Where(recipient => recipient.FromStranger && empty.IsTheirs(recipient) && config.IsOfThisHost(recipient.Message))];
        return Report(evidence, empty.Parameter,
            Telling.Sentences($"{empty.Parameter} is empty: mail to any user of {Telling.Some(empty.Domains)} is accepted.",
                bounced.Length == 0 ? "" : $"{Telling.Count(bounced.Length, "recipient")} that nobody has {(bounced.Length == 1 ? "was" : "were")} accepted from strangers and bounced."),
            Math.Max(1, bounced.Length), [Proof.FromConfig(config, empty.Parameter), Proof.FromConfig(config, empty.Classes), .. bounced.Take(3).Select(recipient => Proof.FromLog(recipient.LastLine))],
            Confidence.Proven, bounced.Min(recipient => recipient.LastAttempt), bounced.Max(recipient => recipient.LastAttempt), bounced.Length > 0 ? Severity.High : Severity.Medium,
            empty.Parameter == "local_recipient_maps" ? Manual.Fix : [new("List the mailboxes in virtual_mailbox_maps, or let the host that has them be asked: reject_unverified_recipient.", "postconf virtual_mailbox_maps smtpd_reject_unlisted_recipient")]);
    }
}
