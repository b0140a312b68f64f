using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Verification;

public sealed class PositiveCacheTooShort : Rule
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(31);

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF013",
        Name = "positive-cache-too-short",
        Title = "Good recipients are forgotten before a long outage is over",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        Why = """
            Recipients that a probe verified are accepted while the primary is down, as long as the cache remembers them. That is
            the safe way to accept mail during an outage. A cache that forgets early gives it away: the recipients that write seldom
            are the first to be answered 450.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain, what can not be verified waits (no defer code 2xx), and
            address_verify_positive_expire_time is shorter than the default of 31 days, or than maximal_queue_lifetime; or good
            results expire before they would be refreshed.
            """,
        Fix = [new("Remember good recipients for a season. They are asked again once a week, as long as mail comes.",
            "postconf -e 'address_verify_positive_expire_time = 90d' 'address_verify_positive_refresh_time = 7d' && postfix reload")],
        Fires = new() { Config = Example.Sound + "address_verify_positive_expire_time = 1d" },
        Quiet = new() { Config = Example.Sound + "address_verify_negative_expire_time = 1d" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#address_verify_positive_expire_time",
            "https://www.postfix.org/postconf.5.html#address_verify_positive_refresh_time",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var doors = Doors.Where(evidence, VerificationEffect.Full, VerificationEffect.OnlyDefers);
        if (doors.Length == 0) yield break;
        var config = evidence.Configuration;
        TimeSpan expires = config.Time("address_verify_positive_expire_time"), refreshed = config.Time("address_verify_positive_refresh_time"),
            lifetime = config.Time("maximal_queue_lifetime");
        bool isOutlived = expires < lifetime, isNeverRefreshed = refreshed >= expires;
        if (expires >= Month && !isOutlived && !isNeverRefreshed) yield break;
        yield return Report("address_verify_positive_expire_time",
            Telling.Sentences($"A recipient that was verified is forgotten after {Telling.Span(expires)}.",
                isOutlived ? $"Mail in the queue lives for {Telling.Span(lifetime)}." : "",
                isNeverRefreshed ? $"It would be asked again after {Telling.Span(refreshed)} only, so each is forgotten once, however often mail comes." : ""),
            Seen.Stated(Proof.FromConfig(config, "address_verify_positive_expire_time"),
                Proof.FromConfig(config, isNeverRefreshed ? "address_verify_positive_refresh_time" : "maximal_queue_lifetime"),
                Doors.VerificationIn(config, doors[0])),
            Confidence.Proven);
    }
}
