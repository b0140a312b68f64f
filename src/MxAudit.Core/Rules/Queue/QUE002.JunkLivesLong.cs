namespace MxAudit.Rules.Queue;

public sealed class JunkLivesLong : Rule
{
    private static readonly TimeSpan Ample = TimeSpan.FromDays(10);

    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE002",
        Name = "junk-lives-long",
        Title = "Mail lives very long, and nobody checks whether its recipients exist",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            A long lifetime is meant for an outage of the primary. Where unknown recipients are accepted, most of what waits that
            long is junk and the notices that it causes. Honest senders are not told either: they learn after weeks that their mail
            never arrived.
            """,
        Detects = """
            maximal_queue_lifetime is more than ten days, and any user of a relayed domain is accepted from strangers (BKS008,
            VRF002, VRF004). Quiet where recipients are checked, or where a policy service, a filter or a table that can not be read
            may check them, and where the log shows a primary that takes every address (see BKS009).
            """,
        Fix =
        [
            new("Check recipients first.", "mxaudit explain BKS008"),
            new("Then let mail live for ten days, and notices for one. Mail that is older by then is returned at once: look at the queue before.",
                "postconf -e 'maximal_queue_lifetime = 10d' 'bounce_queue_lifetime = 1d' && postfix reload"),
        ],
        Fires = new() { Config = Example.Relaying + "maximal_queue_lifetime = 21d" },
        Quiet = new() { Config = Example.Sound + "maximal_queue_lifetime = 21d" },
        References = ["https://www.postfix.org/postconf.5.html#maximal_queue_lifetime", "https://www.postfix.org/postconf.5.html#bounce_queue_lifetime"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        var lifetime = config.Time("maximal_queue_lifetime");
        Door[] doors = lifetime <= Ample ? [] : [.. Doors.Open(evidence).Where(door => !evidence.CatchAlls.Have(door.Domain))];
        if (doors.Length == 0) yield break;
        yield return Report("maximal_queue_lifetime",
            $"Mail lives for {Telling.Span(lifetime)}, and any user of {Telling.Some(doors.Select(door => door.Domain))} is accepted.",
            Seen.Stated(Proof.FromConfig(config, "maximal_queue_lifetime"), Proof.FromConfig(config, "smtpd_recipient_restrictions", doors[0].Service),
                Proof.FromConfig(config, "relay_recipient_maps")),
            Confidence.Proven);
    }
}
