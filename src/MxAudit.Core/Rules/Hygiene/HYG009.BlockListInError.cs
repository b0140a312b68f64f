using System.Text;
using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

public sealed class BlockListInError : Rule
{
    private const int Few = 3, Many = 10;

    /// <summary>Reply texts are read again from the log.</summary>
    private const int MostRead = 500;

    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG009",
        Name = "block-list-in-error",
        Title = "A block list answers with an error, and everybody is refused for it",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Postfix takes any answer of a DNS block list for a listing, unless it is told which answers count. A list that does not
            serve this host's resolver, or was asked too often, or has the wrong name, says so with an answer, too (127.255.255.254 of
            Spamhaus), and so does one that was given up. Then all mail is refused for good, and the senders are told that they are on a block list.
            """,
        Detects = """
            Refusals whose text is about the list and not about the client ("Error: open resolver", "Query refused", "List shut
            down"), and answers 127.255.255.* that dnsblog logged for a list by which postscreen refused clients. Critical
            when there were 10 or more and no mail of strangers was accepted since, high from 3 on, else medium. Low where
            nothing was refused for it, and where the configuration at hand names the answers that count. Without such lines, the configuration alone: a list of Spamhaus without
            its answers is info.
            """,
        Fix =
        [
            new("Say which answers are listings: an error is none, then, and mail comes in again.",
                $"{Show}   # then write zen.spamhaus.org=127.0.0.[2..11] in the place of zen.spamhaus.org"),
            new("So that the list works again, ask it with a resolver of this host's own (unbound on 127.0.0.1), not with a public one. The test entry is 127.0.0.2, and the answer of a list that serves you begins with 127.0.0.",
                "cat /etc/resolv.conf; dig +short 2.0.0.127.zen.spamhaus.org"),
        ],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 Service unavailable; Client host [203.0.113.44] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
                Nov 22 10:05:01 mx2 postfix/smtpd[101]: message repeated 9 times: [ NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 Service unavailable; Client host [203.0.113.44] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>]
                """,
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                """,
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 Service unavailable; Client host [203.0.113.44] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.44; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
                """,
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org=127.0.0.[2..11], reject_unverified_recipient
                unverified_recipient_reject_code = 550
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#reject_rbl_client",
            "https://www.postfix.org/postconf.5.html#postscreen_dnsbl_sites",
            "https://www.spamhaus.org/faqs/dnsbl-usage/",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var lists = evidence.MailIfAny.RemarksOf(RemarkKind.BlockListError).GroupBy(remark => remark.Subject, StringComparer.OrdinalIgnoreCase).ToArray();
        BlockListUse[] uses = evidence.Config is { } config ? [.. BlockListUse.In(config)] : [];
        foreach (var list in lists)
            yield return ReportAnswers(evidence, list.Key, [.. list], [.. uses.Where(use => use.IsOf(list.Key))]);
        foreach (var list in uses.Where(use => use.TakesErrors && use.List.EndsWith(".spamhaus.org", StringComparison.OrdinalIgnoreCase))
            .GroupBy(use => use.List).Where(list => !lists.Any(told => list.First().IsOf(told.Key))))
            yield return Report(list.Key,
                $"{list.Key} is asked, and any answer of it refuses the client, also the one that it has for a resolver which it does not serve.",
                Seen.Stated(Proof.FromConfig(evidence.Configuration, list.First().Parameter, list.First().Service)), Confidence.Proven, Severity.Info,
                FixesFor(evidence.Configuration, [.. list], list.Key, isGivenUp: false));
    }

    private Finding ReportAnswers(Evidence evidence, string list, Remark[] remarks, BlockListUse[] uses)
    {
        var mail = evidence.MailIfAny;
        Reject[] byPostscreen = remarks.Any(remark => remark.Number > 0) ? [.. RefusedByPostscreen(mail, list, remarks)] : [];
        Remark[] bySmtpd = [.. remarks.Where(remark => remark.Number < remark.Count)];
        long refused = bySmtpd.Sum(remark => remark.Count - remark.Number) + byPostscreen.Length;
        string said = bySmtpd.SelectMany(remark => new[] { remark.LastLine, remark.FirstLine }).Select(line => SaidIn(mail.RejectDetailAt(line).Reason))
            .FirstOrDefault(words => words.Length > 0) ?? (remarks.Any(remark => remark.Number > 0) ? "127.255.255.*" : "");
        bool isMended = uses.Length > 0 && uses.All(use => !use.TakesErrors) && remarks.All(remark => evidence.Configuration.IsOfThisHost(remark.Origin));
        bool isOver = mail.TookMailAfter(remarks, ofStrangers: true);
        return Report(list,
            Telling.Sentences($"{list} does not answer about clients, but with an error of its own{(said.Length > 0 ? $" ({said})" : "")}.",
                refused == 0 ? "Postscreen counts it as a listing. No client was refused by this list so."
                    : $"Postfix took it for a listing: {Telling.Count(refused, "refusal")}, whoever the client was.",
                refused == 0 ? "" : isOver ? "Mail of others was accepted later." : isMended ? "" : "No mail of strangers was accepted since.",
                isMended ? "The configuration at hand names the answers that count." : ""),
            Seen.Of(remarks).ShownBy(remarks.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine })
                .Concat(byPostscreen.Take(1).Select(reject => reject.Line))) with { Count = Math.Max(refused, 1) },
            Confidence.Proven,
            refused == 0 || isMended ? Severity.Low : isOver || refused < Few ? Severity.Medium : refused < Many ? Severity.High : Severity.Critical,
            FixesFor(evidence.Config, [.. uses.Where(use => use.TakesErrors)], list, BlockListReply.SaysEnd(Encoding.UTF8.GetBytes(said))));
    }

    /// <summary>postscreen names the list, and not what it said; dnsblog says that, and not what came of it.</summary>
    private static IEnumerable<Reject> RefusedByPostscreen(MailHistory mail, string list, Remark[] remarks)
    {
        DateTimeOffset? first = remarks.Min(remark => remark.First), last = remarks.Max(remark => remark.Last) + TimeSpan.FromMinutes(1);
        return mail.RejectsFor(ReasonClass.Dnsbl)
            .Where(reject => reject.Daemon == Daemon.Postscreen && reject.Time >= first && reject.Time <= last)
            .Take(MostRead)
            .Where(reject => reject.Detail.Reason.EndsWith($" blocked using {list}", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Behind the name of the list.</summary>
    private static string SaidIn(string reply) =>
        reply.IndexOf(" blocked using ", StringComparison.Ordinal) is >= 0 and var at && reply.IndexOf("; ", at, StringComparison.Ordinal) is >= 0 and var end
            ? reply[(end + 2)..] : "";

    private Fix[] FixesFor(PostfixConfig? config, BlockListUse[] uses, string list, bool isGivenUp)
    {
        string change = config is null ? "" : BlockListUse.Changed(config, uses, use => isGivenUp ? null : use.WithListings());
        if (isGivenUp) return [new Fix($"Take {list} out: it was given up, and lists everybody.", change.Length > 0 ? change : Show)];
        const string example = "zen.spamhaus.org", answers = "=127.0.0.[2..11]";
        return
        [
            change.Length > 0 ? Manual.Fix[0] with { Command = change }
                : Manual.Fix[0].Naming(example + answers, $"{list}={BlockListUse.ListingsOf(list)}").Naming(example, list),
            Manual.Fix[1].Naming(example, list),
        ];
    }

    private const string Show = "postconf smtpd_client_restrictions smtpd_recipient_restrictions postscreen_dnsbl_sites";
}
