namespace MxAudit.Rules;

/// <summary>
/// Next hops that refuse this host itself, of domains that it does not relay for: own users wrote there, or senders were verified. Strangers choose
/// them, so that there can be thousands. Where many do it the fault is one, and this host's.
/// </summary>
/// <param name="Host">The one of this log that they refuse.</param>
internal sealed record OthersHosts(string Host, Refusing[] Hops)
{
    private const int MostToldSingly = 5;

    /// <summary>Those that are told together, and those of which enough is left to be told singly.</summary>
    public static (OthersHosts[] Together, Refusing[] Singly) Apart(Refusing[] refusing, Predicate<Refusing> isEnough)
    {
        OthersHosts[] together =
        [
            .. from hop in refusing
               where hop.IsOthers
               from part in hop.ByHost
               group part by part.Refusals[0].Message.Host into host
               where host.Count() > MostToldSingly
               select new OthersHosts(host.Key, [.. host]),
        ];
        var told = together.SelectMany(host => host.Hops.Select(hop => (hop.Hop, host.Host))).ToHashSet();
        return (together,
            [
                .. from hop in refusing
                   let left = hop with { Refusals = [.. hop.Refusals.Where(refusal => !told.Contains((hop.Hop, refusal.Message.Host)))] }
                   where isEnough(left)
                   select left,
            ]);
    }

    /// <summary>In the order of time.</summary>
    public Refusal[] Refusals => field ??= [.. Hops.SelectMany(hop => hop.Refusals).OrderBy(refusal => refusal.Time)];

    public Seen Seen => Seen.Lines(Refusals.Length, Hops.Select(hop => hop.Refusals[0].Line), Refusals[0].Time, Refusals[^1].Time);

    /// <summary>Those that refused most come first.</summary>
    public string Named => Telling.Some(Hops.OrderByDescending(hop => hop.Refusals.Length).ThenBy(hop => hop.Hop.Name, StringComparer.Ordinal)
        .Select(hop => hop.Hop.Name));

    public string[] Names => [.. Hops.Select(hop => hop.Hop.Name)];

    /// <summary>Probes of senders are among it.</summary>
    public bool WereAskedForSenders => Refusals.Any(refusal => refusal.IsForSender);

    /// <summary>What helps where many hosts refuse this one.</summary>
    public IReadOnlyList<Fix> Fixes =>
    [
        new("Read in the replies which block list has this host, and ask there why. First end the cause, such as notices to forged senders (BKS001), then have the address taken off.",
            "mxaudit explain BKS001"),
        new("Give this host a name that resolves to its address and back, and let it greet with that name.", "postconf myhostname smtp_helo_name"),
        .. WereAskedForSenders
            ? [new Fix("Do not ask other people's hosts whether their users exist: take reject_unverified_sender out of the lists. See VRF015.",
                "postconf smtpd_sender_restrictions smtpd_recipient_restrictions")]
            : Array.Empty<Fix>(),
    ];
}
