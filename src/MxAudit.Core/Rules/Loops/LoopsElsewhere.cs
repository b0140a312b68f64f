using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Mail for others that loops, and nobody here can mend it: their servers say so, or their MX records name this host, or 127.0.0.1.</summary>
internal static class LoopsElsewhere
{
    public static bool Is(Evidence evidence, Recipient recipient) =>
        (recipient.Stage != Stage.None ? recipient.Message.Trusted == Answer.Yes && !IsNear(recipient) : IsBogusMx(evidence, recipient))
        && !evidence.Relayed().Contains(recipient.Domain) && (evidence.Config?.ClassOf(recipient.Domain) is null or DomainClass.Default or DomainClass.Unknown);

    /// <summary>
    /// This Postfix found itself: at an address that any host would take for itself, or as the best MX host of a domain that only its own users write to.
    /// </summary>
    private static bool IsBogusMx(Evidence evidence, Recipient recipient) => recipient.Relay.EndsWith("]:25", StringComparison.Ordinal)
        ? ClientText.AddressOf(recipient.Relay) is var relay && (Networks.IsLoopback(relay) || relay is "0.0.0.0" or "::")
        : recipient.Message.Trusted == Answer.Yes && evidence.Relayed().AreKnown;

    /// <summary>What goes back to where it came from, or to a private address, does not go round at somebody else's.</summary>
    private static bool IsNear(Recipient recipient) =>
        ClientText.AddressOf(recipient.Relay) is var relay && (relay == recipient.Message.ClientAddress || TrustedClients.WithoutConfiguration.Trusts(relay));
}
