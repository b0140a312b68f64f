using System.Text;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

/// <summary>What the log shows of one block list that answers with errors.</summary>
/// <param name="Errors">Such answers that dnsblog logged for postscreen.</param>
/// <param name="SinceMail">Refusals since mail of a stranger was accepted last: the list does not keep out everybody while some comes in.</param>
/// <param name="Said">Its words, or its answer; empty: not known.</param>
/// <param name="IsOfDomains">It was asked about a name.</param>
internal sealed record BlockListTrouble(string Name, Remark[] Remarks, long Errors, long Refusals, long SinceMail, string Said, bool IsOfDomains,
    LinePosition[] Lines)
{
    /// <summary>Reply texts are read again from the log.</summary>
    private const int MostRead = 500;

    /// <summary>Those that refused most first.</summary>
    public static IEnumerable<BlockListTrouble> All(MailHistory mail)
    {
        Remark[] remarks = [.. mail.RemarksOf(RemarkKind.BlockListRefusal).Concat(mail.RemarksOf(RemarkKind.BlockListError))
            .Where(remark => BlockListReply.IsName(Encoding.UTF8.GetBytes(remark.Subject)))];
        if (remarks.Length == 0) return [];
        var accepted = LastMailOfStrangers(mail);
        var later = LaterRefusals(mail, remarks, accepted);
        return remarks.GroupBy(remark => remark.Subject, StringComparer.OrdinalIgnoreCase)
            .Select(list => Of(mail, list.Key, [.. list], accepted, later))
            .OrderByDescending(list => list.Refusals);
    }

    private static BlockListTrouble Of(MailHistory mail, string list, Remark[] remarks, Dictionary<string, DateTimeOffset> accepted,
        Dictionary<(string, string), long> later)
    {
        Remark[] refused = [.. remarks.Where(remark => remark.Kind == RemarkKind.BlockListRefusal)],
            errors = [.. remarks.Where(remark => remark.Kind == RemarkKind.BlockListError)];
        long answers = errors.Sum(remark => (long)remark.Count);
        Reject[] byPostscreen = errors.Length == 0 ? [] : [.. RefusedByPostscreen(mail, list, errors)];
        long byPostscreenLater = byPostscreen.Count(reject => !(reject.Time <= MailOn(reject.Origin.Host)));
        string[] replies = [.. refused.SelectMany(remark => new[] { remark.LastLine, remark.FirstLine }).Select(line => mail.RejectDetailAt(line).Reason)];
        string said = replies.Select(SaidIn).FirstOrDefault(words => words.Length > 0) ?? (errors.Length > 0 ? "127.255.255.*" : "");
        return new BlockListTrouble(list, remarks, answers,
            refused.Sum(remark => (long)remark.Count) + Math.Min(answers, byPostscreen.Length),
            refused.GroupBy(remark => remark.Origin.Host).Sum(SinceMailOn) + Math.Min(answers, byPostscreenLater), said,
            replies.Length > 0 && replies.All(IsAboutName),
            [.. remarks.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine }), .. byPostscreen.Take(1).Select(reject => reject.Line)]);

        DateTimeOffset? MailOn(string host) => accepted.TryGetValue(host, out var time) ? time : null;

        long SinceMailOn(IGrouping<string, Remark> onHost)
        {
            var mailed = MailOn(onHost.Key);
            return mailed > onHost.Max(remark => remark.Last) ? 0
                : mailed > onHost.Min(remark => remark.First) ? later.GetValueOrDefault((onHost.Key, list.ToLowerInvariant()))
                : onHost.Sum(remark => (long)remark.Count);
        }
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

    /// <summary>By host and list, where mail was accepted between the first such refusal and the last: those behind it.</summary>
    private static Dictionary<(string Host, string List), long> LaterRefusals(MailHistory mail, Remark[] remarks,
        Dictionary<string, DateTimeOffset> accepted)
    {
        var between = remarks.Where(remark => remark.Kind == RemarkKind.BlockListRefusal).GroupBy(remark => remark.Origin.Host)
            .Where(host => accepted.TryGetValue(host.Key, out var at) && at > host.Min(remark => remark.First) && !(at > host.Max(remark => remark.Last)))
            .ToDictionary(host => host.Key, _ => MostRead);
        var later = new Dictionary<(string, string), long>();
        if (between.Count == 0) return later;
        foreach (var reject in mail.RejectsFor(ReasonClass.Dnsbl))
        {
            if (reject.Daemon == Daemon.Postscreen || reject.WarnOnly || !between.TryGetValue(reject.Origin.Host, out int left) || left == 0
                || reject.Time <= accepted[reject.Origin.Host]) continue;
            between[reject.Origin.Host] = left - 1;
            string list = Encoding.UTF8.GetString(BlockListReply.ListInTrouble(Encoding.UTF8.GetBytes(reject.Detail.Reason))).ToLowerInvariant();
            if (list.Length > 0) later[(reject.Origin.Host, list)] = later.GetValueOrDefault((reject.Origin.Host, list)) + reject.Count;
        }
        return later;
    }

    /// <summary>postscreen names the list, and not what it said; dnsblog says that, and not what came of it.</summary>
    private static IEnumerable<Reject> RefusedByPostscreen(MailHistory mail, string list, Remark[] errors)
    {
        DateTimeOffset? first = errors.Min(remark => remark.First), last = errors.Max(remark => remark.Last) + TimeSpan.FromMinutes(1);
        return mail.RejectsFor(ReasonClass.Dnsbl)
            .Where(reject => reject.Daemon == Daemon.Postscreen && reject.Time >= first && reject.Time <= last)
            .Take(MostRead)
            .Where(reject => reject.Detail.Reason.EndsWith($" blocked using {list}", StringComparison.OrdinalIgnoreCase));
    }

    private static string SaidIn(string reply) => Encoding.UTF8.GetString(BlockListReply.SaidIn(Encoding.UTF8.GetBytes(reply)));

    private static readonly string[] Names = ["; Sender address [", "; Helo command [", "; Recipient address ["];

    /// <summary><c>Sender address [bea@partner.example] blocked using …</c>, and not the address of a client.</summary>
    private static bool IsAboutName(string reply) =>
        Names.Any(what => reply.Contains(what, StringComparison.Ordinal))
        && !reply.Contains("; Client host [", StringComparison.Ordinal);
}
