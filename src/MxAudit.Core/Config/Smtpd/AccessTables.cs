using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config.Smtpd;

/// <summary>
/// access(5). The client, its HELO name and its sender are not known here. A stranger is a client that no table names, but a table of HELO
/// names or senders that permits anybody may permit everybody: both can be claimed.
/// </summary>
/// <param name="claim">Null: whatever suits the client.</param>
internal sealed class AccessTables(PostfixConfig config, MasterEntry service, ClientKind client, string recipient, Claim? claim)
{
    /// <summary>An address of RFC 2544, which no mail comes from.</summary>
    private const string NobodysAddress = "198.18.253.77", NobodysName = "unknown";

    internal (StepEffect Effect, TableEntry? Entry, IReadOnlyList<Restriction>? More) Judge(Restriction restriction)
    {
        if (!TableShelf.IsTable(restriction.Argument)) return (StepEffect.Defers, null, null);
        var table = config.TableOf(restriction.Argument, restriction.Name, default);
        var keys = KeysFor(restriction.Name);
        if (keys is null)
            return (table.WhyUnreadable is null && !table.Entries.Concat(table.Patterns).Any(MayPermit) ? StepEffect.MayRefuse : StepEffect.Unknown,
                null, null);
        foreach (var (key, isWhole) in keys)
        {
            if (!isWhole && !table.IsIndexed) continue;
            var found = table.Find(key);
            if (!found.IsKnown) return (StepEffect.Unknown, null, null);
            if (found.Entry is not { } entry) continue;
            var (effect, more) = Action(entry.Value);
            return (effect, entry, more);
        }
        if (restriction.Name == "check_recipient_access"
            && Addresses.DomainOf(recipient) == PostfixConfig.SomeRelayed
            && table.Entries.Concat(table.Patterns).Any())
            return (StepEffect.Unknown, null, null); // it may have an entry for the domain, whatever that is called
        if (claim is null
            && restriction.Name is "check_sender_access" or "check_helo_access"
            && table.Entries.Concat(table.Patterns).FirstOrDefault(MayPermit) is { } open)
            return (StepEffect.MayPermit, open, null);
        return (StepEffect.Passes, null, null);
    }

    private IEnumerable<(string Key, bool IsWhole)>? KeysFor(string restriction) => restriction switch
    {
        "check_recipient_access" => OfAddress(recipient.ToLowerInvariant()),
        "check_sender_access" => OfAddress((claim ?? Claim.Nobodys).Sender.ToLowerInvariant()),
        "check_helo_access" => OfName((claim ?? Claim.Nobodys).HeloName.ToLowerInvariant()),
        "check_client_access" => [.. OfName(NobodysName), .. OfNetwork(client == ClientKind.TrustedClient ? FirstTrusted() : NobodysAddress)],
        "check_reverse_client_hostname_access" => OfName(NobodysName),
        _ => null, // a, mx, ns of names: only DNS tells
    };

    /// <summary>check_mail_access: the address, without extension, the domain and its parents, <c>user@</c>.</summary>
    private IEnumerable<(string, bool)> OfAddress(string address)
    {
        int at = address.LastIndexOf('@');
        yield return (address, true);
        if (at < 0) yield break; // the empty sender
        string? stripped = Addresses.WithoutExtension(address, config.Expanded("recipient_delimiter"));
        if (stripped is not null) yield return (stripped, false);
        foreach (var (key, _) in OfName(address[(at + 1)..])) yield return (key, false);
        yield return (address[..(at + 1)], false);
        if (stripped is not null) yield return (stripped[..(stripped.LastIndexOf('@') + 1)], false);
    }

    private IEnumerable<(string, bool)> OfName(string name)
    {
        yield return (name, true);
        bool bare = config.SubdomainsMatch("smtpd_access_maps");
        for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1)) yield return (bare ? name[(dot + 1)..] : name[dot..], false);
    }

    private static IEnumerable<(string, bool)> OfNetwork(string address)
    {
        yield return (address, true);
        for (int end = address.LastIndexOfAny(['.', ':']); end > 0; end = address.LastIndexOfAny(['.', ':'], end - 1)) yield return (address[..end], false);
    }

    private string FirstTrusted() => config.TrustedNetworksOf(service).Networks is [var first, ..] ? first.BaseAddress.ToString() : "127.0.0.1";

    /// <summary>Entries with a key of their own that may let a client pass.</summary>
    internal IEnumerable<TableEntry> Permitting(Restriction restriction) =>
        TableShelf.IsTable(restriction.Argument) ? config.TableOf(restriction.Argument, restriction.Name, default).Entries.Where(MayPermit) : [];

    private bool MayPermit(TableEntry entry) => Action(entry.Value).Effect is StepEffect.Permits or StepEffect.Unknown;

    private (StepEffect Effect, IReadOnlyList<Restriction>? More) Action(string value)
    {
        string word = value.Split([' ', '\t', ','], 2)[0];
        if (word.Length == 3 && word[0] is '4' or '5' && word.All(char.IsAsciiDigit)) return (word[0] == '5' ? StepEffect.Refuses : StepEffect.Defers, null);
        if (word.Length > 0 && word.All(char.IsAsciiDigit)) return (StepEffect.Permits, null);
        switch (word.ToUpperInvariant())
        {
            case "OK" or "RELAY": return (StepEffect.Permits, null);
            case "REJECT": return (StepEffect.Refuses, null);
            case "DEFER": return (StepEffect.Defers, null);
            case "DEFER_IF_PERMIT": return (StepEffect.Passes, [new Restriction("defer_if_permit", "", false)]);
            case "DISCARD": return (StepEffect.Discards, null);
            case "DUNNO" or "HOLD" or "FILTER" or "REDIRECT" or "PREPEND" or "WARN" or "INFO" or "BCC" or "DEFER_IF_REJECT": return (StepEffect.Passes, null);
        }
        var more = RestrictionGrammar.Read(value, "recipient");
        return more.All(item => RestrictionNames.IsKnown(item.Name) || config.RestrictionClass(item.Name, service) is not null)
            ? (StepEffect.Passes, more)
            : (StepEffect.Defers, null);
    }
}
