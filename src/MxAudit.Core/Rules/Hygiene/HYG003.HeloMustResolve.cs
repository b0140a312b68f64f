using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

public sealed class HeloMustResolve : Rule
{
    private const int ManyClients = 3;

    /// <summary>Reply texts are read again from the log, so not all of a million.</summary>
    private const int MostRead = 500;

    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG003",
        Name = "helo-must-resolve",
        Title = "Clients whose HELO name is not in DNS are refused, and not only those that should be",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            Many honest mail servers say a HELO name that DNS does not have. They are answered 450 until they give up. Junk senders
            evade the check: they say a name that exists, or, where HELO is not required, none at all. A fallback host that is
            stricter than its primary loses mail exactly when it is needed.
            """,
        Detects = """
            reject_unknown_helo_hostname stands in another list than smtpd_helo_restrictions, without permit_mynetworks before it or
            without smtpd_helo_required. Medium when the log shows that 3 or more different clients were refused so. It is legal
            there, so Postfix does not complain.
            """,
        Fix =
        [
            new("Take it out of the list.", "postconf smtpd_sender_restrictions smtpd_recipient_restrictions"),
            new("Names that can not be right may be refused all the same.",
                "postconf -e 'smtpd_helo_required = yes' 'smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname' && postfix reload"),
        ],
        Fires = new()
        {
            Log = Refusal,
            Config = Example.Sound + """
                smtpd_sender_restrictions = reject_unknown_sender_domain, reject_unknown_helo_hostname
                """,
        },
        Quiet = new()
        {
            Log = Refusal,
            Config = Example.Sound + """
                smtpd_helo_required = yes
                smtpd_helo_restrictions = permit_mynetworks, reject_unknown_helo_hostname
                """,
        },
        References = ["https://www.postfix.org/postconf.5.html#reject_unknown_helo_hostname", "https://www.postfix.org/postconf.5.html#smtpd_helo_required"],
    };

    private const string Refusal = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.7.1 <exchange.partner.example>: Helo command rejected: Host not found; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<exchange.partner.example>
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        var found = from service in config.PublicSmtpdServices
                    from list in PostfixConfig.ListsBeforeData
                    where list != "smtpd_helo_restrictions"
                    let before = config.RestrictionsOf(list, service).TakeWhile(restriction => !IsMeant(restriction)).ToArray()
                    where before.Length < config.RestrictionsOf(list, service).Count
                    where before.All(restriction => restriction.Name != "permit_mynetworks") || !config.Bool("smtpd_helo_required", service)
                    select (service, list);
        return found.ToArray() is { Length: > 0 } all ? [ReportLists(evidence, all)] : [];
    }

    private static bool IsMeant(Restriction restriction) =>
        restriction is { Name: "reject_unknown_helo_hostname" or "reject_unknown_hostname", OnlyWarns: false };

    private Finding ReportLists(Evidence evidence, (MasterEntry Service, string List)[] found)
    {
        var config = evidence.Configuration;
        var (service, list) = found[0];
        Reject[] refused = [.. evidence.Log?.RejectsFor(ReasonClass.Helo)
            .Where(reject => !reject.WarnOnly)
            .Take(MostRead)
            .Where(reject => reject.Detail.Reason.Contains("Helo command rejected: Host not found")) ?? []];
        var seen = Seen.Of(refused);
        Reject[] ofEach = [.. refused.DistinctBy(reject => reject.ClientAddress)];
        int clients = ofEach.Length;
        return Report("reject_unknown_helo_hostname",
            Telling.Sentences($"{list} refuses clients whose HELO name is not in DNS, with {config.Int("unknown_hostname_reject_code", service)}.",
                clients == 0 ? ""
                    : $"{Telling.Count(clients, "client was", "clients were")} refused so, {Telling.Count(seen.Count, "time")}: {Telling.Some(refused.Select(reject => reject.Client))}."),
            Seen.Stated(Proof.FromConfig(config, list, service)).And(seen.ShownBy(ofEach.Select(reject => reject.Line), 4) with { Count = clients }),
            Confidence.Proven, clients >= ManyClients ? Severity.Medium : Severity.Low,
            [
                new Fix($"Take it out of {Telling.Some(found.Select(one => one.List))}.",
                    Postconf.SetEach([.. found.Select(one =>
                        Postconf.Changed(config, one.List, one.Service, restriction => IsMeant(restriction) ? null : restriction))])),
                .. config.IsExplicit("smtpd_helo_restrictions", service) ? [] : Manual.Fix.Skip(1),
            ]);
    }
}
