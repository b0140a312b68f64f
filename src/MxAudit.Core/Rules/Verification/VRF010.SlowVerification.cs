using MxAudit.Config;
using MxAudit.Mail;
using MxAudit.Rules.Hygiene;

namespace MxAudit.Rules.Verification;

public sealed class SlowVerification : Rule
{
    /// <summary>Reply texts are read again from the log, so not all of a million.</summary>
    private const int MostRead = 500;

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF010",
        Name = "slow-verification",
        Title = "The primary answers probes too late, or greylists them",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Limit = new Limit(3, LimitUnit.Count, "slow or greylisted probes and refusals of one domain"),
        Why = """
            smtpd waits about six seconds for the result of a probe. When the primary is slower, or greylists this host, the client
            is answered 450 even for a good recipient. Honest senders come back, but their mail is late; some never do.
            """,
        Detects = """
            For one domain 3 or more of: a probe that was greylisted, a probe with a clear result after more than 6 seconds (so long
            smtpd waits by default; the configuration at hand may have it wait longer), and a refusal "Address verification in
            progress". Not during an outage of the next hop (VRF016), not with the negative cache off
            (VRF001), and not while the program ends that should ask (RLY009, HYG002): these look the same. Nor for senders, whom
            reject_unverified_sender asks for. Low where address_verify_poll_count is 1: then it is meant so; and where there is greylisting alone, and each of
            the recipients was found later.
            """,
        Fix =
        [
            new("On the primary: exempt this host's addresses from greylisting, from delays in the greeting and from rate limits."),
            new("Let smtpd ask more often before it gives up. Each client then holds a process for longer.",
                "postconf -e 'address_verify_poll_count = 5' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:07 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <anna@example.com>: Recipient address rejected: unverified address: Address verification in progress; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
            Nov 22 10:00:10 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=9, delays=0/0.01/0/9, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:00:10 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:01:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:01:10 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=9, delays=0/0.01/0/9, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:01:10 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:05 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=4, delays=0/0.01/0/4, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:00:05 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:01:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:01:10 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=9, delays=0/0.01/0/9, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)
            Nov 22 10:01:10 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#address_verify_poll_count",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#limitations",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        double patienceSeconds = PatienceSeconds(evidence.Config);
        var stuck = new Lazy<HashSet<string>>(() => StillGreylisted(evidence.Mail));
        return from sign in SignsIn(evidence, patienceSeconds).ToArray()
               group sign by sign.Domain into domain
               let seen = Seen.Of([.. domain])
               where seen.Count >= evidence.LimitOf(Manual)
               let onlyGreylisted = domain.All(sign => sign.What == Greylisted)
               let passed = onlyGreylisted && !stuck.Value.Contains(domain.Key)
               select Report(domain.Key,
                   Telling.Sentences(
                       onlyGreylisted ? $"{Telling.Count(domain.Count(), "probe")} for recipients in {domain.Key} {(domain.Count() == 1 ? "was" : "were")} greylisted, and the clients put off.{(passed ? " Each of these recipients was found later." : "")}"
                           : $"Verification of recipients in {domain.Key} came too late: {Sign.Tally(domain)}.",
                       patienceSeconds > 0 ? "" : "That is what is set: smtpd waits for no probe, and every new recipient has to be asked for again."),
                   seen, Confidence.Likely, patienceSeconds > 0 && !passed ? null : Severity.Low,
                   onlyGreylisted ? [Manual.Fix[0], .. AskAgainSooner(evidence.Config)] : null);
    }

    /// <summary>Domains with recipients that no later probe found, and no mail reached.</summary>
    private static HashSet<string> StillGreylisted(MailHistory mail)
    {
        var last = new Dictionary<int, (string Domain, DateTimeOffset? Time)>();
        foreach (var probe in mail.ProbesFor(ReasonClass.Greylisted)) last[probe.Addressee] = (probe.Domain, probe.Time);
        foreach (var probe in mail.ProbesWith(ProbeResult.Deliverable)) Passed(probe.Addressee, probe.Time);
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered) Passed(recipient.Addressee, recipient.LastAttempt);
        return [.. last.Values.Select(one => one.Domain)];

        void Passed(int addressee, DateTimeOffset? time)
        {
            if (last.TryGetValue(addressee, out var greylisted) && time > greylisted.Time) last.Remove(addressee);
        }
    }

    /// <summary>Asking more often in one dialogue is of no use then: what a probe heard is remembered.</summary>
    private static IEnumerable<Fix> AskAgainSooner(PostfixConfig? config)
    {
        const string parameter = "address_verify_negative_refresh_time";
        var remembers = config?.Time(parameter) ?? TimeSpan.FromHours(3);
        if (remembers > TimeSpan.FromMinutes(30))
            yield return new($"Let this host ask again sooner: for {Telling.Span(remembers)} it remembers that it was put off, and puts off whoever comes again.",
                Postconf.Set(parameter, "15m"));
    }

    private const string Greylisted = "probe greylisted";

    private static IEnumerable<Sign> SignsIn(Evidence evidence, double patienceSeconds)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        if (mail.Totals.Probes.NotCached > 0) yield break;
        foreach (var probe in mail.Probes)
            if (probe.ReasonClass == ReasonClass.Greylisted && probe.Result != ProbeResult.Deliverable && !relayed.IsForSender(probe))
                yield return new Sign(probe.Domain, Greylisted, probe.Line, probe.Time);
            else if (probe.DelaySeconds > patienceSeconds && probe.Result != ProbeResult.Unknown && !relayed.IsForSender(probe))
                yield return new Sign(probe.Domain, "probe too slow", probe.Line, probe.Time);
        foreach (var reject in InProgress(mail))
            yield return new Sign(reject.Domain, "refusal while verification was in progress", reject.Line, reject.Time, reject.Count);
    }

    /// <summary>smtpd_check.c: smtpd asks address_verify_poll_count times, and waits address_verify_poll_delay in between.</summary>
    private static double PatienceSeconds(PostfixConfig? config)
    {
        if (config is null) return 6;
        var smtpd = config.PublicSmtpdServices is [var first, ..] ? first : null;
        return Math.Max(0, config.Int("address_verify_poll_count", smtpd) - 1) * config.Time("address_verify_poll_delay", smtpd).TotalSeconds;
    }

    private static IEnumerable<Reject> InProgress(MailHistory mail)
    {
        var down = new DownTimes(mail);
        EndedProgram[] ended = [.. EndedProgram.In(mail)]; // RLY009, HYG002
        return mail.UnverifiedForNow.Where(reject => !(reject.Time is { } time && down.Cover(time)) && !ended.Any(program => program.WasEndingAt(reject.Time)))
            .Take(MostRead).Where(reject => reject.Detail.Reason.Contains("verification in progress"));
    }
}
