namespace MxAudit.Rules;

/// <summary>Text as one word of a command for a shell, whatever is in it.</summary>
public static class ShellWord
{
    public static string Quoted(string text) => $"'{text.Replace("'", @"'\''")}'";

    /// <summary>Quoted only where it has to be, and in one line.</summary>
    public static string Of(string text)
    {
        string line = string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 0 && line.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') ? line : Quoted(line);
    }
}
