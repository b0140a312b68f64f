using System.Globalization;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Numbers and lists as the messages of rules say them.</summary>
internal static class Telling
{
    /// <summary><c>1 notice</c>, <c>76 notices</c>.</summary>
    public static string Count(long number, string one, string? many = null) => $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary><c>1,234</c></summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The two largest units: <c>3 h 20 min</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h",
        { TotalHours: >= 1 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        { TotalMinutes: >= 1 } => span.Seconds == 0 ? $"{span.Minutes} min" : $"{span.Minutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalSeconds} s",
    };

    /// <summary>How often each occurs, the commonest first: <c>user-unknown 76, content 2</c>.</summary>
    public static string Tally(IEnumerable<string> words, int most = 5)
    {
        var counted = words.CountBy(word => word).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        string shown = string.Join(", ", counted.Take(most).Select(pair => $"{pair.Key} {Number(pair.Value)}"));
        return counted.Length <= most ? shown : $"{shown} and {Number(counted.Length - most)} more";
    }

    /// <summary>The first few: <c>a, b, c and 4 more</c>.</summary>
    public static string Some(IEnumerable<string> words, int most = 3)
    {
        string[] all = [.. words.Distinct()];
        string shown = string.Join(", ", all.Take(most));
        return all.Length <= most ? shown : $"{shown} and {Number(all.Length - most)} more";
    }

    /// <summary><c>3 unknown recipients were accepted and bounced.</c>; empty where there are none.</summary>
    public static string Bounced(IReadOnlyCollection<Recipient> recipients, string one = "unknown recipient", string which = "") =>
        recipients.Count == 0 ? "" : $"{Count(recipients.Count, one)}{which} {(recipients.Count == 1 ? "was" : "were")} accepted and bounced.";

    /// <summary>Why a recipient failed for good.</summary>
    public static string Failure(Recipient recipient) => FailureClass(recipient) is var reason && reason == ReasonClass.None ? "expired" : Wording.Of(reason);

    /// <summary>The same as a class; none for what expired.</summary>
    public static ReasonClass FailureClass(Recipient recipient) =>
        recipient.Outcome == Outcome.Expired ? ReasonClass.None : recipient.ReasonClass == ReasonClass.None ? ReasonClass.Other : recipient.ReasonClass;

    /// <summary>What configuration proves, and no line shows; empty where there is no log.</summary>
    public static string NotYet(Evidence evidence) => evidence.Log is null ? "" : "The log does not show it yet.";

    /// <summary>Up to the first full stop with a blank and a capital letter behind it.</summary>
    public static string FirstSentence(string text)
    {
        for (int at = text.IndexOf(". ", StringComparison.Ordinal); at >= 0; at = text.IndexOf(". ", at + 1, StringComparison.Ordinal))
            if (at + 2 < text.Length && char.IsUpper(text[at + 2])) return text[..(at + 1)];
        return text;
    }

    /// <summary>Sentences in a row; empty ones are left out.</summary>
    public static string Sentences(params ReadOnlySpan<string> sentences)
    {
        var said = new List<string>();
        foreach (string sentence in sentences)
            if (sentence.Length > 0) said.Add(sentence);
        return string.Join(" ", said);
    }
}
