using MxAudit.Config;
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
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Without a compatibility_level Postfix keeps the defaults of before version 3.0, to not break old hosts. Some are
            dangerous on a fallback MX: relay_domains takes all of mydestination, mynetworks trusts the whole subnet, and
            smtpd_relay_restrictions is empty.
            """,
        Detects = """
            Postfix logged "using backwards-compatible default setting": one finding for each setting that it names. Medium for
            relay_domains, mynetworks_style and smtpd_relay_restrictions, which decide whose mail is relayed; low for all others, as
            chroot and append_dot_mydomain, and for smtpd_relay_before_recipient_restrictions where compatibility_level is 2, as
            many distributions set it, where it is the only one in the log, or where the three that are dangerous are set, so that it
            only decides which of two refusals is said first. Without such a line the configuration tells:
            compatibility_level is below 2 (Postfix 3.0 and later). Medium when mynetworks is not set either, so that the whole
            subnet is trusted; else low, with the settings that hold by their old default, and low where inet_interfaces lets
            nobody in. Low, too, where the configuration at hand has the setting that the log names, or a level that turns its old
            default off.
            """,
        Fix =
        [
            new("First write down what you want: the domains that this host relays for, and nobody to trust but itself.",
                "postconf relay_domains mynetworks mydestination   # then: postconf -e 'relay_domains = …' 'mynetworks = 127.0.0.0/8 [::1]/128'"),
            new("Then turn the old defaults off.", Postconf.Set("compatibility_level", "3.6")),
            new("Mail leaves without TLS while smtp_tls_security_level is empty. Say what you want; may, the new default of 3.11, is TLS where the next hop has it; encrypt, where smtp_enforce_tls was set, is TLS or nothing.",
                Postconf.Set("smtp_tls_security_level", "may")),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix[101]: using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain "example.com"
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <someone@example.net>: Relay access denied; from=<tester@victim.example> to=<someone@example.net> proto=ESMTP helo=<using.backwards-compatible.example>
            """,
        References = ["https://www.postfix.org/COMPATIBILITY_README.html", "https://www.postfix.org/postconf.5.html#compatibility_level"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var logged = evidence.MailIfAny
            .RemarksOf(RemarkKind.BackwardsCompatibleDefault)
            .GroupBy(remark => remark.Subject.Split(' ', '=')[0].Trim('"'))
            .Where(used => used.Key.Length > 0)
            .ToArray();
        var level = OldLevel(evidence.Config);
        foreach (var used in logged)
        {
            var seen = Seen.Of([.. used], Seen.MostProofs);
            bool isOver = used.All(remark => IsMended(evidence.Config, used.Key, remark.Origin));
            yield return Report(used.Key,
                Telling.Sentences($"Postfix used the old default of {used.Key} {Telling.Count(seen.Count, "time")}.",
                    isOver ? "With the configuration at hand it does not." : ""),
                Seen.Stated(level is null ? [] : [level]).And(seen), Confidence.Proven,
                !isOver && IsDangerous(used.Key, isAlone: level is null ? evidence.Config is not null || logged.Length == 1
                        : OldDangers(evidence.Configuration).Count == 0 && used.All(remark => evidence.Configuration.IsOfThisHost(remark.Origin)))
                    ? Severity.Medium : Severity.Low,
                FixesFor(evidence.Config, used.Key));
        }
        if (logged.Length == 0 && level is not null) yield return ReportLevel(evidence.Configuration, level);
    }

    /// <summary>It is set by now, or the level is of its release.</summary>
    private static bool IsMended(PostfixConfig? config, string setting, Origin origin) =>
        config is { MasterIsKnown: true } && config.IsOfThisHost(origin)
        && (config.IsExplicit(setting) || (setting == "mynetworks_style" && config.IsExplicit("mynetworks"))
            || (setting == "tlsproxy_client_security_level" && config.IsExplicit("smtp_tls_security_level")) // whose value it has by default
            || PostfixVersion.Read(config.Expanded("compatibility_level").Trim()) is { } level && level >= LevelOf(setting));

    /// <summary>The level that turns an old default off: 2, 3.6 or 3.11 for what these releases brought (mail_params.c, compat_level_relax_…).</summary>
    private static PostfixVersion LevelOf(string setting) =>
        NewestDefaults.Contains(setting) ? new PostfixVersion(3, 11) : NewerDefaults.Contains(setting) ? new PostfixVersion(3, 6) : new PostfixVersion(2);

    /// <param name="isAlone">None of the others is in use besides.</param>
    private static bool IsDangerous(string setting, bool isAlone) =>
        setting == NewerDefault ? !isAlone : setting == "mynetworks_style" || OtherDangers.Contains(setting);

    /// <summary>Of Postfix 3.6: all that level 2, which distributions set for years, leaves to be used.</summary>
    private const string NewerDefault = "smtpd_relay_before_recipient_restrictions";

    private static readonly string[] NewerDefaults = [NewerDefault, "respectful_logging", "smtpd_tls_fingerprint_digest", "smtp_tls_fingerprint_digest",
        "lmtp_tls_fingerprint_digest"];

    private static readonly string[] NewestDefaults = ["smtp_tls_security_level", "tlsproxy_client_security_level", TlsReports];
    private const string TlsReports = "smtp_tlsrpt_skip_reused_handshakes";

    /// <summary>Null where the level is new enough, or the release does not know levels.</summary>
    private static Proof? OldLevel(PostfixConfig? config) =>
        config is not null && config.Version >= new PostfixVersion(3, 0) && PostfixVersion.Read(config.Expanded("compatibility_level").Trim()) is { } level
        && level < new PostfixVersion(2)
            ? Proof.FromConfig(config, "compatibility_level") : null;

    /// <summary>Before 3.6 a level is a whole number, and anything else a fatal error (mail_conf_int.c).</summary>
    private IReadOnlyList<Fix> FixesFor(PostfixConfig? config, string setting = "") =>
        setting == TlsReports ? [new Fix("Take the new default of 3.11.", Postconf.Set(TlsReports, "no"))]
        : NewestDefaults.Contains(setting) ? [Manual.Fix[2]]
        : config is { VersionAssumed: false } && config.Version < new PostfixVersion(3, 6)
            ? [Manual.Fix[0], Manual.Fix[1] with { Command = Postconf.Set("compatibility_level", "2") }]
        : [Manual.Fix[0], Manual.Fix[1]];

    private static readonly string[] OtherDangers = ["relay_domains", "smtpd_relay_restrictions"];

    private static bool TrustsSubnet(PostfixConfig config) => !config.IsExplicit("mynetworks") && !config.IsExplicit("mynetworks_style");

    /// <summary>The dangerous ones that no line of the configuration sets.</summary>
    private static List<string> OldDangers(PostfixConfig config) =>
    [
        .. TrustsSubnet(config) ? ["mynetworks (the whole subnet is trusted)"] : Array.Empty<string>(),
        .. OtherDangers.Where(name => !config.IsExplicit(name)),
    ];

    private Finding ReportLevel(PostfixConfig config, Proof level)
    {
        bool trustsSubnet = TrustsSubnet(config);
        var old = OldDangers(config);
        return Report("compatibility_level",
            Telling.Sentences("Defaults of before Postfix 3.0 hold.",
                old.Count == 0 ? "The dangerous ones are set otherwise here." : $"Not set here: {string.Join(", ", old)}."),
            Seen.Stated([level, .. trustsSubnet ? [Proof.FromConfig(config, "mynetworks_style")] : Array.Empty<Proof>()]),
            config.VersionAssumed ? Confidence.Likely : Confidence.Proven,
            trustsSubnet && !config.ListensToItselfOnly ? Severity.Medium : Severity.Low,
            old.Count > 0 ? FixesFor(config) : [FixesFor(config)[1] with { Why = "Turn the old defaults off." }]);
    }
}
