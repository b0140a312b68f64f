using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Mail of this host's own users that goes round in circles at somebody else's servers: they say so, and nobody here can mend it.</summary>
internal static class LoopsElsewhere
{
    public static bool Is(Evidence evidence, Recipient recipient) =>
        recipient.Stage != Stage.None // a remote host said it, not this Postfix
        && recipient.Message.Trusted == Answer.Yes && !IsNear(recipient)
        && !evidence.Relayed().Contains(recipient.Domain) && (evidence.Config?.ClassOf(recipient.Domain) is null or DomainClass.Default or DomainClass.Unknown);

    /// <summary>What goes back to where it came from, or to a private address, does not go round at somebody else's.</summary>
    private static bool IsNear(Recipient recipient) =>
        ClientText.AddressOf(recipient.Relay) is var relay && (relay == recipient.Message.ClientAddress || TrustedClients.WithoutConfiguration.Trusts(relay));
}
