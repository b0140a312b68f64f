using System.Text.RegularExpressions;

namespace MxAudit.Config;

/// <summary>What Postfix would complain of, or stumble over.</summary>
public sealed partial class PostfixConfig
{
    private static readonly string[] RestrictionLists =
    [
        "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions",
        "smtpd_data_restrictions", "smtpd_end_of_data_restrictions",
    ];

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
            foreach (var setting in Settings) TryType(setting.Name, null);
            foreach (var service in Services)
                foreach (string name in service.Overrides.Keys) TryType(name, service);
            return _oddities = Remarks;
        }
    }

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
