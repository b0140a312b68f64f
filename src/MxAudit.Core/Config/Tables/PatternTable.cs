using System.Net;
using System.Text.RegularExpressions;
using MxAudit.Config.Syntax;

namespace MxAudit.Config.Tables;

/// <summary>cidr, regexp and pcre: rules that are tried in turn. A pattern that .NET can not judge in linear time makes the answer unknown.</summary>
internal sealed class PatternTable : LookupTable
{
    private readonly List<Rule> _rules = [];

    private sealed record Rule(bool IsEnd, bool IsCondition, Func<string, bool?> Fits, string Shown, string Value, Place Place);

    internal PatternTable(string type, string name, TableFile? file, string text, string source) : base(type, name)
    {
        var remarks = new List<ConfigRemark>();
        File = file;
        foreach (var line in LogicalLines.Of(text, source, remarks)) Add(line.Text, new Place(source, line.Line), remarks);
        Remarks = remarks;
    }

    /// <summary>Rules that stand in the value itself.</summary>
    internal PatternTable(string type, IEnumerable<string> rules, Place place) : base(type, "{…}")
    {
        var remarks = new List<ConfigRemark>();
        foreach (string rule in rules) Add(rule, place, remarks);
        Remarks = remarks;
    }

    public override IEnumerable<TableEntry> Patterns => _rules.Where(rule => !rule.IsEnd).Select(rule => new TableEntry(rule.Shown, rule.Value, rule.Place));

    public override bool IsIndexed => false;

    private void Add(string line, Place place, List<ConfigRemark> remarks)
    {
        if (line.Trim().Equals("endif", StringComparison.OrdinalIgnoreCase)) { _rules.Add(new Rule(true, false, _ => null, "", "", place)); return; }
        var read = Type == "cidr" ? LookupTableGrammar.ReadCidr(line) : LookupTableGrammar.ReadPattern(line);
        if (read is null || (!read.IsCondition && read.Value.Length == 0) || (Type == "cidr" && NetworkText.HasBitsBehindMask(read.Pattern)))
        {
            remarks.Add(new ConfigRemark(ConfigRemarkKind.TableLineWithoutValue, Shown, "Postfix can not read this line of the table.", place));
            return;
        }
        var fits = Type == "cidr" ? Network(read.Pattern) : Pattern(read.Pattern, read.Flags);
        _rules.Add(new Rule(false, read.IsCondition, key => fits(key) is { } yes ? yes != read.IsNegated : null,
            $"{(read.IsCondition ? "if " : "")}{(read.IsNegated ? "!" : "")}{read.Pattern}", read.Value, place));
    }

    /// <summary>What stands before the name in a pattern for one domain, with or without those below it.</summary>
    private static readonly string[] Openings = [@"^(.*\.)?", @"^(.+\.)?", @"(^|\.)", @"(\.|^)", "^"];

    /// <summary>The domain that a pattern spells: <c>^example\.com$</c>, <c>(^|\.)example\.com$</c>; null where it is none, or one of many.</summary>
    public static string? DomainIn(string pattern)
    {
        if (!pattern.EndsWith('$')
            || Openings.FirstOrDefault(opening => pattern.StartsWith(opening, StringComparison.Ordinal)) is not { } opening
            || pattern.Length <= opening.Length)
            return null;
        string name = pattern[opening.Length..^1].Replace(@"\.", ".", StringComparison.Ordinal).ToLowerInvariant();
        return name.Trim('.').Contains('.') && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') ? name : null;
    }

    protected override Lookup Get(string key)
    {
        int skipping = 0;
        foreach (var rule in _rules)
        {
            if (skipping > 0)
            {
                if (rule.IsCondition) skipping++;
                else if (rule.IsEnd) skipping--;
                continue;
            }
            if (rule.IsEnd) continue;
            switch (rule.Fits(key))
            {
                case null: return Lookup.Unknown;
                case false: skipping = rule.IsCondition ? 1 : 0; break;
                case true when !rule.IsCondition: return Lookup.Found(new TableEntry(key, rule.Value, rule.Place));
            }
        }
        return Lookup.Absent;
    }

    private static Func<string, bool?> Network(string pattern)
    {
        if (NetworkText.Read(pattern) is not { } network) return _ => null;
        return key => IPAddress.TryParse(key, out var address) && network.Contains(address);
    }

    /// <summary>Not case sensitive unless the flag <c>i</c> says so: in Postfix it turns things round.</summary>
    private static Func<string, bool?> Pattern(string pattern, string flags)
    {
        var options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
        if (!flags.Contains('i')) options |= RegexOptions.IgnoreCase;
        if (flags.Contains('x')) options |= RegexOptions.IgnorePatternWhitespace;
        if (pattern.Length > 4000) return _ => null;
        try
        {
            var regex = new Regex(WithoutPosixNames(pattern), options, TimeSpan.FromMilliseconds(100));
            return key => IsMatch(regex, key);
        }
        catch (Exception notForUs) when (notForUs is ArgumentException or NotSupportedException) { return _ => null; }
    }

    private static bool? IsMatch(Regex regex, string key)
    {
        try { return regex.IsMatch(key); }
        catch (RegexMatchTimeoutException) { return null; }
    }

    private static string WithoutPosixNames(string pattern) => pattern
        .Replace("[:alnum:]", "a-zA-Z0-9").Replace("[:alpha:]", "a-zA-Z").Replace("[:digit:]", "0-9").Replace("[:space:]", @"\s")
        .Replace("[:upper:]", "A-Z").Replace("[:lower:]", "a-z").Replace("[:xdigit:]", "0-9a-fA-F");
}
