using Sprache;

namespace MxAudit.Input;

/// <summary>A place in a text of one line that a grammar reads.</summary>
/// <remarks>
/// Sprache's own input makes a dictionary for each character that it passes, and goes from one place to another by passing all between:
/// a grammar that looks ahead from every place would take gigabytes for a line of 8 KB.
/// </remarks>
internal sealed class GrammarInput(string source, int position) : IInput
{
    private Dictionary<object, object>? _memos;

    public string Source => source;

    public int Position => position;

    public int Line => 1;

    public int Column => position + 1;

    public bool AtEnd => position == source.Length;

    public char Current => source[position];

    public IDictionary<object, object> Memos => _memos ??= [];

    public IInput Advance() =>
        AtEnd ? throw new InvalidOperationException("The text ends here.") : new GrammarInput(source, position + 1);

    public bool Equals(IInput? other) => other is not null && other.Position == position && ReferenceEquals(other.Source, source);

    public override bool Equals(object? obj) => Equals(obj as IInput);

    public override int GetHashCode() => position;
}

internal static class ParserExtensions
{
    /// <summary>Reads a text from its first character; what follows what was read is not looked at.</summary>
    public static IResult<T> ReadFrom<T>(this Parser<T> parser, string text) => parser(new GrammarInput(text, 0));

    /// <summary>The same text, read from another place on.</summary>
    public static IInput MovedTo(this IInput input, int position) => position == input.Position ? input : new GrammarInput(input.Source, position);
}
