using MxAudit.Config;

namespace MxAudit.Rules.Hygiene;

public sealed class ShortQueueIds : Rule
{
    private static readonly PostfixVersion Introduced = new(2, 9);

    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG006",
        Name = "short-queue-ids",
        Title = "Queue ids are short and are used again",
        Severity = Severity.Info,
        Needs = EvidenceKinds.Config,
        Why = """
            A short id is the number of a file, and the next message may get the same one. Searching weeks of logs for it finds the
            mail of several senders. Long ids are never used twice, and hold the time of arrival.
            """,
        Detects = "enable_long_queue_ids is off, in a release that has it (2.9 and later). Nothing is broken: the default is off.",
        Fix = [new("Turn long ids on. Scripts that cut the output of mailq by columns may have to learn them.",
            "postconf -e 'enable_long_queue_ids = yes' && postfix reload")],
        Fires = new()
        {
            Config = """
                compatibility_level = 3.6
                myhostname = mx2.fallback.example
                mynetworks = 127.0.0.0/8
                """,
        },
        Quiet = new()
        {
            Config = """
                compatibility_level = 3.6
                myhostname = mx2.fallback.example
                mynetworks = 127.0.0.0/8
                enable_long_queue_ids = yes
                """,
        },
        References = ["https://www.postfix.org/postconf.5.html#enable_long_queue_ids"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (config.Version < Introduced || config.Bool("enable_long_queue_ids")) yield break;
        yield return Report("enable_long_queue_ids", "Queue ids are short: an id in an old log may belong to another message.",
            Seen.Stated(Proof.FromConfig(config, "enable_long_queue_ids")), Confidence.Proven);
    }
}
