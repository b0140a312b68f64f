using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

/// <summary>What a next hop said when it refused this host: not every such reply is about a block list.</summary>
internal static class SaidOfThisHost
{
    private static readonly string[] NoRelay = ["relay access denied", "relaying denied", "unable to relay", "relay not permitted", "not permitted to relay"];
    private static readonly string[] Encryption = ["starttls", "tls required", "tls is required", "requires tls", "must use tls", "requires encryption", "encryption required",
        "encryption is required", "encryption needed", "tls connection", "use tls"];
    private static readonly string[] Login = ["said: 530", "authentication required", "authentication is required", "must authenticate"];

    /// <summary>In front of what the manual recommends, or instead of it.</summary>
    public static IReadOnlyList<Fix> Fixes(PostfixConfig? config, string hop, IReadOnlyCollection<string> replies, IReadOnlyList<Fix> usual)
    {
        if (WantEncryption(replies))
            return
            [
                Encrypting(config, hop),
                new("See that no table and no service of master.cf says otherwise for this next hop.",
                    "postconf smtp_tls_security_level smtp_tls_policy_maps smtp_tls_per_site smtp_use_tls smtp_discard_ehlo_keywords; postconf -P | grep -F smtp_tls"),
            ];
        if (replies.Count > 0 && replies.All(reply => Has(reply, Login)))
            return
            [
                new($"{hop} wants whoever writes there to log in. A primary must not ask that of its fallback. A relayhost does: then keep relayed mail away from it (RLY006), or log in.",
                    "postconf relayhost transport_maps smtp_sasl_auth_enable smtp_sasl_password_maps"),
            ];
        var fixes = usual.ToList();
        if (replies.Any(reply => Has(reply, NoRelay)))
            fixes.Insert(0, new($"See that {hop} still takes these domains for its own: it says that it does not relay for them, and would say so to anybody then."));
        if (config is not null && config.Expanded("smtp_bind_address").Trim() is { Length: > 0 } address)
            fixes.Insert(0, new($"smtp_bind_address has this host write from {address}: that is the address to exempt, or the setting to take away.", "postconf smtp_bind_address"));
        return fixes;
    }

    /// <summary>All that these next hops refused for good because of this host, they refused for want of TLS.</summary>
    public static bool WantEncryption(MailHistory mail, IReadOnlyCollection<string> hops) =>
        WantEncryption([.. RefusalsForGood(mail, hops).Take(MostRead).Select(mail.ReasonAt)]);

    /// <summary>Not only put off.</summary>
    public static bool RefusedForGood(MailHistory mail, IReadOnlyCollection<string> hops) => RefusalsForGood(mail, hops).Any();

    private static IEnumerable<LinePosition> RefusalsForGood(MailHistory mail, IReadOnlyCollection<string> hops) =>
        mail.ProbesAgainstThisHost.Where(probe => probe.NextHop is { } hop && hops.Contains(hop.Name)).Select(probe => probe.Line)
            .Concat(mail.BouncesFor(ReasonClass.HostRejected).Concat(mail.BouncesFor(ReasonClass.Tls))
                .Where(bounced => bounced.NextHop is { } hop && hops.Contains(hop.Name)).Select(bounced => bounced.LastLine));

    private static bool WantEncryption(IReadOnlyCollection<string> replies) => replies.Count > 0 && replies.All(reply => Has(reply, Encryption));

    /// <summary>Replies are read again from the log.</summary>
    private const int MostRead = 20;

    private const string Level = "smtp_tls_security_level";

    /// <summary>No level is set where there is one: dane, or encrypt, is more than may. Without one smtp_enforce_tls counts, as before 2.3.</summary>
    public static Fix Encrypting(PostfixConfig? config, string hop)
    {
        string why = $"{hop} takes mail over TLS only, and this host sends it without.";
        if (config is null) return new($"{why} Encrypt wherever the other side can, if {Level} is empty or none.", Postconf.Set(Level, "may"));
        string[] transports = [config.Expanded("relay_transport").Split(':')[0].Trim(), config.Expanded("default_transport").Split(':')[0].Trim()];
        bool IsWithout(MasterEntry service) => config.ExpandedFor(service, Level).Trim() is var level
            && (level == "none" || (level.Length == 0 && !config.Bool("smtp_enforce_tls", service) && !config.Bool("smtp_use_tls", service)));
        var without = config.Services.Where(service => service.Command == "smtp" && transports.Contains(service.Name) && IsWithout(service))
            .Select(service => ((MasterEntry?)service, Level, (string?)"may")).ToArray();
        return without.Length > 0 ? new($"{why} Encrypt wherever the other side can.", Postconf.SetEach(without))
            : new($"{why} Its {Level} would have it encrypt: find the table (smtp_tls_policy_maps), the service of master.cf or the list of keywords to ignore (smtp_discard_ehlo_keywords) that says otherwise for this next hop.");
    }

    /// <summary>RFC 5321, 4.5.5: notices have no sender, and must be taken.</summary>
    public static IReadOnlyList<Fix> FixesForEmptySender(bool ofProbes) =>
    [
        new("On the primary: take mail with the empty sender. Notices of other mail systems come so, and answers to what its users wrote."),
        .. ofProbes ? [ProbesWithSender] : Array.Empty<Fix>(),
    ];

    public static Fix ProbesWithSender { get; } = new("Let probes have a sender, as by default.", Postconf.Set("address_verify_sender", "$double_bounce_sender"));

    /// <summary>Something with a sender was welcome there.</summary>
    public static bool TakesWithSender(MailHistory mail, NextHop hop) =>
        mail.Recipients.Any(recipient => recipient.Outcome == Outcome.Delivered && recipient.NextHop == hop && recipient.Message.Sender is { Length: > 0 })
        || mail.ProbesWith(ProbeResult.Deliverable).Any(probe => probe.NextHop == hop && probe.Message.Sender is { Length: > 0 });

    private static bool Has(string reply, string[] words) => words.Any(word => reply.Contains(word, StringComparison.OrdinalIgnoreCase));
}
