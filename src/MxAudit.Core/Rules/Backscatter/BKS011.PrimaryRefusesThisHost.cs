using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class PrimaryRefusesThisHost : Rule
{
    private const int FewestRefusals = 5, FewestRecipients = 3, FewestSenders = 3;
    private const double LeastShare = 0.5;

    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(15);

    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS011",
        Name = "primary-refuses-this-host",
        Title = "The next hop refuses this host itself",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            The primary treats its own fallback like any stranger: SPF, a block list, greeting checks or a relay ban meet all mail
            that comes through here. What this host accepts is refused and bounced, good mail too, and a probe of any recipient
            fails for a reason that has nothing to do with the recipient.
            """,
        Detects = """
            At one next hop, 5 or more deliveries and probes failed for good with a reply that is about this host: in reply to HELO
            or MAIL FROM, or a text about SPF, a block list, a relay ban or TLS that this host does not use (530 Must issue a STARTTLS command first). They concern 3 or more different recipients, and they
            are half or more of all attempts or of all deliveries there, or all attempts since the last success; or nothing was taken
            between the first and the last of them, though 3 messages should have been at the pace of the rest, no reply speaks of a sender, and 3
            of the recipients were welcome there before or after. Unknown users, unknown
            senders and refused content are left out. Medium when the same host delivered 10 recipients there since the last refusal:
            then it is over. Where more than five hosts refuse it so, of domains that it does not relay for, that is one finding
            about this host: it is on a block list, or has no name.

            Where all of the refused had the empty sender, and others were welcome, it is medium, and told so.

            High when the mail only waits: nothing was delivered since, and the host greets with 5xx, which Postfix takes for
            temporary, or answers 4xx to the client, as where a name in DNS is missing. Medium when other 4xx replies to HELO or MAIL FROM
            last for 15 minutes; 4.3.x, the state of that system, is QUE003's.
            """,
        Fix =
        [
            new("On the primary: exempt this host's addresses from SPF, DNS block lists, greylisting, rate limits and postscreen. SPF must be checked where mail comes in from outside, and that was here."),
            new("Give this host a name that resolves to its address and back, and let it greet with that name.", "postconf myhostname smtp_helo_name"),
            new("Until that is done: do not refuse recipients for good because of failed probes.",
                "postconf -e 'unverified_recipient_reject_code = 450' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=5 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<emil@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.7.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.7.1 SPF check failed: 198.51.100.25 is not allowed to send for partner.example (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=5 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<carl@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<dora@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later (in reply to MAIL FROM command))
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<emil@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later (in reply to MAIL FROM command))
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
            "https://www.postfix.org/POSTSCREEN_README.html",
            "https://www.rfc-editor.org/rfc/rfc7208.html#appendix-D",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var mail = evidence.Mail;
        var refusing = AsARule(mail, [.. Refusing.ByHop(ForGood(evidence)).Where(IsEnough)]);
        var since = MailSince(mail, refusing);
        var (together, singly) = OthersHosts.Apart(refusing, IsEnough);
        foreach (var hosts in together) yield return ReportMany(hosts, since);
        var told = singly.ToDictionary(hop => hop.Hop);
        foreach (var hop in mail.NextHops.Where(told.ContainsKey)) yield return ReportRefused(evidence, told[hop], since);
        var forNow = Refusing.ByHop(ForNow(evidence)).ToDictionary(hop => hop.Hop);
        foreach (var hop in mail.NextHops.Except(refusing.Select(hop => hop.Hop)).Where(forNow.ContainsKey))
            if (ReportWaiting(mail, forNow[hop]) is { } waiting) yield return waiting;
    }

    private static bool IsEnough(Refusing refusing) => refusing.Refusals.Length >= FewestRefusals && refusing.Recipients >= FewestRecipients;

    /// <summary>Those that refuse this host as a rule, or did for a while.</summary>
    private static Refusing[] AsARule(MailHistory mail, Refusing[] refusing)
    {
        var forAWhile = new RefusedForAWhile(mail, refusing.Where(hop => !IsTheRule(hop) && IsNotOneSender(hop)));
        return [.. refusing.Where(hop => IsTheRule(hop) || (forAWhile.At(hop.Hop) && !SpeakOfSenders(mail, hop)))];
    }

    /// <summary>What was delivered after the last refusal, of the hops that took anything.</summary>
    private static DoneSince MailSince(MailHistory mail, IEnumerable<Refusing> refusing)
    {
        var since = new DoneSince(refusing.Where(hop => hop.Hop.LastSuccess > hop.Last));
        if (since.IsEmpty) return since;
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered) since.Count(recipient.NextHop, recipient.LastAttempt, recipient.Message);
        return since;
    }

    private Finding ReportRefused(Evidence evidence, Refusing refusing, DoneSince since)
    {
        var (hop, refusals) = refusing;
        bool isOver = since.Each(hop), ofProbes = refusals.Any(refusal => refusal.Probe is not null);
        bool haveNoSender = refusals.All(refusal => refusal.Message.Sender is { Length: 0 } && refusal.Stage == Stage.Mail);
        string howOften = $"{Telling.Count(refusals.Length, "permanent refusal")} for {Telling.Count(refusing.Recipients, "different recipient")}";
        if (haveNoSender && SaidOfThisHost.TakesWithSender(evidence.Mail, hop))
            return Report(hop.Name, $"{hop.Name} takes no mail with the empty sender: {howOften}. Mail with a sender it took.",
                refusing.Seen, Confidence.Strong, Severity.Medium, SaidOfThisHost.FixesForEmptySender(ofProbes));
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} refused this host itself: {howOften}, of {Telling.Count(hop.Attempts, "attempt")}.",
                haveNoSender ? "All of these had the empty sender: it may be that which is refused." : "",
                isOver ? "Since the last one it took mail." : ""),
            refusing.Seen, Confidence.Strong,
            isOver ? Severity.Medium : null,
            [
                .. haveNoSender && ofProbes ? new[] { SaidOfThisHost.ProbesWithSender } : [],
                .. SaidOfThisHost.Fixes(evidence.Config, hop.HostName, refusing.Replies(evidence.Mail), [.. Manual.Fix.Take(2)]),
                .. Verifies(evidence, ofProbes) ? Manual.Fix.Skip(2) : [],
            ]);
    }

    /// <summary>Elsewhere a code for refusals by failed probes is of no use.</summary>
    private static bool Verifies(Evidence evidence, bool isProbed) => evidence.Config is not { } config ? isProbed
        : Doors.Verifying(evidence).Any(door => config.Int("unverified_recipient_reject_code", door.Service) >= 500);

    private Finding ReportMany(OthersHosts refusing, DoneSince since)
    {
        int hops = refusing.Hops.Length, over = refusing.Hops.Count(hop => since.By(refusing.Host, hop.Hop));
        return Report(refusing.Host,
            Telling.Sentences(
                $"{Telling.Count(hops, "host")} of domains that this one does not relay for refused it: {Telling.Count(refusing.Refusals.Length, "permanent refusal")} for {Telling.Count(Refusing.RecipientsOf(refusing.Refusals), "different recipient")}, by {refusing.Named}.",
                over > 0 ? $"{Telling.Count(over, "host")} took mail since." : ""),
            refusing.Seen, Confidence.Strong, over == hops ? Severity.Medium : null, refusing.Fixes) with { Together = refusing.Names };
    }

    private Finding? ReportWaiting(MailHistory mail, Refusing refusing)
    {
        var (hop, refusals) = refusing;
        int waiting = refusals.Count(refusal => refusal.Probe is null), probes = refusals.Length - waiting;
        if (!IsEnough(refusing) || refusing.First <= hop.LastSuccess || waiting < LeastShare * hop.Waiting.Count) return null;
        var since = FirstTry(refusing);
        bool isPlain = refusing.Replies(mail).Any(IsPlain);
        // too busy for anybody: QUE003
        if (!isPlain && (!(refusing.Last - since >= Lasting) || refusals.All(refusal => refusal.Stage == Stage.Connect))) return null;
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} has put off all that this host brought since {(hop.LastSuccess is null ? "the log began" : "the last success")}, because of this host itself.",
                waiting == 0 ? "" : $"{Telling.Count(waiting, "recipient waits", "recipients wait")}.",
                probes == 0 ? "" : $"{Telling.Count(probes, "probe")} had no result."),
            refusing.Seen with { First = since }, Confidence.Likely, isPlain ? Severity.High : Severity.Medium, [.. Manual.Fix.Take(2)]);
    }

    private static DateTimeOffset? FirstTry(Refusing refusing)
    {
        var hop = refusing.Hop;
        return hop.Waiting.SelectMany(waiting => waiting.Attempts).Where(attempt => attempt.ReasonClass == ReasonClass.HostRejected)
            .Select(attempt => attempt.Time)
            .Append(refusing.First).Where(time => !(time <= hop.LastSuccess)).Min();
    }

    /// <summary>A greeting 5xx, or words about the client: it will not be otherwise tomorrow.</summary>
    private static bool IsPlain(string reason) =>
        reason.Contains("refused to talk to me: 5", StringComparison.Ordinal) || reason.Contains("client host", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Refusal> ForGood(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        foreach (var bounced in mail.BouncesFor(ReasonClass.HostRejected).Concat(mail.BouncesFor(ReasonClass.Tls).Where(bounced => IsReply(bounced.Stage))))
            if (bounced is { Outcome: Outcome.Bounced, Dsn.IsPermanent: true } && !IsAboutSender(bounced.Dsn) && bounced.NextHop is { } hop)
                yield return Refusal.Of(hop, bounced, relayed);
        foreach (var probe in mail.ProbesFor(ReasonClass.HostRejected).Concat(mail.ProbesFor(ReasonClass.Tls).Where(probe => IsReply(probe.Stage))))
            if (probe.Result == ProbeResult.Undeliverable && probe.NextHop is { } hop)
                yield return Refusal.Of(hop, probe, relayed);
    }

    /// <summary>Relayed mail that waits because of the last reply, and probes that had no result since the last success.</summary>
    private static IEnumerable<Refusal> ForNow(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        foreach (var hop in mail.NextHops)
            foreach (var waiting in hop.Waiting)
                if (waiting.ReasonClass == ReasonClass.HostRejected && relayed.Has(waiting) && !IsAboutSender(waiting.Dsn)
                    && !MailHistory.IsOfItsSystem(waiting.Stage, waiting.Dsn))
                    yield return Refusal.Of(hop, waiting, relayed);
        foreach (var probe in mail.ProbesFor(ReasonClass.HostRejected))
            if (probe.Result == ProbeResult.Unknown && !MailHistory.IsOfItsSystem(probe.Stage, probe.Dsn) && relayed.Contains(probe.Domain)
                && probe.NextHop is { } hop && !(probe.Time <= hop.LastSuccess))
                yield return Refusal.Of(hop, probe, relayed);
    }

    /// <summary>The next hop wants TLS, and says so; whether it is good enough, this host would decide.</summary>
    private static bool IsReply(Stage stage) => stage is Stage.Helo or Stage.Mail or Stage.Rcpt;

    /// <summary>Bad sender's address, bad sender's system: any host would hear that.</summary>
    private static bool IsAboutSender(Dsn dsn) => dsn.Is(1, 7) || dsn.Is(1, 8);

    /// <summary>It may be the sender who is not welcome, and probes have this host's own.</summary>
    private static bool IsNotOneSender(Refusing refusing) =>
        Knowledge.CountDifferent(refusing.Refusals.Select(refusal => refusal.Message.Sender ?? "")) >= FewestSenders
        || Refusing.RecipientsOf(refusing.Refusals.Where(refusal => refusal.Probe is not null)) >= FewestRecipients;

    /// <summary>Junk comes in bursts, each message from another sender.</summary>
    private static bool SpeakOfSenders(MailHistory mail, Refusing refusing) =>
        (refusing with { Refusals = [.. refusing.Refusals.Where(refusal => refusal.Probe is null)] }).Replies(mail)
            .Any(reply => reply.Contains("sender", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Not one refusal among successes: half of all attempts or of all deliveries, since the sender of a probe may be welcome where others are
    /// not, or everything since the last success.
    /// </summary>
    private static bool IsTheRule(Refusing refusing)
    {
        var (hop, refusals) = refusing;
        int mail = refusals.Count(refusal => refusal.Probe is null);
        return refusals.Length >= LeastShare * hop.Attempts || (mail >= FewestRefusals && mail >= LeastShare * (hop.Sent + hop.Bounced))
            || hop.LastSuccess is null || refusals.Count(refusal => refusal.Time > hop.LastSuccess) >= FewestRefusals;
    }
}
