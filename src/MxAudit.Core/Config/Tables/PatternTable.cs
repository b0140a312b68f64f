using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using MxAudit.Config.Syntax;

namespace MxAudit.Config.Tables;

/// <summary>cidr, regexp and pcre: rules that are tried in turn. A pattern that .NET can not judge in linear time makes the answer unknown.</summary>
internal sealed class PatternTable : LookupTable
{
    private readonly List<Rule> _rules = [];

    private sealed record Rule(bool IsEnd, bool IsCondition, Func<string, bool?> Fits, string Shown, string Value, Place Place)
    {
        /// <summary>The value for a key that fits, where it has <c>$1</c> and the like.</summary>
        public Func<string, string>? Fill { get; init; }
    }

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
        if (read is null || (!read.IsCondition && read.Value.Length == 0) || IsPassedOver(read))
        {
            remarks.Add(new ConfigRemark(ConfigRemarkKind.TableLineWithoutValue, Shown, "Postfix can not read this line of the table.", place));
            return;
        }
        var regex = Type == "cidr" ? null : Compiled(read.Pattern, read.Flags);
        var parts = Type == "cidr" || read.IsCondition ? [] : MacroGrammar.Read(read.Value)!;
        if (regex is not null && HighestIn(parts) >= regex.GetGroupNumbers().Length)
        {
            remarks.Add(new ConfigRemark(ConfigRemarkKind.TableLineWithoutValue, Shown,
                "Postfix passes this line of the table over: its pattern has no such group.", place));
            return;
        }
        Func<string, bool?> fits = Type == "cidr" ? Network(read.Pattern) : key => regex is null ? null : IsMatch(regex, key);
        _rules.Add(new Rule(false, read.IsCondition, key => fits(key) is { } yes ? yes != read.IsNegated : null,
            $"{(read.IsCondition ? "if " : "")}{(read.IsNegated ? "!" : "")}{read.Pattern}", read.Value, place)
        {
            Fill = regex is not null && read.Value.Contains('$') ? key => Filled(parts, regex.Match(key)) : null,
        });
    }

    /// <summary>dict_cidr.c: bits behind the mask. dict_regexp.c, dict_pcre.c: an option or a replacement that is none.</summary>
    private bool IsPassedOver(PatternLine line) =>
        Type == "cidr" ? NetworkText.HasBitsBehindMask(line.Pattern)
            : line.Flags.Any(flag => !(Type == "pcre" ? "imsxAEUX" : "imx").Contains(flag)) || (!line.IsCondition && !CanBeFilled(line));

    /// <summary>Where nothing may match there is no group either.</summary>
    private static bool CanBeFilled(PatternLine line) =>
        MacroGrammar.Read(line.Value) is { } parts && parts.All(IsReplacement) && !(line.IsNegated && HighestIn(parts) > 0);

    private static bool IsReplacement(MacroPart part) =>
        part is PlainPart or NamePart { IfSet: null, IfEmpty: null } && (part is not NamePart named || NumberOf(named) > 0);

    private static int NumberOf(NamePart part) => int.TryParse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static int HighestIn(IReadOnlyList<MacroPart> parts) => parts.OfType<NamePart>().Select(NumberOf).DefaultIfEmpty().Max();

    /// <summary><c>$1</c>, <c>${1}</c> and <c>$(1)</c> are what the group matched, and <c>$$</c> is a <c>$</c>.</summary>
    private static string Filled(IReadOnlyList<MacroPart> parts, Match match) =>
        string.Concat(parts.Select(part => part is NamePart group ? match.Groups[NumberOf(group)].Value : ((PlainPart)part).Text));

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
                case true when !rule.IsCondition: return Lookup.Found(new TableEntry(key, rule.Fill?.Invoke(key) ?? rule.Value, rule.Place));
            }
        }
        return Lookup.Absent;
    }

    private static Func<string, bool?> Network(string pattern)
    {
        if (NetworkText.Read(pattern) is not { } network) return _ => null;
        return key => IPAddress.TryParse(key, out var address) && network.Contains(address);
    }

    /// <summary>Not case sensitive unless the flag <c>i</c> says so: in Postfix it turns things round. Null: not for linear time, or not to be read.</summary>
    private Regex? Compiled(string pattern, string flags)
    {
        var options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
        if (!flags.Contains('i')) options |= RegexOptions.IgnoreCase;
        if (flags.Contains('x') && Type == "regexp") return null; // an old, basic expression
        if (flags.Contains('x')) options |= RegexOptions.IgnorePatternWhitespace;
        if (pattern.Length > 4000) return null;
        try { return new Regex(WithoutPosixNames(pattern), options, TimeSpan.FromMilliseconds(100)); }
        catch (Exception notForUs) when (notForUs is ArgumentException or NotSupportedException) { return null; }
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
