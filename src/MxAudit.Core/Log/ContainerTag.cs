using System.Buffers;

namespace MxAudit.Log;

/// <summary>
/// The tag that docker's syslog driver, or rsyslog in front of it, gives to what a container writes: <c>3f2a1b9c8d7e[1234]: </c>; socklog's is the priority
/// of what syslog was given: <c>mail.info: </c>. A line of its own follows.
/// Other programs begin their lines with words of strangers; such words never become lines of Postfix.
/// </summary>
internal static class ContainerTag
{
    private const int LengthOfId = 12;
    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The short id of a container, a name that begins with docker or podman, or a priority that mail can have.</summary>
    public static bool IsOne(ReadOnlySpan<byte> name) =>
        name.StartsWith("docker"u8) || name.StartsWith("podman"u8) || (name.Length == LengthOfId && name.IndexOfAnyExcept(Hexadecimal) < 0)
        || (SyslogPriority.IsPriority(name) && (name.StartsWith("mail."u8) || name.StartsWith("local"u8)));
}
