namespace MxAudit.Log;

/// <summary>What was read and how much of it was understood: the counts that keep the program from being silently wrong.</summary>
public sealed record LogReport
{
    /// <summary>Names of the sources, in reading order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>There was a log; without one all counts are zero and mean nothing.</summary>
    public bool WasRead => Files.Count > 0;
    public required long Lines { get; init; }
    public required long PostfixLines { get; init; }

    /// <summary>Before <c>--since</c> or after <c>--until</c>, and in no other count but <see cref="Lines"/>.</summary>
    public long PostfixLinesOutside { get; init; }

    /// <summary>Of the Postfix lines; those known and of no consequence included.</summary>
    public long UnderstoodLines => PostfixLines - UnreadLines;
    public required long UnreadLines { get; init; }

    /// <summary>Longer than 64 KB, read up to there.</summary>
    public long CutLines { get; init; }

    /// <summary>Those of Postfix: a line of the syslog daemon, as the first of its host, names no instance.</summary>
    public required IReadOnlyList<Origin> Origins { get; init => field = [.. value.Where(origin => origin.Instance.Length > 0)]; }
    public required IReadOnlyList<UnreadShape> Unread { get; init; }
}

/// <summary>Lines that were not understood and look alike.</summary>
/// <param name="Shape">The text with its numbers, ids and addresses emptied.</param>
/// <param name="Example">The text of the first such line.</param>
public sealed record UnreadShape(string Daemon, string Shape, long Count, string Example, Input.LinePosition FirstLine);
