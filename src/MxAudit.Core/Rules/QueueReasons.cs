using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules;

/// <summary>Why queued recipients wait, in the classes of the log. The listing has the text alone: the status code is looked for in it.</summary>
public static partial class QueueReasons
{
    public static ReasonClass ClassOf(QueuedRecipient recipient)
    {
        if (recipient.Reason.Length == 0) return ReasonClass.None;
        return ReasonClassifier.Of(Encoding.UTF8.GetBytes(recipient.Reason), DsnOf(recipient)).Class;
    }

    /// <summary>The host that was tried, lower case, where the reason names it: <c>mx1.example.com[192.0.2.10]:25</c>.</summary>
    public static string HopOf(QueuedRecipient recipient) =>
        Encoding.UTF8.GetString(ReasonClassifier.Of(Encoding.UTF8.GetBytes(recipient.Reason), DsnOf(recipient)).Hop).ToLowerInvariant();

    /// <summary>
    /// Whether it waits for this next hop. One that refuses to talk is named without its port; what stands further on is another host's text.
    /// </summary>
    public static bool WaitsFor(QueuedRecipient recipient, string hop)
    {
        const string suspended = "delivery temporarily suspended: ";
        string reason = recipient.Reason.StartsWith(suspended, StringComparison.Ordinal) ? recipient.Reason[suspended.Length..] : recipient.Reason;
        return HopOf(recipient) == hop
            || (hop.LastIndexOf(':') is > 0 and var colon
                && reason.StartsWith($"host {hop[..colon]} refused to talk to me", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What waits was refused for the time being, whatever the other host said: <c>soft_bounce</c>.</summary>
    private static Dsn DsnOf(QueuedRecipient recipient)
    {
        byte kind = (byte)(recipient.Kind == WaitKind.Bounced ? 5 : 4);
        var code = Reply().Match(recipient.Reason);
        return code.Success ? new Dsn(kind, ushort.Parse(code.Groups[1].ValueSpan), ushort.Parse(code.Groups[2].ValueSpan)) : new Dsn(kind, 0, 0);
    }

    [GeneratedRegex(@"(?:said|to me): [245][0-9]{2}[ -][245]\.([0-9]{1,3})\.([0-9]{1,3})\b")]
    private static partial Regex Reply();
}
