using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Mail of this host's own users that goes round in circles at somebody else's servers: they say so, and nobody here can mend it.</summary>
internal static class LoopsElsewhere
{
    public static bool Is(Evidence evidence, Recipient recipient) =>
        recipient.Stage != Stage.None // a remote host said it, not this Postfix
        && recipient.Message.Trusted == Answer.Yes && !evidence.Mail.Relayed().Contains(recipient.Domain) && (evidence.Config?.ClassOf(recipient.Domain) is null or DomainClass.Default or DomainClass.Unknown);
}
