using System.Text.RegularExpressions;
using MxAudit.Config.Syntax;

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
                Try(setting.Name, null);
                if (CommentIn(setting.Name, setting.Value) is { } comment
                    && !_noticed.Any(remark => remark.Kind == ConfigRemarkKind.BadValue && remark.Subject == setting.Name))
                    Notice(new ConfigRemark(ConfigRemarkKind.CommentInValue, setting.Name,
                        $"{setting.Name}: '#' begins a comment only at the beginning of a line. Here it is part of the value, and so is what follows: {Redaction.OfText(comment)}.",
                        setting.Place));
            }
            foreach (var service in Services)
                foreach (string name in service.Overrides.Keys) Try(name, service);
            NoticeOddBlanks();
            NoticeSmallMailboxes();
            NoticeUnknownParameters();
            NoticeBadNetworks(null);
            foreach (var service in SmtpdServices.Where(service => service.Overrides.ContainsKey("mynetworks")).Take(MostServices)) NoticeBadNetworks(service);
            // of a parameter that is no parameter of Postfix, whatever refers to it is told
            return _oddities = [.. Remarks.Where(remark => remark.Kind != ConfigRemarkKind.BadMacro || HasReader(remark.Subject))];
        }
    }

    private void NoticeBadNetworks(MasterEntry? service)
    {
        if (!IsExplicit("mynetworks", service)) return;
        foreach (var fault in TrustedNetworksOf(service).Faults)
            Notice(new ConfigRemark(ConfigRemarkKind.BadNetwork, fault.Text,
                $"mynetworks: Postfix can not read {fault.Text}, since {fault.Why}. permit_mynetworks answers 451 (Temporary lookup failure) to all {(fault.Text.StartsWith('[') ? "IPv6 clients" : "clients")} that no word before it names.",
                fault.Place));
    }

    /// <summary>mynetworks with the networks that were meant; null where that is not known, or it is not written in main.cf alone.</summary>
    public string? CorrectedNetworks
    {
        get
        {
            if (!IsExplicit("mynetworks") || WordsOf("mynetworks") is not { } words) return null;
            var faults = TrustedNetworks.Faults;
            return faults.All(fault => fault.Meant.Length > 0 && words.Any(word => word.Written.TrimStart('!') == fault.Text))
                ? string.Join(' ',
                    words.Select(word => faults.Find(fault => fault.Text == word.Written.TrimStart('!')) is { } bad
                        ? word.Written.Replace(bad.Text, bad.Meant, StringComparison.Ordinal) : word.Written))
                : null;
        }
    }

    private static readonly string[] Lists = ["relay_domains", "mydestination", "mynetworks", "virtual_alias_domains", "virtual_mailbox_domains",
        "inet_interfaces", "proxy_interfaces"];

    /// <summary>Lists and tables that smtpd reads when it starts.</summary>
    internal static bool IsListForSmtpd(string name) => Lists.Contains(name) || Vital.Contains(name) || name is "relayhost" or "relay_recipient_maps"
        or "local_recipient_maps" or "virtual_alias_maps" or "virtual_mailbox_maps" or "canonical_maps" or "recipient_canonical_maps" or "relocated_maps";

    /// <summary>Every program reads these when it starts, and ends when they are no names, levels or protocols (smtpd of 3.7.11).</summary>
    private static readonly string[] Vital =
        ["inet_interfaces", "inet_protocols", "myhostname", "mydomain", "myorigin", "compatibility_level", "queue_directory", "mail_owner", "setgid_group"];

    private static readonly string[] Choices =
        ["smtp_tls_security_level", "smtpd_tls_security_level", "mynetworks_style", "relayhost", "relay_transport", "default_transport",
            "local_transport", "virtual_transport"];

    /// <summary>
    /// What is behind the value of a parameter that can have no <c>#</c>. Banners and reasons may have one; restrictions and tables are complained of already.
    /// </summary>
    private static string? CommentIn(string name, string value) =>
        Lists.Contains(name) || Vital.Contains(name) || Choices.Contains(name) ? CommentBehind(value) : null;

    private static string? CommentBehind(string value) => CommentSign().Match(value) is { Success: true } sign ? value[sign.Index..] : null;

    [GeneratedRegex(@"(?:^|\s)#")]
    private static partial Regex CommentSign();

    /// <summary>
    /// The value without the comment behind it; null where there is none or Postfix could not read what is left, and of a list, whose words may go on
    /// in the next line.
    /// </summary>
    public string? WithoutComment(string name) =>
        IsExplicit(name) && (name == "inet_interfaces" || !Lists.Contains(name)) && CommentBehind(Value(name)) is { } comment
        && Value(name)[..^comment.Length].Trim() is var value && CanBe(name, value) ? value : null;

    /// <summary>The value with <c>$$</c> where a <c>$</c> begins no macro, as at the end of a pattern; null where that does not mend it.</summary>
    public string? WithPlainDollars(string name, MasterEntry? service)
    {
        string value = LoneDollar().Replace(Value(name, service), "$$$$");
        try { new MacroExpansion(inner => ValueIn(inner, service)).Expand(value); }
        catch (MacroException) { return null; }
        return value;
    }

    [GeneratedRegex(@"(?<!\$)\$(?![A-Za-z0-9_({$])")]
    private static partial Regex LoneDollar();

    /// <summary>A value that lets no program of Postfix start.</summary>
    public static bool StopsAll(ConfigRemark remark) =>
        remark.Kind is ConfigRemarkKind.CommentInValue or ConfigRemarkKind.BadValue && Vital.Contains(remark.Subject);

    private static readonly string[] Protocols = ["ipv4", "ipv6", "all"];

    private void Try(string name, MasterEntry? service)
    {
        if (HasReader(name)) ExpandedFor(service, name);
        if (ReaderOf(name) is { } program && !Services.Any(other => other.Command == program)) return; // nobody reads it
        TryType(name, service);
        TryLimits(name, service);
    }

    /// <summary>The one program that reads a parameter, where its name tells; null: several may, or one that always runs.</summary>
    private static string? ReaderOf(string name) => name.Split('_')[0] switch
    {
        "postscreen" or "qmqpd" or "lmtp" or "dnsblog" or "tlsproxy" or "anvil" => name.Split('_')[0],
        "virtual" when name is "virtual_minimum_uid" or "virtual_mailbox_limit" or "virtual_mailbox_lock" => "virtual",
        "qmgr" when name is "qmgr_fudge_factor" => "oqmgr",
        _ => null,
    };

    private void TryType(string name, MasterEntry? service)
    {
        if (name == "inet_protocols" && service is null && CommentIn(name, Value(name)) is null && List(name).Except(Protocols).Any())
            Notice(new ConfigRemark(ConfigRemarkKind.BadValue, name,
                $"{Shown(name)} is not ipv4, ipv6 or all: Postfix ends with a fatal error.", PlaceOf(name)));
        switch (ParameterKinds.Of(name))
        {
            case ParameterKind.Switch: Bool(name, service); break;
            case ParameterKind.Number: Int(name, service); break;
            case ParameterKind.Time: Time(name, service); break;
        }
    }
}
