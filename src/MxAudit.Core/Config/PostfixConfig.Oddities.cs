using System.Text.RegularExpressions;

namespace MxAudit.Config;

/// <summary>What Postfix would complain of, or stumble over.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>More smtpd services with lists of their own are no mail server.</summary>
    private const int MostServices = 100;

    private IReadOnlyList<ConfigRemark>? _oddities;

    /// <summary>All that is odd, also where nobody asked yet: every restriction list is read and every value of a known type is tried.</summary>
    public IReadOnlyList<ConfigRemark> Oddities
    {
        get
        {
            if (_oddities is not null) return _oddities;
            foreach (string list in RestrictionLists)
            {
                RestrictionsOf(list);
                foreach (var service in SmtpdServices.Where(service => service.Overrides.ContainsKey(list)).Take(MostServices)) RestrictionsOf(list, service);
            }
            foreach (var setting in Settings)
            {
                TryType(setting.Name, null);
                if (CommentIn(setting) is { } comment)
                    Notice(new ConfigRemark(ConfigRemarkKind.CommentInValue, setting.Name, $"{setting.Name}: '#' begins a comment only at the beginning of a line. Here it is part of the value, and so is what follows: {Redaction.OfText(comment)}.", setting.Place));
            }
            foreach (var service in Services)
                foreach (string name in service.Overrides.Keys) TryType(name, service);
            NoticeBadNetworks(null);
            foreach (var service in SmtpdServices.Where(service => service.Overrides.ContainsKey("mynetworks")).Take(MostServices)) NoticeBadNetworks(service);
            return _oddities = Remarks;
        }
    }

    private void NoticeBadNetworks(MasterEntry? service)
    {
        if (!IsExplicit("mynetworks", service)) return;
        foreach (var fault in TrustedNetworksOf(service).Faults)
            Notice(new ConfigRemark(ConfigRemarkKind.BadNetwork, fault.Text, $"mynetworks: Postfix can not read {fault.Text}, since {fault.Why}. permit_mynetworks answers 451 (Temporary lookup failure) to all {(fault.Text.StartsWith('[') ? "IPv6 clients" : "clients")} that no word before it names.", fault.Place));
    }

    /// <summary>mynetworks with the networks that were meant; null where that is not known, or it is not written in main.cf alone.</summary>
    public string? CorrectedNetworks
    {
        get
        {
            if (!IsExplicit("mynetworks") || WordsOf("mynetworks") is not { } words) return null;
            var faults = TrustedNetworks.Faults;
            return faults.All(fault => fault.Meant.Length > 0 && words.Any(word => word.Written.TrimStart('!') == fault.Text))
                ? string.Join(' ', words.Select(word => faults.Find(fault => fault.Text == word.Written.TrimStart('!')) is { } bad ? word.Written.Replace(bad.Text, bad.Meant, StringComparison.Ordinal) : word.Written)) : null;
        }
    }

    private static readonly string[] Lists = ["relay_domains", "mydestination", "mynetworks", "virtual_alias_domains", "virtual_mailbox_domains", "inet_interfaces", "proxy_interfaces"];

    /// <summary>Null: there is none. Banners and reasons may have a <c>#</c> of their own; restrictions and tables are complained of already.</summary>
    private static string? CommentIn(Setting setting) =>
        Lists.Contains(setting.Name) && (" " + setting.Value).IndexOf(" #", StringComparison.Ordinal) is >= 0 and var at ? setting.Value[at..] : null;

    /// <summary>The default tells the type. Levels are neither numbers nor times: <c>3.6</c>.</summary>
    private void TryType(string name, MasterEntry? service)
    {
        if (name == "compatibility_level" || ParameterDefaults.ByName.GetValueOrDefault(name)?.In(Version) is not { } likeThis) return;
        if (likeThis is "yes" or "no") Bool(name, service);
        else if (Number().IsMatch(likeThis)) Int(name, service);
        else if (Duration().IsMatch(likeThis)) Time(name, service);
    }

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"\A[0-9]+[smhdw]\z")]
    private static partial Regex Duration();
}
