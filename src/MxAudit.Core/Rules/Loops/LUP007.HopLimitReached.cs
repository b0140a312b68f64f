using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class HopLimitReached : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP007",
        Name = "hop-limit-reached",
        Title = "Mail goes round in circles until the hop limit ends it",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            Two hosts hand the same message back and forth. Each sees a new message from a client and delivers it: every line says
            sent. After some 50 rounds one of them gives up with "too many hops", and the mail is bounced. Nothing of it arrives,
            and each message costs as much as fifty.
            """,
        Detects = """
            A delivery failed with "too many hops", Postfix refused a message because of its hop count, or one message with the same
            Message-ID came back here again and again from a host that this one hands it to. A content filter that hands mail back
            once is no loop, nor is a mailing list that sends one message to many. Mail of trusted senders that goes round at the
            hosts of a domain which is not relayed here is left out.
            """,
        Fix =
        [
            new("Find the host that sends it back: read the Received: lines of one message, or follow it in the log.", "mxaudit trace QUEUE_ID"),
            new("Two fallback MX hosts must not name each other as next hop, in transport_maps or as smtp_fallback_relay. Let both use the MX of the domain, or both name the primary.",
                "postconf transport_maps relayhost smtp_fallback_relay relay_transport"),
            new("On the primary: see that it takes the domain as its own, and that its DNS (a split view, often) and its relayhost do not point back here."),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mx3.fallback.example[198.51.100.26]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@partner.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=9100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx3.fallback.example[198.51.100.26]:25, delay=0.1, delays=0/0/0/0.1, dsn=5.4.0, status=bounced (host mx3.fallback.example[198.51.100.26] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command))
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@partner.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/smtpd[107]: 2A2B3C4D5F: client=localhost[127.0.0.1], orig_queue_id=1A2B3C4D5E, orig_client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 2A2B3C4D5F: message-id=<a1@partner.example>
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 2A2B3C4D5F: from=<bea@partner.example>, size=2400, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=127.0.0.1[127.0.0.1]:10024, delay=0.5, delays=0.1/0/0/0.4, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 2A2B3C4D5F)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            Nov 22 10:00:03 mx2 postfix/relay/smtp[108]: 2A2B3C4D5F: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 2A2B3C4D5F: removed
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#hopcount_limit",
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-6.3",
        ],
    };

    private enum Kind { Bounce, Circle }

    private readonly record struct Hop(string Domain, Kind Kind, string Through, DateTimeOffset? First, DateTimeOffset? Last,
        LinePosition Line, IReadOnlyList<Message> Lives);

    private static readonly string[] WithoutFallback = ["LUP003", "LUP008"], WithFallback = ["LUP005", .. WithoutFallback];

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Hop[] hops = [.. HopsIn(evidence)];
        return hops.Length > 0 ? hops.GroupBy(hop => hop.Domain).Select(domain => ReportDomain(evidence, domain.Key, [.. domain])) : OnlyRefusals(evidence);
    }

    private Finding ReportDomain(Evidence evidence, string domain, Hop[] hops)
    {
        Hop[] circles = [.. hops.Where(hop => hop.Kind == Kind.Circle)];
        Fix following = Manual.Fix[0] with { Command = Following(hops.MaxBy(hop => hop.Kind == Kind.Circle).Lives[0]) };
        int bounces = hops.Length - circles.Length, rounds = circles.Select(hop => hop.Lives.Count).DefaultIfEmpty().Max();
        return Report(domain,
            Telling.Sentences(
                circles.Length == 0 ? ""
                    : $"{Telling.Count(circles.Length, "message")} for {domain} came back to this host again and again, {rounds} times at most, through {Telling.Some(circles.Select(hop => hop.Through))}.",
                bounces == 0 ? "" : $"{Telling.Count(bounces, "delivery", "deliveries")} for {domain} ended with \"too many hops\"."),
            Seen.Lines(hops.Length, hops.OrderBy(hop => hop.Kind).Select(hop => hop.Line), hops.Min(hop => hop.First), hops.Max(hop => hop.Last)),
            Confidence.Proven,
            fixes: FilterCircle.Is(evidence, [.. circles.Select(hop => hop.Lives)]) ? [FilterCircle.Ended(evidence.Config), following]
                : [.. Causes.Named(evidence, domain, "", ByFallback(evidence, circles) ? WithFallback : WithoutFallback), following, .. Manual.Fix.Skip(1)]);
    }

    /// <summary>The host that brings it back is the one that smtp_fallback_relay names.</summary>
    private static bool ByFallback(Evidence evidence, Hop[] circles)
    {
        if (evidence.Config is not { } config || RouteTarget.Read(config.Expanded("smtp_fallback_relay")) is not { Count: > 0 } fallback) return false;
        var hosts = Relayhosts.Of(fallback);
        var addresses = evidence.Mail.NextHops.Where(hop => Relayhosts.Took(hop.Name, hosts)).Select(hop => ClientText.AddressOf(hop.Name)).ToHashSet();
        return circles.Any(hop => addresses.Contains(ClientText.AddressOf(hop.Through)));
    }

    /// <summary>Every round has a queue id of its own; the Message-ID, which the sender chose, stays.</summary>
    private static string Following(Message message) =>
        $"mxaudit trace {(message.MessageId is { Length: > 0 and < 200 } id && id.All(c => c is > ' ' and <= '~') ? ShellWord.Quoted(id.StartsWith('<') ? id : $"<{id}>") : message.QueueId)}";

    /// <summary>The refusal names no domain; where the circle was seen besides, it adds nothing.</summary>
    private IEnumerable<Finding> OnlyRefusals(Evidence evidence)
    {
        var refusals = evidence.Mail.RemarksOf(RemarkKind.HopcountExceeded);
        if (refusals.Length == 0) yield break;
        yield return Report("hopcount_limit",
            "Postfix refused mail that had passed too many hosts: it goes round in circles, and this host is one of the stations.",
            Seen.Of(refusals), Confidence.Proven);
    }

    private static IEnumerable<Hop> HopsIn(Evidence evidence)
    {
        var mail = evidence.Mail;
        foreach (var bounced in mail.BouncesFor(ReasonClass.TooManyHops).Where(bounced => !LoopsElsewhere.Is(evidence, bounced)))
            yield return new Hop(bounced.Domain, Kind.Bounce, "", bounced.LastAttempt, bounced.LastAttempt, bounced.LastLine, [bounced.Message]);
        foreach (var deferred in mail.DeferredFor(ReasonClass.TooManyHops))
            if (deferred.Outcome is not (Outcome.Bounced or Outcome.Expired or Outcome.Delivered) && !LoopsElsewhere.Is(evidence, deferred))
                yield return new Hop(deferred.Domain, Kind.Bounce, "", deferred.FirstDeferred, deferred.LastDeferred, deferred.LastLine, [deferred.Message]);
        foreach (var circle in mail.Circulations)
            yield return new Hop(circle.Domain, Kind.Circle, circle.Through, circle.Lives[0].AcceptedAt, circle.Lives[^1].AcceptedAt,
                circle.FirstLine, circle.Lives);
    }
}
