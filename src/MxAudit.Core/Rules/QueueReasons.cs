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

    /// <summary>
    /// The next hop that it could not talk to, lower case; empty where that is not the reason. One that refuses to talk, or that the connection was lost
    /// with, is named without its port; what stands further on is another host's text.
    /// </summary>
    private static string HopOf(QueuedRecipient recipient)
    {
        var reason = ReasonClassifier.Of(Encoding.UTF8.GetBytes(recipient.Reason), DsnOf(recipient));
        string hop = reason.Class == ReasonClass.Connection ? Encoding.UTF8.GetString(reason.Hop) : Refusing().Match(recipient.Reason).Groups[1].Value;
        return hop.ToLowerInvariant();
    }

    /// <summary>What waits for each next hop: the queue is looked through once, and not for each of them.</summary>
    public sealed class ByHop(QueueSnapshot queue)
    {
        private readonly ILookup<string, (QueuedMessage Message, QueuedRecipient Recipient)> _waiting = queue.Recipients.ToLookup(one => HopOf(one.Recipient));

        /// <param name="hop">With its port, lower case, as the log's next hops are named.</param>
        public IEnumerable<(QueuedMessage Message, QueuedRecipient Recipient)> For(string hop) =>
            _waiting[hop].Concat(hop.LastIndexOf(':') is > 0 and var colon ? _waiting[hop[..colon]] : []);
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

    [GeneratedRegex(@"^(?:delivery temporarily suspended: )?host (\S+) refused to talk to me")]
    private static partial Regex Refusing();
}
