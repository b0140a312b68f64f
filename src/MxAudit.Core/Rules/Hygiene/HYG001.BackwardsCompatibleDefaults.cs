using MxAudit.Log;

namespace MxAudit.Rules.Hygiene;

public sealed class BackwardsCompatibleDefaults : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG001",
        Name = "backwards-compatible-defaults",
        Title = "Postfix falls back on defaults of old versions",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Without a compatibility_level Postfix keeps the defaults of before version 3.0, to not break old hosts. Some are
            dangerous on a fallback MX: relay_domains takes all of mydestination, mynetworks trusts the whole subnet, and
            smtpd_relay_restrictions is empty.
            """,
        Detects = "Postfix logged \"using backwards-compatible default setting\". One finding for each setting that it names.",
        Fix =
        [
            new("First write down what you want: the domains that this host relays for, and nobody to trust but itself.", "postconf -e 'relay_domains = example.com' 'mynetworks = 127.0.0.0/8 [::1]/128'"),
            new("Then turn the old defaults off.", "postconf -e 'compatibility_level = 3.6' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix[101]: using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain "example.com"
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <someone@example.net>: Relay access denied; from=<tester@victim.example> to=<someone@example.net> proto=ESMTP helo=<using.backwards-compatible.example>
            """,
        References = ["https://www.postfix.org/COMPATIBILITY_README.html", "https://www.postfix.org/postconf.5.html#compatibility_level"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from remark in evidence.Mail.RemarksOf(RemarkKind.BackwardsCompatibleDefault)
        let setting = remark.Subject.Split(' ', '=')[0].Trim('"')
        where setting.Length > 0
        group remark by setting into used
        let count = used.Sum(remark => remark.Count)
        select Report(evidence, used.Key, $"Postfix used the old default of {used.Key} {Telling.Count(count, "time")}.",
            count, used.Select(remark => remark.FirstLine), Confidence.Proven, used.Min(remark => remark.First), used.Max(remark => remark.Last));
}
