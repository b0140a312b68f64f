using System.Text;
using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

/// <summary>What the log shows of one block list that answers with errors.</summary>
/// <param name="Answers">Such answers that dnsblog logged for postscreen.</param>
/// <param name="SinceMail">Refusals since mail of a stranger was accepted last: the list does not keep out everybody while some comes in.</param>
/// <param name="Said">Its words, or its answer; empty: not known.</param>
/// <param name="IsOfDomains">It was asked about a name.</param>
internal sealed record BlockListTrouble(string Name, Remark[] Answers, BlockListRefusal[] Refused, long SinceMail, string Said, bool IsOfDomains)
{
    public bool IsGivenUp { get; } = BlockListReply.SaysEnd(Encoding.UTF8.GetBytes(Said));
    public long Refusals { get; } = Refused.Sum(refusal => refusal.Count);

    public IEnumerable<Origin> Origins => Answers.Select(answer => answer.Origin).Concat(Refused.Select(refusal => refusal.Origin)).Distinct();

    public Seen Seen
    {
        get
        {
            DateTimeOffset?[] times = [.. Answers.SelectMany(answer => new[] { answer.First, answer.Last }), .. Refused.Select(refusal => refusal.Time)];
            LinePosition[] lines =
            [
                .. Answers.SelectMany(answer => new[] { answer.FirstLine, answer.LastLine }).Take(2),
                .. Refused.Take(1).Concat(Refused.TakeLast(1)).Select(refusal => refusal.Line),
            ];
            return Seen.Lines(Math.Max(Refusals, 1), lines, times.Min(), times.Max());
        }
    }

    /// <summary>Those that refused most first.</summary>
    /// <param name="uses">Where the configuration at hand asks lists.</param>
    public static IEnumerable<BlockListTrouble> All(MailHistory mail, PostfixConfig? config, BlockListUse[] uses)
    {
        var answers = mail.RemarksOf(RemarkKind.BlockListError).ToLookup(answer => answer.Subject, StringComparer.OrdinalIgnoreCase);
        var refused = mail.BlockListRefusals.Where(refusal => refusal.Rank == 0).Concat(HungUpOn(mail, config, uses))
            .ToLookup(refusal => refusal.List, StringComparer.OrdinalIgnoreCase);
        string[] names = [.. answers.Select(list => list.Key).Union(refused.Select(list => list.Key), StringComparer.OrdinalIgnoreCase)
            .Where(name => BlockListReply.IsName(Encoding.UTF8.GetBytes(name)))];
        if (names.Length == 0) return [];
        var accepted = LastMailOfStrangers(mail);
        return names.Select(name => Of(mail, name, [.. answers[name]], [.. refused[name]], accepted)).OrderByDescending(list => list.Refusals);
    }

    private static BlockListTrouble Of(MailHistory mail, string name, Remark[] answers, BlockListRefusal[] refused, Dictionary<string, DateTimeOffset> accepted)
    {
        BlockListRefusal[] replies = [.. refused.Where(refusal => refusal.Rank == 0)];
        string[] reasons = [.. replies.TakeLast(1).Concat(replies.Take(1)).Select(refusal => mail.RejectDetailAt(refusal.Line).Reason)];
        string said = reasons.Select(SaidIn).FirstOrDefault(words => words.Length > 0) ?? (answers.Length > 0 ? "127.255.255.*" : "");
        long sinceMail = refused.Where(refusal => !(accepted.TryGetValue(refusal.Origin.Host, out var mailed) && refusal.Time <= mailed))
            .Sum(refusal => refusal.Count);
        return new BlockListTrouble(name, answers, refused, sinceMail, said, reasons.Length > 0 && reasons.All(IsAboutName));
    }

    /// <summary>
    /// postscreen_dnsbl_action = drop: nothing is logged but the rank. Those whose rank without the errors would have been too low for that.
    /// </summary>
    private static IEnumerable<BlockListRefusal> HungUpOn(MailHistory mail, PostfixConfig? config, BlockListUse[] uses)
    {
        var weights = uses.Where(use => use is { Drops: true, TakesErrors: true }).GroupBy(use => use.List, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(list => list.Key, list => list.First().Weight, StringComparer.OrdinalIgnoreCase);
        if (config is null || weights.Count == 0) return [];
        long enough = config.Int("postscreen_dnsbl_threshold", uses.First(use => use.Drops).Service);
        return mail.BlockListRefusals.Where(ranked => ranked.Rank > 0 && weights.ContainsKey(ranked.List) && config.IsOfThisHost(ranked.Origin))
            .GroupBy(ranked => ranked.Line)
            .Where(client => client.First().Rank - client.Sum(ranked => weights[ranked.List]) < enough)
            .SelectMany(client => client);
    }

    /// <summary>By host. For trusted clients smtpd looks nothing up.</summary>
    private static Dictionary<string, DateTimeOffset> LastMailOfStrangers(MailHistory mail)
    {
        var accepted = new Dictionary<string, DateTimeOffset>();
        foreach (var message in mail.Messages)
            if (message.AcceptedAt is { } at && message.WasAccepted && message.Client.Length > 0 && message.FromStranger
                && !(accepted.TryGetValue(message.Host, out var known) && known >= at))
                accepted[message.Host] = at;
        return accepted;
    }

    private static string SaidIn(string reply) => Encoding.UTF8.GetString(BlockListReply.SaidIn(Encoding.UTF8.GetBytes(reply)));

    private static readonly string[] Names = ["; Sender address [", "; Helo command [", "; Recipient address ["];

    /// <summary><c>Sender address [bea@partner.example] blocked using …</c>, and not the address of a client.</summary>
    private static bool IsAboutName(string reply) =>
        Names.Any(what => reply.Contains(what, StringComparison.Ordinal))
        && !reply.Contains("; Client host [", StringComparison.Ordinal);
}
