using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// Next hops that refuse this host itself, of domains that it does not relay for: own users wrote there, or senders were verified. Strangers choose
/// them, so that there can be thousands. Where many do it the fault is one, and this host's.
/// </summary>
internal static class OthersHosts
{
    private const int MostToldSingly = 5;

    /// <param name="refusing">What one of them refused one host of this log: of a hop that refuses several hosts, each its own.</param>
    /// <returns>Those that are told together, by the host of this log that they refuse.</returns>
    public static IGrouping<string, T>[] Many<T>(IEnumerable<T> refusing, Func<T, Message> one) =>
        [.. refusing.GroupBy(hop => one(hop).Host).Where(host => host.Count() > MostToldSingly)];

    /// <summary>What helps where many hosts refuse this one.</summary>
    /// <param name="asked">Probes of senders were among it.</param>
    public static IReadOnlyList<Fix> Fixes(bool asked) =>
    [
        new("Read in the replies which block list has this host, and ask there why. First end the cause, such as notices to forged senders (BKS001), then have the address taken off.",
            "mxaudit explain BKS001"),
        new("Give this host a name that resolves to its address and back, and let it greet with that name.", "postconf myhostname smtp_helo_name"),
        .. asked
            ? [new Fix("Do not ask other people's hosts whether their users exist: take reject_unverified_sender out of the lists. See VRF015.",
                "postconf smtpd_sender_restrictions smtpd_recipient_restrictions")]
            : Array.Empty<Fix>(),
    ];
}
