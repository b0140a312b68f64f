using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class CapabilityMissingAtPrimary : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS013",
        Name = "capability-missing-at-primary",
        Title = "This host offers clients what the primary does not have (SMTPUTF8, REQUIRETLS)",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            A client may ask for SMTPUTF8 or REQUIRETLS where a server offers it. When the primary does not offer the same, the message
            can not be handed on, and this host returns it. Without the offer the client would have sent it otherwise, or told
            its sender. Since 3.11 Postfix offers REQUIRETLS wherever TLS is on; with smtp_tls_security_level = may it checks no certificate, and
            can not hand such mail on itself.
            """,
        Detects = "Mail of strangers for a relayed domain bounced with 5.6.7 (SMTPUTF8) or with 5.7.10 or 5.7.30 (REQUIRETLS), and the reason names the word.",
        Fix =
        [
            new("Do not offer SMTPUTF8 here until the primary has it.", "postconf -e 'smtputf8_enable = no' && postfix reload"),
            new("For REQUIRETLS: make the primary offer TLS and REQUIRETLS, or do not offer it here.",
                "postconf smtpd_discard_ehlo_keywords   # add requiretls"),
            new("This host itself checks no certificates, and so can not keep what REQUIRETLS promises: do not offer it here, or verify the primary.",
                "postconf smtpd_discard_ehlo_keywords smtp_tls_policy_maps   # add requiretls to the first, or a line to the table: DOMAIN secure"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.6.7, status=bounced (SMTPUTF8 is required, but was not offered by host mx1.example.com[192.0.2.10])
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.6.0, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.6.0 message has no SMTPUTF8 headers that can be read (in reply to end of DATA command))
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/SMTPUTF8_README.html",
            "https://www.postfix.org/postconf.5.html#smtputf8_enable",
            "https://www.postfix.org/postconf.5.html#smtpd_discard_ehlo_keywords",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        return from bounced in evidence.Mail.Bounces
               let word = WordOf(bounced)
               where word.Length > 0 && bounced.FromStranger && relayed.Has(bounced)
               group bounced by word into capability
               select ReportCapability(evidence, capability.Key, [.. capability]);
    }

    private static string WordOf(Recipient bounced)
    {
        string word = bounced.Dsn.Is(6, 7) ? "SMTPUTF8" : bounced.Dsn.Is(7, 10) || bounced.Dsn.Is(7, 30) ? "REQUIRETLS" : "";
        return word.Length > 0 && bounced.Reason.Contains(word, StringComparison.Ordinal) ? word : "";
    }

    private Finding ReportCapability(Evidence evidence, string word, Recipient[] bounced) =>
        Report(word,
            $"{Telling.Count(bounced.Length, "recipient")} of mail that this host had accepted bounced since {Cause(word, bounced)}. Domains: {Telling.Tally(bounced.Select(recipient => recipient.Domain), 3)}.",
            Seen.Stated(Proof.IfKnown(evidence.Config, word == "SMTPUTF8" ? "smtputf8_enable" : "smtpd_discard_ehlo_keywords")).And(Seen.Of(bounced, 4)),
            Confidence.Proven, fixes: word == "SMTPUTF8" ? [Manual.Fix[0]]
                : [.. bounced.Any(IsOfOwnLevel) ? [Manual.Fix[2]] : Array.Empty<Fix>(), .. bounced.All(IsOfOwnLevel) ? [] : new[] { Manual.Fix[1] }]);

    /// <summary>smtp of 3.11 tells whose fault it is: <c>my configured TLS security level 'may' disables certificate matching</c>.</summary>
    private static bool IsOfOwnLevel(Recipient bounced) => bounced.Reason.Contains("my configured TLS security level", StringComparison.Ordinal);

    private static string Cause(string word, Recipient[] bounced)
    {
        string[] causes =
        [
            .. bounced.Select(recipient => IsOfOwnLevel(recipient) ? "this host checks no certificate"
                : recipient.Reason.Contains("server certificate was found", StringComparison.Ordinal) ? "the next hop has no certificate that is right"
                : $"the next hop does not offer {word}"),
        ];
        string[] different = [.. causes.Distinct()];
        return different.Length > 1 ? $"{word} could not be kept: {Telling.Tally(causes, 3)}"
            : different[0].EndsWith(word, StringComparison.Ordinal) ? different[0] : $"{word} could not be kept: {different[0]}";
    }
}
