using System.CommandLine;

namespace MxAudit.Commands;

/// <summary>One verb of the command line.</summary>
/// <param name="examples">Shown first by <c>--help</c>: command line and what it does.</param>
internal abstract class Verb(string name, string description, IReadOnlyList<(string CommandLine, string Does)> examples) : Command(name, description)
{
    public IReadOnlyList<(string CommandLine, string Does)> Examples => examples;

    /// <summary>Null: the verb has no names to veil.</summary>
    public PseudonymOptions? Pseudonyms { get; set; }

    /// <summary>What the exit statuses mean.</summary>
    public virtual string Statuses => "0 done, 3 no audit was performed";

    /// <returns>The exit status.</returns>
    public abstract int Run(ParseResult parsed, Terminal terminal);
}
