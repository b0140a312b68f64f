using MxAudit.Config.Smtpd;

namespace MxAudit.Advice;

/// <summary>One configuration, and what it was seen to do.</summary>
/// <param name="Key">For scripts; never changes.</param>
/// <param name="Answers">One for each of <see cref="OutageAnswer.Cases"/>; "-" where there is none, and "not run" where it was not tried.</param>
/// <param name="Domains">Those of this host that it holds for now.</param>
public sealed record MeasuredRow(string Key, string Configuration, IReadOnlyList<string> Answers, IReadOnlyList<string> Domains)
{
    public bool IsThisHost => Domains.Count > 0;
}

/// <summary>The recipe's open question: how to accept mail while the primary is down. Measured, the truth taken from senders and mailboxes.</summary>
public sealed record OutageAnswer(IReadOnlyList<MeasuredRow> Rows, string Here)
{
    /// <summary>The release of Postfix.</summary>
    public const string MeasuredOn = "3.7.11";

    public const string Question = "How can this host accept mail while the primary is down, and still refuse unknown recipients while it is up?";

    public const string Short =
        "unverified_recipient_defer_code = 250 is what the recipe looked for, but only with address_verify_negative_cache = yes. Together with the recipe's address_verify_negative_cache = no it accepts every unknown "
        + "recipient, with the primary up as well. unverified_recipient_tempfail_action = permit is no legal value: smtpd dies.";

    public const string TradeOff =
        "What is accepted unverified during an outage is bounced after it, and the senders of junk are forged: that is backscatter. The defer code 250 keeps accepting unknown recipients that were probed during the outage "
        + "until the result is tried again (address_verify_negative_refresh_time, 3 hours by default), and it accepts them whenever the primary is slow. The defer code 450 loses nothing: senders of new recipients try again, and "
        + "recipients that were verified before are accepted all through the outage, since good results are kept (address_verify_positive_expire_time). So: a list of recipients (relay_recipient_maps) where you can have one; it accepts "
        + "valid users and refuses unknown ones, primary up or down. Else 450 and a long positive cache. 250 only if missing the first mail to a new user for the length of an outage is worse than being listed for backscatter; then with "
        + "a short address_verify_negative_refresh_time and address_verify_poll_count = 8.";

    public const string Legend =
        "Unknown: an address that does not exist on the primary. Valid: one that does, and was not verified before the outage. \"250, bounces\": accepted, and a notice goes to the sender.";

    public static IReadOnlyList<string> Cases { get; } =
    [
        "primary up: unknown", "down: valid", "down: unknown", "after it: unknown, probed during it",
        "after it: valid, probed during it", "slow primary: unknown",
    ];

    private static readonly (string Key, string Configuration, string[] Answers)[] Measured =
    [
        ("negative-cache-off", "the recipe as written: negative cache off, defer code 450",
            ["450 after 6 s, never 550", "450", "450", "450", "250", "not run"]),
        ("tempfail-permit", "unverified_recipient_tempfail_action = permit", ["smtpd dies, no mail at all", "-", "-", "-", "-", "-"]),
        ("negative-cache-off-250", "negative cache off, defer code 250", ["250, bounces (6 s)", "250", "250, bounces", "250, bounces", "250", "250, bounces"]),
        ("negative-cache-on-250", "negative cache on, defer code 250",
            ["550", "250", "250, bounces", "250, bounces (stale for 3 h)", "250", "250, bounces (first try), then 550"]),
        ("negative-cache-on-450", "negative cache on, defer code 450 (the default)",
            ["550", "450", "450", "450 (stale)", "450 (stale for 3 h)", "450, then 550"]),
        ("negative-cache-on-250-tuned", "negative cache on, defer code 250, short address_verify_negative_refresh_time, address_verify_poll_count = 8",
            ["550", "250", "250, bounces", "250 once, then 550", "250", "550 (12 s)"]),
        ("only-warns", "warn_if_reject reject_unverified_recipient", ["250, bounces", "250", "250, bounces", "-", "-", "-"]),
        ("recipient-list", "relay_recipient_maps", ["550", "250", "550", "550", "250", "-"]),
    ];

    internal static OutageAnswer For(AdvisedHost host)
    {
        var here = DomainsByRow(host).ToLookup(pair => pair.Key, pair => pair.Domain);
        return new OutageAnswer(
            [.. Measured.Select(row => new MeasuredRow(row.Key, row.Configuration, row.Answers, [.. here[row.Key].Distinct()]))], Told(host, here));
    }

    private static IEnumerable<(string Key, string Domain)> DomainsByRow(AdvisedHost host)
    {
        if (host.Config is null)
        {
            if (host.IllegalActions.Length > 0 && host.WhyNoMailIsTaken.Length > 0) return [("tempfail-permit", "every domain")];
            return host.Mail?.Totals.Probes.NotCached > 0
                ? [(host.Found("VRF002") ? "negative-cache-off-250" : "negative-cache-off", "every verified domain")] : [];
        }
        if (host.IllegalActions.Length > 0) return host.RelayedNames.Select(domain => ("tempfail-permit", domain));
        return host.Doors.Select(door => (KeyOf(host, door), door.Domain));
    }

    private static string KeyOf(AdvisedHost host, Rules.Door door)
    {
        if (AdvisedHost.IsByList(door)) return "recipient-list";
        bool tuned = host.Configuration.Time("address_verify_negative_refresh_time") <= TimeSpan.FromMinutes(15)
            && host.Configuration.Int("address_verify_poll_count") >= 8;
        return door.Verification switch
        {
            VerificationEffect.OnlyDefers => "negative-cache-off",
            VerificationEffect.SwitchedOff => host.Configuration.Bool("address_verify_negative_cache") ? "" : "negative-cache-off-250",
            VerificationEffect.AcceptsUnknown => tuned ? "negative-cache-on-250-tuned" : "negative-cache-on-250",
            VerificationEffect.OnlyWarns => "only-warns",
            VerificationEffect.Full => "negative-cache-on-450",
            _ => "",
        };
    }

    private static string Told(AdvisedHost host, ILookup<string, string> here)
    {
        if (here.Any(row => row.Key.Length > 0))
            return here[""].Any()
                ? $"Not in the table, since unknown recipients are accepted at any time or it can not be told: {string.Join(", ", here[""].Distinct())}."
                : host.Verification == VerificationEffect.Full && CodeOf(host) / 100 == 4
                ? "Where the table says 550, this host still answers 450, since unverified_recipient_reject_code says so." : "";
        if (host.Config is null) return "Which row this host is in can not be told without its configuration.";
        return host.Doors.Count == 0
            ? "This host relays for no domain that mail could come in for: it is in none of the rows."
            : "This host is in none of the rows: it accepts every recipient at any time, known or not, and bounces afterwards what the primary refuses; or what decides can not be read here.";
    }

    private static long CodeOf(AdvisedHost host) =>
        host.Configuration.Int("unverified_recipient_reject_code", host.Doors.Count > 0 ? host.Doors[0].Service : null);
}
