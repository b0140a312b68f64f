using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class VerificationOnlyWarns : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF017",
        Name = "verification-only-warns",
        Title = "Recipient verification only warns: unknown recipients are accepted",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            With warn_if_reject in front of reject_unverified_recipient smtpd logs what it would refuse, and accepts it. That is
            meant for a trial. Left in, each unknown recipient is accepted and bounced, often to a forged sender.
            """,
        Detects = """
            A "reject_warning" line with a verification text. The configuration proves it without such a line: an unknown user of a
            relayed domain is accepted, and warn_if_reject stands before the reject_unverified_recipient that is reached. Critical
            when the log shows that unknown users were accepted so, and bounced.
            """,
        Fix =
        [
            new("Take warn_if_reject away from reject_unverified_recipient, in whichever list it stands.",
                "postconf -n | grep warn_if_reject   # then set that list again without it, and: postfix reload"),
            new("Refuse for good once the log shows that verification is right.", "postconf -e 'unverified_recipient_reject_code = 550' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject_warning: RCPT from unknown[203.0.113.66]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject_warning: RCPT from unknown[203.0.113.66]: 450 4.7.1 <junk>: Helo command rejected: Host not found; from=<forged@victim.example> to=<anna@example.com> proto=ESMTP helo=<junk>
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<forged@victim.example> to=<ghost@example.com> proto=ESMTP helo=<junk>
            """,
        References = ["https://www.postfix.org/postconf.5.html#warn_if_reject", "https://www.postfix.org/postconf.5.html#reject_unverified_recipient"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Reject[] warned = [.. evidence.MailIfAny.RejectsFor(ReasonClass.UnverifiedRecipient).Where(reject => reject.WarnOnly)];
        Door[] doors = [.. Doors.Where(evidence, VerificationEffect.OnlyWarns).Where(door => door.LetsAnybodyIn)];
        if (warned.Length == 0 && doors.Length == 0) yield break;
        var addresses = warned.Select(reject => reject.Recipient).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Recipient[] bounced = [.. evidence.MailIfAny.BouncesFor(ReasonClass.UserUnknown).Where(recipient => addresses.Contains(recipient.Address))
            .Concat(Doors.UnknownUsersAccepted(evidence, Doors.DomainsOf(doors))).DistinctBy(recipient => recipient.LastLine)];
        bool isOver = doors.Length == 0 && IsMended(evidence);
        long count = warned.Sum(reject => (long)reject.Count);
        yield return Report("warn_if_reject",
            Telling.Sentences(
                count == 0
                    ? $"Verification only warns for {Telling.Some(doors.Select(door => door.Domain))}: unknown users are accepted."
                    : $"{Telling.Count(count, "recipient that verification would have refused was", "recipients that verification would have refused were")} only warned about.",
                count == 0 || bounced.Length == 0
                    ? Telling.Bounced(bounced)
                    : $"{Telling.Number(bounced.Length)} of these recipients bounced later as unknown.",
                isOver ? "The configuration at hand refuses them." : ""),
            Seen.Stated(doors.Take(1).Select(door => Doors.VerificationIn(evidence.Configuration, door)))
                .And(Seen.Of(warned, 2))
                .And(Seen.Of(bounced, 2) with { Count = 0, First = bounced.Min(recipient => recipient.FirstAttempt) }),
            Confidence.Proven,
            isOver ? Severity.Low : bounced.Length > 0 ? Severity.Critical : Severity.High,
            doors.Length == 0 ? null
                : [FixFor(evidence.Configuration, doors),
                    .. doors.All(door => evidence.Configuration.Int("unverified_recipient_reject_code", door.Service) / 100 == 5) ? [] : Manual.Fix.Skip(1)]);
    }

    /// <summary>At every door verification refuses now; the old lines stay in the log until it is rotated away.</summary>
    private static bool IsMended(Evidence evidence) => evidence.Config is { MasterIsKnown: true } config
        && Doors.Of(evidence) is { Count: > 0 } doors
        && doors.All(door => door.Verification is VerificationEffect.Full or VerificationEffect.OnlyDefers || door.Outcome.DecidedBy is not null)
        && evidence.MailIfAny.Origins.All(config.IsOfThisHost);

    /// <summary>The lists as they are, without the one word, at every service that has it.</summary>
    private Fix FixFor(PostfixConfig config, Door[] doors)
    {
        var lists = doors
            .SelectMany(door => door.Outcome.Steps.Where(step => step.Effect == StepEffect.Verifies).Select(step => (door.Service, step.List)))
            .DistinctBy(one => (one.Service.Id, one.List))
            .Where(one => config.RestrictionsOf(one.List, one.Service).Any(IsMeant)).ToArray();
        return lists.Length == 0 ? Manual.Fix[0]
            : new Fix($"Take warn_if_reject away from reject_unverified_recipient in {Telling.Some(lists.Select(one => one.List))}.",
                Postconf.SetEach([.. lists.Select(one =>
                    Postconf.Changed(config, one.List, one.Service, word => IsMeant(word) ? word with { OnlyWarns = false } : word))]));

        static bool IsMeant(Restriction restriction) => restriction is { Name: "reject_unverified_recipient", OnlyWarns: true };
    }
}
