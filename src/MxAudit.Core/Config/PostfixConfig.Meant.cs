using System.Globalization;
using System.Text.RegularExpressions;
using MxAudit.Config.Syntax;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>What was meant by a value that ends a program, where that can be told: to take it out would lose what it says.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>The value as Postfix writes it; null: only whoever wrote it can know.</summary>
    public string? ValueMeant(string name, MasterEntry? service)
    {
        if (service is null && WithoutComment(name) is { } plain) return plain;
        if (MeantForMailboxes(name, service) is { } size) return size;
        string written = Value(name, service);
        if (CommentBehind(written) is { } comment) written = written[..^comment.Length];
        if (written.Contains('$')) return null;
        string text = written.Trim().Trim('"', '\'');
        if (IsTooLarge(name, text)) return ParameterLimits.MostOf(name);
        string? meant = ParameterKinds.Of(name) switch
        {
            ParameterKind.Switch => SwitchMeant(text),
            ParameterKind.Number => NumberMeant(name, text),
            ParameterKind.Time => TimeMeant(text),
            _ => ParameterLimits.ChoicesFor(name) is not null ? SwitchMeant(text) switch { "yes" => "may", "no" => "none", _ => text }
                : TablesMeant(name, service),
        };
        return meant is { Length: > 0 } && meant != written.Trimmed() && CanBe(name, meant) ? meant : null;
    }

    private static string? SwitchMeant(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "y" or "on" or "true" or "1" or "enable" or "enabled" => "yes",
        "no" or "n" or "off" or "false" or "0" or "disable" or "disabled" => "no",
        _ => null,
    };

    /// <summary><c>50M</c> of what is counted in bytes, and <c>52,428,800</c>.</summary>
    private static string? NumberMeant(string name, string text)
    {
        if (!IsInBytes(name)) return text;
        if (Grouped().IsMatch(text)) return string.Concat(text.Where(char.IsAsciiDigit));
        if (Size().Match(text) is not { Success: true } size || !long.TryParse(size.Groups["n"].Value, out long number)) return text;
        int bits = char.ToUpperInvariant(size.Groups["unit"].Value[0]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return number <= long.MaxValue >> bits ? (number << bits).ToString(CultureInfo.InvariantCulture) : null;
    }

    private static bool IsInBytes(string name) =>
        name.EndsWith("_size_limit", StringComparison.Ordinal) || name is "virtual_mailbox_limit" or "queue_minfree" or "lmdb_map_size";

    [GeneratedRegex(@"^(?<n>[0-9]+)\s*(?<unit>[KMG]i?B?|B(ytes)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    [GeneratedRegex(@"^[0-9]{1,3}(?:[,_' ][0-9]{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();

    /// <summary><c>5 min</c>, <c>4H</c>. <c>5M</c> may be months.</summary>
    private static string? TimeMeant(string text) => Span().Match(text) is not { Success: true } span ? text
        : span.Groups["unit"].Value is "M" ? null : span.Groups["n"].Value + char.ToLowerInvariant(span.Groups["unit"].Value[0]);

    [GeneratedRegex(@"^(?<n>[0-9]+)\s*(?<unit>s(ec(ond)?s?)?|m(in(ute)?s?)?|h((ou)?rs?)?|d(ays?)?|w(eeks?)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Span();

    /// <summary>A file of keys wants the type of its table in front. What kind of patterns a file has is not known, nor what makes aliases of it.</summary>
    private string? TablesMeant(string name, MasterEntry? service)
    {
        if (!ParameterLimits.IsOfTables(name) || name is "alias_maps" or "local_recipient_maps" || !TableShelf.IsCompiled(TableTypeForFixes)
            || !(name.EndsWith("_maps", StringComparison.Ordinal) || name is "relay_clientcerts")) return null;
        var words = List(name, service);
        return words.All(word => word.Contains(':') || word.StartsWith('/'))
            ? string.Join(", ", words.Select(word => word.Contains(':') ? word : $"{TableTypeForFixes}:{word}")) : null;
    }
}
