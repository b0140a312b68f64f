using System.IO.Enumeration;

namespace MxAudit.Input;

/// <summary>The shell's patterns in the last part of a path, for those who quote them: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!0-9]</c>.</summary>
internal static class NamePattern
{
    public static bool IsPattern(string path) => Path.GetFileName(path).AsSpan().ContainsAny('*', '?', '[');

    /// <summary>The paths that fit, in the order of their names. As in the shell, hidden files want a dot in the pattern.</summary>
    public static List<string> Expand(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) ?? "", namePattern = Path.GetFileName(pattern);
        var listed = new FileSystemEnumerable<string>(folder.Length == 0 ? "." : folder, (ref entry) => entry.FileName.ToString());
        var names = listed.Where(name => (name[0] != '.' || namePattern[0] == '.') && Fits(namePattern, name));
        return [.. names.Order(StringComparer.Ordinal).Select(name => Path.Combine(folder, name))];
    }

    public static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, star = -1, starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, starName) = (p++, n);
            else if (p < pattern.Length && FitsOne(pattern[p..], name[n], out int length)) { p += length; n++; }
            else if (star >= 0) (p, n) = (star + 1, ++starName); // let the last star take one character more
            else return false;
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool FitsOne(ReadOnlySpan<char> pattern, char character, out int length)
    {
        length = 1;
        if (pattern[0] == '?') return true;
        if (pattern[0] != '[') return pattern[0] == character;
        bool negated = pattern.Length > 1 && pattern[1] is '!' or '^';
        int first = negated ? 2 : 1;
        int close = pattern.Length > first ? pattern[(first + 1)..].IndexOf(']') : -1; // a bracket right at the beginning is meant
        if (close < 0) return character == '[';
        var set = pattern.Slice(first, close + 1);
        length = first + set.Length + 1;
        return Contains(set, character) != negated;
    }

    private static bool Contains(ReadOnlySpan<char> set, char character)
    {
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1] == '-';
            if (isRange ? character >= set[i] && character <= set[i + 2] : character == set[i]) return true;
            if (isRange) i += 2;
        }
        return false;
    }
}
