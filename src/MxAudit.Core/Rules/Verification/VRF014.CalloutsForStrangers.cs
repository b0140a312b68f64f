using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class CalloutsForStrangers : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF014",
        Name = "callouts-for-strangers",
        Title = "Recipients of foreign domains are verified: strangers make this host call other hosts",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        OrElse = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Log,
        Why = """
            reject_unverified_recipient is reached before it is decided whether this host relays for the domain at all. Anybody can
            name any address in the world, and this host connects there to ask about it. Those who are called see an address
            harvester; some block lists collect hosts that do this.
            """,
        Detects = """
            A stranger's mail to a domain that is none of this host's is tried on the restriction lists of every public smtpd:
            reject_unverified_recipient is reached, and no reject_unauth_destination stands before it. Probes to such domains in the
            log are counted, where senders are not verified too. Quiet for a host that relays for everybody: that is REL003.

            Without configuration: 3 or more recipients that were probed, and within a minute refused with "Relay access denied".
            """,
        Fix =
        [
            new("Decide about relaying first, and verify behind it.",
                "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_relay_restrictions =
                smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination
                unverified_recipient_reject_code = 550
                """,
        },
        Quiet = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination
                unverified_recipient_reject_code = 550
                """,
        },
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#recipient",
            "https://www.postfix.org/postconf.5.html#smtpd_relay_before_recipient_restrictions",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        if (evidence.Config is not { } config) return InLog(evidence.Mail);
        return from outcome in Doors.ForStrangersMail(config)
               where outcome.Verdict != SmtpdVerdict.Accepted
               let lists = RelayingFirst.VerifyingBefore(outcome)
               where lists.Length > 0
               group (Outcome: outcome, Lists: lists) by lists[0] into list
               select ReportList(evidence, [.. list]);
    }

    private const int FewestRecipients = 3;
    private static readonly TimeSpan OneSession = TimeSpan.FromMinutes(1);

    /// <summary>Asked about first, and denied then. Who is a sender as well is left out: it may be the sender who was asked about.</summary>
    private IEnumerable<Finding> InLog(MailHistory mail)
    {
        var probed = mail.Domains.Where(domain => domain is { Probes: > 0, RelayDenied: > 0 }).Select(domain => domain.Name).ToHashSet();
        if (probed.Count == 0) yield break; // nearly always
        var denied = mail.RejectsFor(ReasonClass.RelayDenied).Where(reject => reject is { WarnOnly: false, Time: not null } && probed.Contains(reject.Domain))
            .ToLookup(reject => reject.Recipient, StringComparer.OrdinalIgnoreCase);
        if (denied.Count < FewestRecipients) yield break;
        var asked = mail.Probes.Where(probe => denied[probe.Recipient].Any(reject => reject.Time >= probe.Time && reject.Time - probe.Time <= OneSession))
            .ToArray();
        if (RecipientsOf(asked) < FewestRecipients) yield break;
        // read again from the log: only when it may matter
        var senders = denied.SelectMany(rejects => rejects).Select(reject => reject.Detail.Sender).ToHashSet(StringComparer.OrdinalIgnoreCase);
        asked = [.. asked.Where(probe => !senders.Contains(probe.Recipient))];
        if (RecipientsOf(asked) < FewestRecipients) yield break;
        yield return Report("smtpd_recipient_restrictions",
            $"{Telling.Count(asked.Length, "probe")} went to foreign domains, before their recipients were refused with \"Relay access denied\": {Telling.Tally(asked.Select(probe => probe.Domain), 3)}.",
            Seen.Of(asked).ShownBy(asked.Take(3).SelectMany(probe => new[] { probe.Line, denied[probe.Recipient].First().Line })), Confidence.Strong);
    }

    private static int RecipientsOf(IEnumerable<Probe> probes) => Knowledge.CountDifferent(probes.Select(probe => probe.Recipient));

    /// <param name="found">Services whose first such list is the same, each with all of its lists.</param>
    private Finding ReportList(Evidence evidence, (SmtpdOutcome Outcome, string[] Lists)[] found)
    {
        var config = evidence.Configuration;
        var (outcome, lists) = found[0];
        Probe[] foreign = evidence.Log is not { } mail || Doors.VerifiesSenders(outcome) ? []
            : [.. mail.Probes.Where(probe => config.ClassOf(probe.Domain) == DomainClass.Default && config.IsOfThisHost(probe.Message))];
        string verify = lists.Length == 1 ? $"{lists[0]} verifies" : $"{string.Join(" and ", lists)} verify";
        return Report(lists[0],
            Telling.Sentences($"{verify} recipients of any domain in the world, before it is decided whether this host relays for it.",
                foreign.Length == 0 ? ""
                    : $"{Telling.Count(foreign.Length, "probe")} went to foreign domains: {Telling.Tally(foreign.Select(probe => probe.Domain), 3)}."),
            Seen.Stated([.. lists.Append("smtpd_relay_restrictions").Distinct().Select(list => Proof.FromConfig(config, list, outcome.Service))])
                .And(Seen.Of(foreign, 3)),
            Confidence.Proven, fixes: [FixFor(config, found)]);
    }

    /// <summary>All of the lists at once, at every service: with one of them the other would go on asking.</summary>
    private Fix FixFor(PostfixConfig config, (SmtpdOutcome Outcome, string[] Lists)[] found)
    {
        var changes = new List<(MasterEntry? Service, string Name, string? Value)>();
        string[] moved = [];
        bool letInByMx = false;
        foreach (var (outcome, lists) in found)
        {
            if (RelayingFirst.Corrected(config, outcome.Service, lists, list => WordGrammar.Read(config.Value(list, outcome.Service))) is not { } corrected)
                continue;
            bool letsInByMx = lists.Any(list => RelayingFirst.LetsInByMx(outcome, list));
            changes.AddRange(corrected.Select(one => ((MasterEntry?)outcome.Service, one.List,
                (string?)(letsInByMx ? RelayingFirst.WithoutMxBackup(WordGrammar.Read(one.Value)) : one.Value))));
            if (moved.Length == 0 && !lists.Contains(corrected[^1].List)) moved = [.. lists, corrected[^1].List];
            letInByMx |= letsInByMx;
        }
        if (changes.Count == 0)
            return Manual.Fix[0] with { Command = $"postconf {string.Join(' ', found[0].Lists)}   # then let {Guarding.Verify} stand behind reject_unauth_destination" };
        string why = moved.Length == 0 ? Manual.Fix[0].Why
            : $"Take verification out of {string.Join(" and ", moved[..^1])}, and let it stand behind reject_unauth_destination in {moved[^1]}.";
        return new Fix(Telling.Sentences(why, letInByMx ? $"{RelayingFirst.MxBackup} goes with it (REL004): name its domains in relay_domains." : ""),
            Postconf.SetEach(changes));
    }
}
