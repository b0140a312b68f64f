using System.Globalization;

namespace MxAudit.Config;

/// <summary>A release of Postfix, or a compatibility level, which is written the same way since 3.6. Missing parts are 0.</summary>
public readonly record struct PostfixVersion(int Major, int Minor = 0, int Patch = 0) : IComparable<PostfixVersion>
{
    /// <summary>What is assumed when nothing tells the release.</summary>
    public static PostfixVersion Assumed { get; } = new(3, 10);

    /// <summary>Reads <c>3.7.11</c>, <c>3.12-20260821</c>, <c>2</c>; null for anything else.</summary>
    public static PostfixVersion? Read(string text)
    {
        string[] parts = text.Trim().Split('-')[0].Split('.');
        if (parts.Length > 3) return null;
        Span<int> numbers = [0, 0, 0];
        for (int i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        return new PostfixVersion(numbers[0], numbers[1], numbers[2]);
    }

    public int CompareTo(PostfixVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public static bool operator <(PostfixVersion one, PostfixVersion other) => one.CompareTo(other) < 0;
    public static bool operator >(PostfixVersion one, PostfixVersion other) => one.CompareTo(other) > 0;
    public static bool operator <=(PostfixVersion one, PostfixVersion other) => one.CompareTo(other) <= 0;
    public static bool operator >=(PostfixVersion one, PostfixVersion other) => one.CompareTo(other) >= 0;

    public override string ToString() => Patch == 0 ? $"{Major}.{Minor}" : $"{Major}.{Minor}.{Patch}";
}
