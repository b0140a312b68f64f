using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.OpenRelay;

public sealed class RelayingByMxRecord : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "REL004",
        Name = "relaying-by-mx-record",
        Title = "permit_mx_backup: whoever points an MX record at this host may use it",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            permit_mx_backup takes mail for every domain whose DNS names this host as MX. The owner of a domain decides that, not
            you. Its recipients are not in any list, it is delivered like outgoing mail and not by the relay service, and a domain that
            moved away keeps working here. Postfix 3.9 and later warn that the word will go away.
            """,
        Detects = """
            A stranger's mail to a domain that this host is not told of reaches permit_mx_backup on a public smtpd. Medium with
            permit_mx_backup_networks, low where another list refuses such mail all the same. Without configuration: the
            warning of smtpd.
            """,
        Fix = [new("Name the domains in relay_domains, and take permit_mx_backup out of the restriction lists.",
            "postconf smtpd_relay_restrictions smtpd_recipient_restrictions relay_domains")],
        Fires = new()
        {
            Log = Deprecated,
            Config = Example.Relaying + """
                smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination
                smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                """,
        },
        Quiet = new()
        {
            Log = Deprecated,
            Config = Example.Relaying + """
                smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, permit_mx_backup
                smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#permit_mx_backup",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/DEPRECATION_README.html",
        ],
    };

    private const string Word = RelayingFirst.MxBackup;

    private const string Deprecated = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: warning: support for restriction "permit_mx_backup" will be removed from Postfix; instead, specify "relay_domains"
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Remark[] warned = [.. evidence.MailIfAny.RemarksOf(RemarkKind.DeprecatedRestriction).Where(remark => remark.Subject == Word)];
        var seen = Seen.Of(warned, 2);
        if (evidence.Config is not { } config)
        {
            if (warned.Length > 0)
                yield return Report(Word,
                    $"smtpd warned {Telling.Count(seen.Count, "time")} that {Word} will go away: it is in a restriction list, and mail for any domain whose MX names this host may be accepted.",
                    Seen.Of(warned), Confidence.Likely);
            yield break;
        }
        var reached = from outcome in Doors.ForStrangersMail(config)
                      from list in outcome.Steps.Select(step => step.List).Distinct()
                      where RelayingFirst.LetsInByMx(outcome, list)
                      group outcome by list;
        foreach (var list in reached) yield return ReportList(evidence, list.Key, [.. list], seen);
    }

    private Finding ReportList(Evidence evidence, string list, SmtpdOutcome[] outcomes, Seen warned)
    {
        var config = evidence.Configuration;
        var outcome = outcomes.FirstOrDefault(outcome => !IsRefused(outcome)) ?? outcomes[0];
        bool isRefused = IsRefused(outcome);
        bool isNarrow = !config.IsEmpty("permit_mx_backup_networks");
        string[] domains = evidence.Dns is not { } dns ? []
            : [.. dns.All.Where(answer => answer.MxListsUs(evidence.Own) && config.ClassOf(answer.Domain) == DomainClass.Default)
                .Select(answer => answer.Domain)];
        return Report(list,
            Telling.Sentences(
                $"{list} of {Telling.Some(outcomes.Select(one => one.Service.Id))} has {Word}: mail for any domain whose MX names this host is {(isRefused ? "let pass by this list, and refused by another" : "accepted")}.",
                isNarrow && !isRefused ? "permit_mx_backup_networks narrows it to domains whose primary is in those networks." : "",
                domains.Length == 0 ? "" : $"Of the domains that were looked up it lets in {Telling.Some(domains)}, which no list names."),
            Seen.Stated(Proof.FromConfig(config, list, outcome.Service), Proof.FromConfig(config, "relay_domains")).And(warned), Confidence.Proven,
            isRefused ? Severity.Low : isNarrow ? Severity.Medium : Severity.High,
            [Manual.Fix[0] with { Command = CommandFor(config, list, outcomes, domains) }]);
    }

    private static bool IsRefused(SmtpdOutcome outcome) => outcome.Verdict is SmtpdVerdict.Refused or SmtpdVerdict.Deferred;

    /// <summary>A list that verifies recipients too early (VRF014) is put right at once: else one fix would undo the other.</summary>
    private string CommandFor(PostfixConfig config, string list, SmtpdOutcome[] outcomes, string[] domains)
    {
        if (outcomes.Any(outcome => !Words(config, list, outcome.Service).Contains(Word))) return Manual.Fix[0].Command;
        var settings = outcomes.SelectMany(outcome => Without(config, list, outcome)).ToList();
        string relayed = Postconf.RelayDomainsWritten(config);
        if (domains.Length > 0)
            settings.Add((null, "relay_domains", string.Join(", ", [.. relayed.Length > 0 ? [relayed] : Array.Empty<string>(), .. domains])));
        return Postconf.SetEach(settings) is { Length: > 0 } command ? command : Manual.Fix[0].Command;
    }

    private static IEnumerable<(MasterEntry? Service, string Name, string? Value)> Without(PostfixConfig config, string list, SmtpdOutcome outcome)
    {
        var service = outcome.Service;
        string[] verifying = RelayingFirst.VerifyingBefore(outcome);
        var corrected = verifying.Contains(list) ? RelayingFirst.Corrected(config, service, verifying, one => Words(config, one, service)) : null;
        return (corrected ?? [(list, config.Value(list, service))])
            .Select(one => ((MasterEntry?)service, one.List, (string?)RelayingFirst.WithoutMxBackup(WordGrammar.Read(one.Value))));
    }

    private static IReadOnlyList<string> Words(PostfixConfig config, string list, MasterEntry service) => WordGrammar.Read(config.Value(list, service));
}
