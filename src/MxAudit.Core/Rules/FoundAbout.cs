using System.Net;

namespace MxAudit.Rules;

/// <summary>
/// Which finding of a rule is about a domain or a next hop, the first of them. There may be one for each of a hundred thousand domains, and each of as many
/// asks.
/// </summary>
internal sealed class FoundAbout
{
    private readonly IReadOnlyList<Finding> _found;

    /// <summary>By the place among the findings. A name with a dot in front stands for any below.</summary>
    private readonly Dictionary<string, int> _named = new(StringComparer.OrdinalIgnoreCase), _above = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _ofAll = int.MaxValue;

    public FoundAbout(IReadOnlyList<Finding> found)
    {
        _found = found;
        for (int i = found.Count - 1; i >= 0; i--) // the first comes last, and stays
        {
            var finding = found[i];
            foreach (string domain in finding.Domains)
                if (domain.StartsWith('.')) _above[domain[1..]] = i;
                else _named[domain] = i;
            foreach (string name in finding.Together) _named[name] = i;
            if (finding.Together.Count > 0) continue;
            if (IsOfAllMail(finding.Subject)) _ofAll = i;
            _named[finding.Subject] = _above[finding.Subject] = i;
        }
    }

    public Finding? First(string domain, string hop)
    {
        int first = Math.Min(_ofAll, Math.Min(_named.GetValueOrDefault(domain, int.MaxValue), _named.GetValueOrDefault(hop, int.MaxValue)));
        for (int dot = domain.IndexOf('.'); dot >= 0; dot = domain.IndexOf('.', dot + 1))
            first = Math.Min(first, _above.GetValueOrDefault(domain[(dot + 1)..], int.MaxValue));
        return first == int.MaxValue ? null : _found[first];
    }

    /// <summary>A parameter, or the host or an address of it, is about all of its mail.</summary>
    private static bool IsOfAllMail(string subject) => !subject.Contains('.') || IPAddress.TryParse(subject, out _) || subject.Contains('/');
}
