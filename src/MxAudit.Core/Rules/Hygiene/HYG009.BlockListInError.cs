using MxAudit.Config;

namespace MxAudit.Rules.Hygiene;

public sealed class BlockListInError : Rule
{
    private const int Few = 3, Many = 10;

    /// <summary>No host asks more.</summary>
    private const int MostTold = 20;

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
            when there were 10 or more since mail of strangers was accepted last, high from 3 on, else medium. Low where
            nothing was refused for it, and where the configuration at hand names the answers that count or asks the list no more;
            naming answers does not help against one that was given up. Of postscreen those refusals count whose client had such an
            answer in the same session. Where it drops clients it logs their rank alone: those count, by the configuration, whose
            rank would have been too low without the error. Without such lines, the configuration alone: a list of Spamhaus
            without its answers is info.
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
        BlockListUse[] uses = evidence.Config is { } config ? [.. BlockListUse.In(config)] : [];
        BlockListTrouble[] lists = [.. BlockListTrouble.All(evidence.MailIfAny, evidence.Config, uses).Take(MostTold)];
        foreach (var list in lists)
            yield return ReportAnswers(evidence, list, [.. uses.Where(use => use.IsOf(list.Name))]);
        foreach (var list in uses.Where(use => use is { IsAsked: true, TakesErrors: true, Listings: not null }
                && use.List.EndsWith(".spamhaus.org", StringComparison.OrdinalIgnoreCase))
            .GroupBy(use => use.List).Where(list => !lists.Any(told => list.First().IsOf(told.Name))))
            yield return Report(list.Key,
                $"{list.Key} is asked, and any answer of it refuses the client, also the one that it has for a resolver which it does not serve.",
                Seen.Stated(Proof.FromConfig(evidence.Configuration, list.First().Parameter, list.First().Service)), Confidence.Proven, Severity.Info,
                [WithListings(evidence.Config, [.. uses.Where(use => use.IsOf(list.Key))], list.Key), OwnResolver(list.Key, list.All(use => use.OfDomains))]);
    }

    private Finding ReportAnswers(Evidence evidence, BlockListTrouble list, BlockListUse[] uses)
    {
        BlockListUse[] asked = [.. uses.Where(use => use.IsAsked)];
        bool isOfHere = evidence.Config is { } config && list.Origins.All(config.IsOfThisHost);
        bool isOut = isOfHere && asked.Length == 0 && !BlockListUse.IsNamed(evidence.Configuration, list);
        bool isFiltered = isOfHere && !list.IsGivenUp && asked.Length > 0 && asked.All(use => !use.TakesErrors);
        bool isMended = isOut || isFiltered;
        return Report(list.Name,
            Telling.Sentences($"{list.Name} does not answer about clients, but with an error of its own{(list.Said.Length > 0 ? $" ({list.Said})" : "")}.",
                list.Refusals > 0 ? $"Postfix took it for a listing: {Telling.Count(list.Refusals, "refusal")}, whoever the client was."
                    : isMended || (uses.Length > 0 && !asked.Any(use => use.TakesErrors)) ? "No client was refused by this list so."
                    : $"Postscreen counts it as a listing. No client was refused by this list so{(evidence.Config is null ? ", unless postscreen_dnsbl_action is drop: then it logs no reply" : "")}.",
                list.Refusals == 0 ? "" : list.SinceMail == 0 ? "Mail of others was accepted later."
                    : list.SinceMail < list.Refusals ? $"{Telling.Count(list.SinceMail, "refusal")} came since mail of strangers was accepted last."
                    : isMended ? "" : "No mail of strangers was accepted since.",
                isOut ? "By the configuration at hand it refuses nobody any more." : isFiltered ? "The configuration at hand names the answers that count." : ""),
            list.Seen,
            Confidence.Proven,
            isMended || list.Refusals == 0 ? Severity.Low
                : list.SinceMail < Few ? Severity.Medium : list.SinceMail < Many ? Severity.High : Severity.Critical,
            isOut ? [new Fix("Nothing has to be changed on this host: it stays as it is.")]
                : list.IsGivenUp ? [TakeOut(evidence.Config, uses, list.Name)]
                : [.. isFiltered ? [] : new[] { WithListings(evidence.Config, uses, list.Name) },
                    OwnResolver(list.Name, list.IsOfDomains || (asked.Length > 0 && asked.All(use => use.OfDomains)))]);
    }

    private static Fix TakeOut(PostfixConfig? config, BlockListUse[] uses, string list) =>
        new($"Take {Redaction.OfLog(list)} out: it was given up, and lists everybody.",
            config is not null && BlockListUse.Changed(config, uses, _ => null) is { Length: > 0 } change ? change : Show);

    /// <summary>No answers are invented for a list that is not known here, and no key of a customer is shown.</summary>
    private Fix WithListings(PostfixConfig? config, BlockListUse[] uses, string list)
    {
        string shown = Redaction.OfLog(list);
        if (BlockListUse.ListingsOf(list) is not { } listings)
            return new Fix($"{Manual.Fix[0].Why} The documentation of {shown} has them; behind its name they stand as in zen.spamhaus.org=127.0.0.[2..11].", Show);
        string change = config is null ? "" : BlockListUse.Changed(config, [.. uses.Where(use => use.TakesErrors)], use => use.WithListings);
        return change.Length > 0 ? Manual.Fix[0] with { Command = change }
            : shown != list ? new Fix($"{Manual.Fix[0].Why} Write ={listings} behind the name of the list, which has your key in it and is not shown here.", Show)
            : Manual.Fix[0] with { Command = $"{Show}   # then write {Postconf.Name(list)}={listings} in the place of {Postconf.Name(list)}" };
    }

    /// <summary>127.0.0.2 is the test entry of lists of addresses; those of domains have others.</summary>
    private Fix OwnResolver(string list, bool isOfDomains)
    {
        const string resolver = "cat /etc/resolv.conf", advice = "So that the list works again, ask it with a resolver of this host's own (unbound on 127.0.0.1), not with a public one.";
        string zone = BlockListUse.ZoneOf(list);
        return Redaction.OfLog(list) != list || (zone != "dbl" && (isOfDomains || zone == "zrd")) ? new Fix(advice, resolver)
            : zone == "dbl" ? new Fix($"{advice} The answer for the test entry is 127.0.1.2 when the list serves you.", $"{resolver}; dig +short dbltest.com.{Postconf.Name(list)}")
            : Manual.Fix[1].Naming("zen.spamhaus.org", Postconf.Name(list));
    }

    private const string Show = "postconf smtpd_client_restrictions smtpd_recipient_restrictions postscreen_dnsbl_sites";
}
