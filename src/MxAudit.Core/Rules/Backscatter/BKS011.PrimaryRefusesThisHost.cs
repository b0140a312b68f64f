using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class PrimaryRefusesThisHost : Rule
{
    private const int FewestRefusals = 5, FewestRecipients = 3, FewestSenders = 3;
    private const double LeastShare = 0.5;

    /// <summary>Replies are read again from the log.</summary>
    private const int MostRead = 20;
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

    private readonly record struct Refusal(NextHop Hop, string Recipient, DateTimeOffset? Time, LinePosition Line, Stage Stage, Message Message, bool IsProbe)
    {
        /// <summary>It went to a domain of others.</summary>
        public bool IsOthers { get; init; }

        /// <summary>It was a probe of a sender.</summary>
        public bool IsForSender { get; init; }
    }

    /// <summary>A next hop that refuses this host for good, as a rule.</summary>
    /// <param name="Refusals">In the order of time.</param>
    private sealed record Refusing(NextHop Hop, Refusal[] Refusals)
    {
        public int Recipients => RecipientsOf(Refusals);

        /// <summary>In a log of several hosts each has its own.</summary>
        public IEnumerable<Refusing> ByHost => Refusals.GroupBy(refusal => refusal.Message.Host).Select(host => this with { Refusals = [.. host] });
    }

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var refusing = ForGood(evidence).GroupBy(refusal => refusal.Hop)
            .Select(hop => new Refusing(hop.Key, [.. hop.OrderBy(refusal => refusal.Time)]))
            .Where(hop => hop.Refusals.Length >= FewestRefusals && hop.Recipients >= FewestRecipients)
            .ToDictionary(hop => hop.Hop);
        var forAWhile = new RefusedForAWhile(evidence.Mail, refusing.Values.Where(hop => !IsTheRule(hop.Hop, hop.Refusals) && IsNotOneSender(hop))
            .Select(hop =>
                (hop.Hop, hop.Refusals[0].Time, hop.Refusals[^1].Time, hop.Refusals.Select(refusal => (refusal.Recipient, refusal.Message.Origin)))));
        foreach (var hop in refusing.Keys.Where(hop => !IsTheRule(hop, refusing[hop].Refusals)
            && !(forAWhile.At(hop) && !SpeakOfSenders(evidence.Mail, refusing[hop]))).ToArray()) refusing.Remove(hop);
        var forNow = ForNow(evidence).ToLookup(refusal => refusal.Hop);
        var since = MailSince(evidence.Mail, refusing.Values);
        var many = OthersHosts.Many(refusing.Values.Where(hop => hop.Refusals.All(refusal => refusal.IsOthers)).SelectMany(hop => hop.ByHost),
            hop => hop.Refusals[0].Message);
        foreach (var host in many) yield return ReportMany(host.Key, [.. host], since);
        var toldTogether = many.SelectMany(host => host.Select(hop => (hop.Hop, host.Key))).ToHashSet();
        foreach (var hop in evidence.Mail.NextHops)
        {
            if (refusing.TryGetValue(hop, out var refuses))
            {
                Refusal[] left = [.. refuses.Refusals.Where(refusal => !toldTogether.Contains((hop, refusal.Message.Host)))];
                if (left.Length == refuses.Refusals.Length || (left.Length >= FewestRefusals && RecipientsOf(left) >= FewestRecipients))
                    yield return ReportRefused(evidence, refuses with { Refusals = left }, since);
            }
            else if (forNow.Contains(hop) && ReportWaiting(evidence, hop, [.. forNow[hop].OrderBy(refusal => refusal.Time)]) is { } waiting)
                yield return waiting;
        }
    }

    /// <summary>What was delivered after the last refusal, of the hops that took anything.</summary>
    private static DoneSince MailSince(MailHistory mail, IEnumerable<Refusing> refusing)
    {
        var since = new DoneSince(refusing.Where(hop => hop.Hop.LastSuccess > hop.Refusals[^1].Time)
            .Select(hop => (hop.Hop, hop.Refusals[^1].Time, hop.Refusals.Select(refusal => refusal.Message.Origin))));
        if (since.IsEmpty) return since;
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered) since.Count(recipient.NextHop, recipient.LastAttempt, recipient.Message);
        return since;
    }

    private Finding ReportRefused(Evidence evidence, Refusing refusing, DoneSince since)
    {
        var (hop, refusals) = refusing;
        bool isOver = since.Each(hop), ofProbes = refusals.Any(refusal => refusal.IsProbe);
        bool haveNoSender = refusals.All(refusal => refusal.Message.Sender is { Length: 0 } && refusal.Stage == Stage.Mail);
        string howOften = $"{Telling.Count(refusals.Length, "permanent refusal")} for {Telling.Count(refusing.Recipients, "different recipient")}";
        var seen = Seen.Lines(refusals.Length, refusals.Select(refusal => refusal.Line), refusals[0].Time, refusals[^1].Time);
        if (haveNoSender && SaidOfThisHost.TakesWithSender(evidence.Mail, hop))
            return Report(hop.Name, $"{hop.Name} takes no mail with the empty sender: {howOften}. Mail with a sender it took.",
                seen, Confidence.Strong, Severity.Medium, SaidOfThisHost.FixesForEmptySender(ofProbes));
        string[] replies = [.. refusals.Take(MostRead).Select(refusal => evidence.Mail.ReasonAt(refusal.Line))];
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} refused this host itself: {howOften}, of {Telling.Count(hop.Attempts, "attempt")}.",
                haveNoSender ? "All of these had the empty sender: it may be that which is refused." : "",
                isOver ? "Since the last one it took mail." : ""),
            seen, Confidence.Strong,
            isOver ? Severity.Medium : null,
            [
                .. haveNoSender && ofProbes ? new[] { SaidOfThisHost.ProbesWithSender } : [],
                .. SaidOfThisHost.Fixes(evidence.Config, hop.HostName, replies, [.. Manual.Fix.Take(2)]),
                .. Verifies(evidence, ofProbes) ? Manual.Fix.Skip(2) : [],
            ]);
    }

    /// <summary>Elsewhere a code for refusals by failed probes is of no use.</summary>
    private static bool Verifies(Evidence evidence, bool isProbed) => evidence.Config is not { } config ? isProbed
        : Doors.Verifying(evidence).Any(door => config.Int("unverified_recipient_reject_code", door.Service) >= 500);

    private Finding ReportMany(string host, Refusing[] refusing, DoneSince since)
    {
        Refusal[] refusals = [.. refusing.SelectMany(hop => hop.Refusals).OrderBy(refusal => refusal.Time)];
        Refusing[] over = [.. refusing.Where(hop => since.By(host, hop.Hop))];
        return Report(host,
            Telling.Sentences(
                $"{Telling.Count(refusing.Length, "host")} of domains that this one does not relay for refused it: {Telling.Count(refusals.Length, "permanent refusal")} for {Telling.Count(RecipientsOf(refusals), "different recipient")}, by {Telling.Some(refusing.OrderByDescending(hop => hop.Refusals.Length).ThenBy(hop => hop.Hop.Name, StringComparer.Ordinal).Select(hop => hop.Hop.Name))}.",
                over.Length > 0 ? $"{Telling.Count(over.Length, "host")} took mail since." : ""),
            Seen.Lines(refusals.Length, refusing.Select(hop => hop.Refusals[0].Line), refusals[0].Time, refusals[^1].Time), Confidence.Strong,
            over.Length == refusing.Length ? Severity.Medium : null, OthersHosts.Fixes(asked: refusals.Any(refusal => refusal.IsForSender))) with
        {
            Together = [.. refusing.Select(hop => hop.Hop.Name)],
        };
    }

    private Finding? ReportWaiting(Evidence evidence, NextHop hop, Refusal[] refusals)
    {
        if (refusals.Length < FewestRefusals || refusals[0].Time <= hop.LastSuccess) return null;
        int recipients = RecipientsOf(refusals), mail = refusals.Count(refusal => !refusal.IsProbe);
        if (recipients < FewestRecipients || mail < LeastShare * hop.Waiting.Count) return null;
        var lines = refusals.Select(refusal => refusal.Line).ToArray();
        var since = FirstTry(hop, refusals);
        bool isPlain = lines.Take(MostRead).Any(line => IsPlain(evidence.Mail.ReasonAt(line)));
        // too busy for anybody: QUE003
        if (!isPlain && (!(refusals[^1].Time - since >= Lasting) || refusals.All(refusal => refusal.Stage == Stage.Connect))) return null;
        return Report(hop.Name,
            Telling.Sentences(
                $"{hop.Name} has put off all that this host brought since {(hop.LastSuccess is null ? "the log began" : "the last success")}, because of this host itself.",
                mail == 0 ? "" : $"{Telling.Count(mail, "recipient waits", "recipients wait")}.",
                mail == refusals.Length ? "" : $"{Telling.Count(refusals.Length - mail, "probe")} had no result."),
            Seen.Lines(refusals.Length, lines, since, refusals[^1].Time), Confidence.Likely,
            isPlain ? Severity.High : Severity.Medium, [.. Manual.Fix.Take(2)]);
    }

    private static int RecipientsOf(Refusal[] refusals) => Knowledge.CountDifferent(refusals.Select(refusal => refusal.Recipient));

    private static DateTimeOffset? FirstTry(NextHop hop, Refusal[] refusals) =>
        hop.Waiting.SelectMany(waiting => waiting.Attempts).Where(attempt => attempt.ReasonClass == ReasonClass.HostRejected).Select(attempt => attempt.Time)
            .Append(refusals[0].Time).Where(time => !(time <= hop.LastSuccess)).Min();

    /// <summary>A greeting 5xx, or words about the client: it will not be otherwise tomorrow.</summary>
    private static bool IsPlain(string reason) =>
        reason.Contains("refused to talk to me: 5", StringComparison.Ordinal) || reason.Contains("client host", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Refusal> ForGood(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        foreach (var bounced in mail.BouncesFor(ReasonClass.HostRejected).Concat(mail.BouncesFor(ReasonClass.Tls).Where(bounced => IsReply(bounced.Stage))))
            if (bounced is { Outcome: Outcome.Bounced, Dsn.IsPermanent: true } && !IsAboutSender(bounced.Dsn) && bounced.NextHop is { } hop)
                yield return new Refusal(hop, bounced.Address, bounced.LastAttempt, bounced.LastLine, bounced.Stage, bounced.Message, IsProbe: false)
                {
                    IsOthers = relayed.IsOthers(bounced),
                };
        foreach (var probe in mail.ProbesFor(ReasonClass.HostRejected).Concat(mail.ProbesFor(ReasonClass.Tls).Where(probe => IsReply(probe.Stage))))
            if (probe.Result == ProbeResult.Undeliverable && probe.NextHop is { } hop)
                yield return new Refusal(hop, probe.Recipient, probe.Time, probe.Line, probe.Stage, probe.Message, IsProbe: true)
                {
                    IsOthers = relayed.IsOthers(probe),
                    IsForSender = relayed.IsForSender(probe),
                };
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
                    yield return new Refusal(hop, waiting.Address, waiting.LastAttempt, waiting.LastLine, waiting.Stage, waiting.Message, IsProbe: false);
        foreach (var probe in mail.ProbesFor(ReasonClass.HostRejected))
            if (probe.Result == ProbeResult.Unknown && !MailHistory.IsOfItsSystem(probe.Stage, probe.Dsn) && relayed.Contains(probe.Domain)
                && probe.NextHop is { } hop && !(probe.Time <= hop.LastSuccess))
                yield return new Refusal(hop, probe.Recipient, probe.Time, probe.Line, probe.Stage, probe.Message, IsProbe: true);
    }

    /// <summary>The next hop wants TLS, and says so; whether it is good enough, this host would decide.</summary>
    private static bool IsReply(Stage stage) => stage is Stage.Helo or Stage.Mail or Stage.Rcpt;

    /// <summary>Bad sender's address, bad sender's system: any host would hear that.</summary>
    private static bool IsAboutSender(Dsn dsn) => dsn.Is(1, 7) || dsn.Is(1, 8);

    /// <summary>It may be the sender who is not welcome, and probes have this host's own.</summary>
    private static bool IsNotOneSender(Refusing refusing) =>
        Knowledge.CountDifferent(refusing.Refusals.Select(refusal => refusal.Message.Sender ?? "")) >= FewestSenders
        || RecipientsOf([.. refusing.Refusals.Where(refusal => refusal.IsProbe)]) >= FewestRecipients;

    /// <summary>Junk comes in bursts, each message from another sender.</summary>
    private static bool SpeakOfSenders(MailHistory mail, Refusing refusing) =>
        refusing.Refusals.Where(refusal => !refusal.IsProbe).Take(MostRead)
            .Any(refusal => mail.ReasonAt(refusal.Line).Contains("sender", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Not one refusal among successes: half of all attempts or of all deliveries, since the sender of a probe may be welcome where others are
    /// not, or everything since the last success.
    /// </summary>
    private static bool IsTheRule(NextHop hop, Refusal[] refusals) =>
        refusals.Length >= LeastShare * hop.Attempts || hop.LastSuccess is null || refusals.Count(refusal => refusal.Time > hop.LastSuccess) >= FewestRefusals
        || refusals.Count(refusal => !refusal.IsProbe) is var mail && mail >= FewestRefusals && mail >= LeastShare * (hop.Sent + hop.Bounced);
}
