using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class MailLoopsBack : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP001",
        Name = "mail-loops-back",
        Title = "Mail for a domain loops back to this host",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            Postfix found that the best host to hand the mail to is itself. It can not deliver it and bounces it, or keeps it while
            another host may still take it. All mail for this domain that comes through here is lost to its readers, and probes of
            its recipients fail too.
            """,
        Detects = """
            A delivery, a probe, or a notice to a domain that is relayed here failed with "mail for … loops back to myself", or Postfix
            logged these words about one of a domain's MX hosts. One finding for each domain, and one for relayhost where that is what leads back (4.3.5). A forwarding
            loop inside this host's own mailboxes is left out, and so is mail for a domain which is not relayed here, where a host of
            that domain refuses it as its own loop, where its MX host has an address such as 127.0.0.1, or where only trusted senders
            write to it.

            Medium when it is over, and no other rule finds the cause still there: the same host handed on mail for the domain later, or a
            probe found its recipient; or the configuration at hand names another next hop, in brackets, than the one that looped. Low
            when only own users wrote to it, from other domains, and nothing tells what this host relays for.
            """,
        Fix =
        [
            new("While you look for the cause, let nothing more bounce. Undo it afterwards: no mail leaves the queue for good meanwhile.",
                "postconf -e 'soft_bounce = yes' && postfix reload"),
            new("If this host is the best MX of the domain in DNS: give the primary a lower preference number, or name it to Postfix. See LUP002.",
                "postconf transport_maps   # then add, in that table:  example.com  relay:[mx1.example.com]"),
            new("If its mailboxes are on this host, and on no other: list it in mydestination, or in virtual_mailbox_domains. Never do so with a domain that is relayed.",
                "postconf mydestination virtual_mailbox_domains"),
            new("If the address of this host is one of a NAT gateway or proxy, tell Postfix about it. See LUP003.",
                "postconf -e 'proxy_interfaces = PUBLIC_ADDRESS' && postfix reload"),
            new("If two hosts share one name, give this one its own.", "postconf myhostname"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.org>, relay=none, delay=0.03, delays=0.01/0.02/0/0, dsn=5.4.6, status=bounced (mail for example.org loops back to myself)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.org>, relay=mx1.example.org[192.0.2.10]:25, delay=0.03, delays=0.01/0.02/0/0, dsn=4.2.0, status=deferred (host mx1.example.org[192.0.2.10] said: 450 4.2.0 <anna@example.org>: mail for example.org loops here, try later (in reply to RCPT TO command))
            """,
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#proxy_interfaces",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from sign in SignsIn(evidence).ToArray()
        group sign by sign.Domain into domain
        select ReportDomain(evidence, domain.Key, [.. domain]);

    private Finding ReportDomain(Evidence evidence, string domain, Sign[] loops)
    {
        if (domain == Relayhost) return ReportRelayhost(evidence, loops);
        bool foundItself = loops.Any(loop => loop.FoundItself == true) && !loops.Any(loop => loop.FoundItself == false);
        var causes = Causes.Named(evidence, domain, "", ["LUP004", "LUP002", "LUP008", .. foundItself ? Array.Empty<string>() : ["LUP003"]]);
        string over = causes.Length > 0 ? "" : WhyOver(evidence, domain, loops);
        string hop = NamedHop(evidence, domain, loops);
        bool mayBeOthers = causes.Length == 0 && hop.Length == 0 && MayBeOthers(evidence, domain, loops);
        return Report(domain,
            Telling.Sentences($"Mail for {domain} {(over.Length > 0 ? "looped" : "loops")} back to this host: {Sign.Tally(loops)}.",
                hop.Length > 0 ? $"{hop} was named as its next hop, and leads here." : "", mayBeOthers ? OnlyOwnUsersWrote : "", over),
            Seen.Of(loops), Confidence.Proven,
            mayBeOthers ? Severity.Low : over.Length > 0 ? Severity.Medium : null,
            causes.Length > 0 ? [.. causes, Manual.Fix[0]]
                : IsNobodys(evidence, domain) && hop.Length == 0 ? [NoDomainOfThisHost(domain)]
                : mayBeOthers ? [AskDns(domain), .. Manual.Fix.Skip(1).Take(2).Select(fix => fix.For(evidence, domain))]
                : [.. FixesFor(evidence, domain, foundItself, hop).Select(fix => fix.For(evidence, domain))]);
    }

    private const string OnlyOwnUsersWrote = "Only users of this host wrote to it, from other domains.";

    /// <summary>A slip of a pen, <c>hot.example</c>, can have the MX host 127.0.0.1: Postfix finds itself there, and nothing is wrong here.</summary>
    private static bool MayBeOthers(Evidence evidence, string domain, Sign[] loops) =>
        loops.Any(loop => loop.ToOthers == true) && loops.All(loop => loop.ToOthers != false && loop.FoundItself != false)
        && !evidence.Relayed().Contains(domain);

    private static Fix AskDns(string domain) =>
        new("See what DNS says of it: where its MX host has an address that is everybody's own, such as 127.0.0.1, its owner wants no mail, and nothing is wrong here.",
            $"dig +short MX {ShellWord.Quoted(domain)}");

    private IEnumerable<Fix> FixesFor(Evidence evidence, string domain, bool foundItself, string hop)
    {
        var (stop, bestMx, mailboxes, causesByAddress) = (Manual.Fix[0], Manual.Fix[1], Manual.Fix[2], Manual.Fix.Skip(3));
        yield return stop;
        yield return hop.Length == 0 ? bestMx : AnotherHop(hop);
        if (hop.Length == 0 && !evidence.Relayed().Contains(domain)) yield return mailboxes;
        if (foundItself) yield break;
        foreach (var fix in causesByAddress) yield return fix;
    }

    /// <summary>Postfix looked up another name than the domain's: a transport names it, and the domain's MX records have no part in it. Else empty.</summary>
    private static string NamedHop(Evidence evidence, string domain, Sign[] loops)
    {
        string[] hops = [.. LoopedHops.In(evidence.Mail, loops.Select(loop => loop.Line).Distinct()).Distinct()];
        return hops is [{ Length: > 0 } hop] && hop != domain.Trim('[', ']') ? hop : "";
    }

    private static Fix AnotherHop(string hop) =>
        new($"Name another machine where {hop} stands as the next hop, by its address if its name leads here.",
            "postconf transport_maps relay_transport default_transport   # in that table:  example.com  relay:[mx1.example.com]");

    private static bool IsNobodys(Evidence evidence, string domain) => evidence.Config?.ClassOf(domain) == DomainClass.Default;

    private static Fix NoDomainOfThisHost(string domain) =>
        new($"DNS leads {domain} to this host, and no list of this host has it. See who writes there: an alias, a forward, always_bcc. If its mailboxes are here, it belongs to mydestination.",
            "postconf mydestination always_bcc sender_bcc_maps recipient_bcc_maps virtual_alias_maps alias_maps");

    private Finding ReportRelayhost(Evidence evidence, Sign[] loops)
    {
        var causes = Causes.Named(evidence, Relayhost, "", "LUP008", "LUP003");
        return Report(Relayhost, $"Mail that this host hands to relayhost loops back to it: {Sign.Tally(loops)}.", Seen.Of(loops), Confidence.Proven,
            fixes: causes.Length > 0 ? causes : [new("Name a relayhost, in brackets, that is another machine; or none. See LUP008.", "postconf relayhost")]);
    }

    /// <summary>
    /// Empty: nothing tells that it is. A host that does not know its own address loops only while the primary is down,
    /// so that no later success counts; LUP003 is a cause.
    /// </summary>
    private static string WhyOver(Evidence evidence, string domain, Sign[] loops)
    {
        var (mail, last) = (evidence.Mail, loops.Max(loop => loop.Last));
        Origin[] origins = [.. loops.Select(loop => loop.Origin).OfType<Origin>()];
        if (mail.Successes.DeliveredSince(last, domain, origins)) return "Mail for it was delivered later.";
        if (mail.Successes.FoundSince(last, domain, origins)) return "A probe found its recipient later.";
        return evidence.Config is { MasterIsKnown: true } config
            && mail.Origins.All(config.IsOfThisHost)
            && GoesElsewhereNow(config, domain, [.. LoopedHops.In(mail, loops.Select(loop => loop.Line).Distinct())])
            ? "The configuration at hand names another next hop." : "";
    }

    /// <summary>No MX records are looked up any more, and none of the hosts is the one that looped.</summary>
    private static bool GoesElsewhereNow(PostfixConfig config, string domain, IReadOnlyCollection<string> looped) =>
        config.RouteOfDomain(domain) is { IsKnown: true, GoesNowhere: false, Targets.Count: > 0 } route
        && route.Targets.All(target => target.IsBracketed && target.Port == 25 && !looped.Contains(target.Host));

    private const string Relayhost = "relayhost";

    /// <summary>smtp_connect.c writes 4.3.5 where it is relayhost that leads here: the domain has no part in it.</summary>
    private static string SubjectOf(Dsn dsn, string domain) => dsn.Is(3, 5) ? Relayhost : domain;

    private static string SubjectOf(Recipient recipient) => SubjectOf(recipient.Dsn, recipient.Domain);

    /// <summary>LUP003 is no cause where it did: the address is known. What error(8) puts off was told by another line.</summary>
    private static bool? SpokeToNobody(Attempt? last) => last is { Daemon: Daemon.Smtp } attempt ? attempt.Relay == "none" : null;

    /// <summary>A notice goes to a sender, who can have named any domain: only one that is relayed here says something about this host.</summary>
    private static IEnumerable<Sign> NoticesIn(Evidence evidence) =>
        from notice in evidence.Mail.NoticesFailedFor(ReasonClass.Loop)
        let last = notice.LastAttempt!.Value
        where last.Daemon is not (Daemon.Local or Daemon.Virtual or Daemon.Pipe)
        let subject = SubjectOf(last.Dsn, last.Domain)
        where subject == Relayhost || last.ByRelayService || evidence.Relayed().Contains(subject)
        select new Sign(subject, $"notice {Wording.Of(last.Status)}", last.Line, last.Time) { FoundItself = SpokeToNobody(last) }.By(notice.Itself);

    private static bool IsToOthers(Recipient recipient) =>
        recipient.Message is { Trusted: Answer.Yes } message && message.SenderDomain is { Length: > 0 } from && from != recipient.Domain
        && !("." + message.Origin.Host).EndsWith("." + recipient.Domain, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Sign> SignsIn(Evidence evidence)
    {
        var mail = evidence.Mail;
        var ofOthers = new HashSet<string>();
        bool IsOurs(Recipient recipient)
        {
            if (SubjectOf(recipient) == Relayhost || !LoopsElsewhere.Is(evidence, recipient)) return true;
            ofOthers.Add(recipient.Domain);
            return false;
        }
        foreach (var bounced in mail.BouncesFor(ReasonClass.Loop))
            if (!bounced.IsForwardingLoop() && IsOurs(bounced))
                yield return new Sign(SubjectOf(bounced), "recipient bounced", bounced.LastLine, bounced.LastAttempt)
                    { FoundItself = SpokeToNobody(bounced.LastAttemptMade), ToOthers = IsToOthers(bounced) }.By(bounced.Message);
        foreach (var deferred in mail.DeferredFor(ReasonClass.Loop))
            if (deferred.Outcome is not (Outcome.Bounced or Outcome.Expired or Outcome.Delivered) && IsOurs(deferred))
                yield return new Sign(SubjectOf(deferred), "recipient deferred", deferred.LastLine, deferred.FirstDeferred, deferred.LastDeferred)
                    { FoundItself = SpokeToNobody(deferred.LastAttemptMade), ToOthers = IsToOthers(deferred) }.By(deferred.Message);
        foreach (var probe in mail.ProbesFor(ReasonClass.Loop))
            yield return new Sign(probe.Domain, "probe failed", probe.Line, probe.Time) { FoundItself = probe.Relay == "none", ToOthers = false }
                .By(probe.Message);
        foreach (var notice in NoticesIn(evidence)) yield return notice;
        foreach (var remark in mail.RemarksOf(RemarkKind.LoopsBackToMyself).Where(remark => !ofOthers.Contains(remark.Subject.ToLowerInvariant())))
            yield return new Sign(remark.Subject.ToLowerInvariant(), "warning that an MX host is this one", remark.FirstLine,
                remark.First, remark.Last, remark.Count)
            {
                Origin = remark.Origin,
            };
    }
}
