namespace MxAudit.Rules.Queue;

public sealed class LifetimeTooShort : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE001",
        Name = "lifetime-too-short",
        Title = "Mail does not live long enough to survive an outage of the primary",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        Why = """
            A fallback MX exists to hold mail while the primary is down. When maximal_queue_lifetime is over, the mail is returned
            to its sender. RFC 5321 asks for four to five days at least; a weekend and a holiday are longer than one expects.
            """,
        Detects = """
            maximal_queue_lifetime is less than five days. High when it is less than a day, unless this host relays for no domain and
            hands none on to another host.
            """,
        Fix =
        [
            new("Let mail live for one or two weeks. Mail that is already queued is measured against the new value too.",
                "postconf -e 'maximal_queue_lifetime = 14d' && postfix reload"),
        ],
        Fires = new() { Config = Example.Sound + "maximal_queue_lifetime = 2d" },
        Quiet = new() { Config = Example.Sound + "maximal_queue_lifetime = 5d" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#maximal_queue_lifetime",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.5.4.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        var lifetime = config.Time("maximal_queue_lifetime");
        if (lifetime >= TimeSpan.FromDays(5)) yield break;
        yield return Report("maximal_queue_lifetime", $"Queued mail is returned after {Telling.Span(lifetime)}.",
            Seen.Stated(Proof.FromConfig(config, "maximal_queue_lifetime")), Confidence.Proven,
            lifetime < TimeSpan.FromDays(1) && !Doors.AreForNobodyElse(evidence) ? Severity.High : Severity.Low, [FixFor(evidence)]);
    }

    /// <summary>Not too long, either, where junk is taken for anybody (QUE002).</summary>
    private Fix FixFor(Evidence evidence) =>
        Doors.Open(evidence).Length == 0 ? Manual.Fix[0] : Manual.Fix[0].Naming("14d", "7d");
}
