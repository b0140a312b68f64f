using System.Net;
using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class ContentRefusedAfterAcceptance : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS005",
        Name = "content-refused-after-acceptance",
        Title = "The primary, or the content filter, refuses content that this host already accepted",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            This host accepted the message. Then the next hop read its content and refused it. Now this host must write to the
            sender, and senders of junk are forged. Verifying recipients does not help: the recipients exist.
            """,
        Detects = """
            A stranger's mail bounced with a reply to DATA or to the end of the message, at the next hop of a relay domain or at
            the content filter behind this host's own queue, or that filter wrote to the sender itself, as amavis does with
            D_BOUNCE. Refusals for size and for too many hops are left out, and so are
            unknown users that the next hop names only then (VRF012).
            """,
        Fix =
        [
            new("On the primary: do not reject the content of mail that this host hands over. Mark it, quarantine it or discard it instead, and leave out SPF and block list checks for this host's address."),
            new("On a content filter of this host: let it mark, quarantine or discard, not refuse, and not write to the sender (amavis: D_PASS or D_DISCARD in place of D_REJECT and D_BOUNCE). Or put it in front of the queue as a milter or a proxy filter, so that the client is refused.",
                "postconf smtpd_milters content_filter smtpd_proxy_filter"),
            new("On this host: filter before the queue at least as strictly as the primary does, with postscreen, DNS block lists or a milter."),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 Message content rejected (in reply to end of DATA command))
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.4.0, status=bounced (host mx1.example.com[192.0.2.10] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command))
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/BACKSCATTER_README.html",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
            "https://www.postfix.org/MILTER_README.html",
            "https://www.postfix.org/SMTPD_PROXY_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        return from bounced in evidence.Mail.BouncesFor(ReasonClass.Content)
               where bounced.Outcome == Outcome.Bounced && !bounced.Dsn.Is(1, 1)
               where bounced.FromStranger && (bounced.WasAtFilter || (bounced.NextHop is not null && relayed.Has(bounced)))
               group bounced by bounced.NextHop?.Name ?? bounced.Relay into hop
               select ReportHop(evidence, hop.Key, [.. hop]);
    }

    /// <summary>What gives nothing back may as well be a mailbox server that lmtp(8) speaks to.</summary>
    private static string Called(string name, Recipient refused) =>
        refused.NextHop is not { } hop || hop.IsContentFilter ? $"The content filter {name}" : hop.IsFilter() ? $"The server {name} on this host" : $"The next hop {name}";

    private const int MostAsked = 20;

    /// <summary>
    /// amavis passes on what the next smtpd said: <c>554 5.7.1 id=17-03 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 554 …</c>
    /// </summary>
    /// <returns>Which smtpd that was, <c>[127.0.0.1]:10025</c>; empty where the filter itself refused.</returns>
    private static string RefusedBehind(string reason)
    {
        const string Of = " from MTA(smtp:";
        int at = reason.Contains(" Rejected by next-hop MTA ", StringComparison.Ordinal) ? reason.IndexOf(Of, StringComparison.Ordinal) : -1;
        int end = at < 0 ? -1 : reason.IndexOf("): ", at, StringComparison.Ordinal);
        return end < 0 ? "" : reason[(at + Of.Length)..end];
    }

    private static bool IsOfThisHost(string smtpd, PostfixConfig? config) =>
        IPAddress.TryParse(ClientText.AddressOf(smtpd), out var address) && (IPAddress.IsLoopback(address) || config?.OwnAddresses.Contains(address) == true);

    /// <summary>For whom it is, and from whom: not what is in it.</summary>
    private static bool IsByRestrictions(string reason) =>
        reason.Contains(" address rejected: ", StringComparison.Ordinal) || reason.Contains(" Client host rejected: ", StringComparison.Ordinal)
        || reason.Contains(": Relay access denied", StringComparison.Ordinal);

    /// <summary>As README.postfix of amavis and FILTER_README have it: it is for the filter alone, and trusts it.</summary>
    /// <param name="ports">Those that the filter hands mail back to. Another smtpd may be for somebody else.</param>
    private static Fix TakingBack(PostfixConfig? config, HashSet<string> ports)
    {
        var behind = config?.SmtpdServices.Where(service => service is { IsLoopback: true, Port: { } port } && ports.Contains(port));
        string[] services = [.. behind?.Select(service => service.Id) ?? []];
        return new("The smtpd behind the content filter is for the filter alone: let it take whatever comes from this host, and nothing else. Then restart the filter, which may keep old connections open.",
            services.Length == 0 ? "postconf -M | grep smtpd; postconf -P '*/inet/smtpd_recipient_restrictions' '*/inet/smtpd_relay_restrictions' '*/inet/mynetworks'"
                : $"postconf -P {string.Join(' ', services.SelectMany(_ => OfFilter, (service, setting) => ShellWord.Quoted($"{service}/{setting}")))} && postfix reload");
    }

    private static readonly string[] OfFilter =
    [
        "mynetworks=127.0.0.0/8,[::1]/128", "smtpd_client_restrictions=", "smtpd_helo_restrictions=", "smtpd_sender_restrictions=", "smtpd_relay_restrictions=",
        "smtpd_recipient_restrictions=permit_mynetworks,reject",
    ];

    private Finding ReportHop(Evidence evidence, string name, Recipient[] refused)
    {
        int notices = refused.Select(bounced => bounced.NonDeliveryNotice).Count(notice => notice is { ToStranger: Answer.Yes });
        string[] reasons = [.. refused.Take(MostAsked).Select(bounced => bounced.Reason)], behind = [.. reasons.Select(RefusedBehind)];
        bool elsewhere = behind.All(smtpd => smtpd.Length > 0 && !IsOfThisHost(smtpd, evidence.Config));
        bool ownDoor = behind.All(smtpd => IsOfThisHost(smtpd, evidence.Config)) && reasons.All(IsByRestrictions);
        return Report(name,
            Telling.Sentences(
                ownDoor ? $"{Called(name, refused[0])} handed back mail for {Telling.Count(refused.Length, "recipient")}, and the smtpd that is to take it back refused it, after this host had accepted it from strangers."
                : $"{Called(name, refused[0])} refused the content of mail for {Telling.Count(refused.Length, "recipient")} after this host had accepted it from strangers.",
                notices == 0 ? "" : $"For {Telling.Number(notices)} of them a notice was sent.",
                $"Domains: {Telling.Tally(refused.Select(bounced => bounced.Domain), 3)}."),
            Seen.Of(refused), Confidence.Strong,
            fixes: ownDoor ? [TakingBack(evidence.Config, [.. behind.Select(ClientText.PortOf)])]
                : refused[0].WasAtFilter && !elsewhere ? [Manual.Fix[1]] : [Manual.Fix[0], .. Manual.Fix.Skip(2)]);
    }
}
