using MxAudit.Input;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Next hops in which Postfix found itself; it knows its addresses better than anybody.</summary>
internal static class LoopedHops
{
    /// <summary>Reasons are read again from the log.</summary>
    private const int MostRead = 20;

    /// <summary>Those of this host.</summary>
    public static HashSet<string> Of(Evidence evidence)
    {
        var (mail, config) = (evidence.MailIfAny, evidence.Configuration);
        var lines = mail.BouncesFor(ReasonClass.Loop)
            .Where(bounced => !bounced.IsForwardingLoop() && config.IsOfThisHost(bounced.Message))
            .Select(bounced => bounced.LastLine)
            .Concat(mail.ProbesFor(ReasonClass.Loop).Where(probe => config.IsOfThisHost(probe.Message)).Select(probe => probe.Line));
        return [.. In(mail, lines).Where(hop => hop.Length > 0)];
    }

    /// <summary>One for each line; empty where it names none.</summary>
    public static IEnumerable<string> In(MailHistory mail, IEnumerable<LinePosition> lines) => lines.Take(MostRead).Select(line => HopIn(mail.ReasonAt(line)));

    /// <summary><c>mail for mx1.example.com loops back to myself</c>: the next hop that was looked up.</summary>
    private static string HopIn(string reason)
    {
        const string before = "mail for ", after = " loops back to myself";
        int at = reason.IndexOf(before, StringComparison.Ordinal), end = reason.IndexOf(after, StringComparison.Ordinal);
        return at < 0 || end < at + before.Length ? "" : reason[(at + before.Length)..end].Trim('[', ']').ToLowerInvariant();
    }
}
