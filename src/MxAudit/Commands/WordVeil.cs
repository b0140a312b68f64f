using MxAudit.Tables;

namespace MxAudit.Commands;

/// <summary>
/// What words about the run pass through on their way to standard error: as they are, or with pseudonyms, complaints on the way out included.
/// </summary>
internal sealed class WordVeil
{
    private Func<IEnumerable<string>, Pseudonyms>? _with;
    private Pseudonyms? _pseudonyms;

    /// <param name="with">Pseudonyms that know these hosts besides.</param>
    public void Begin(Func<IEnumerable<string>, Pseudonyms> with) => (_with, _pseudonyms) = (with, with([]));

    /// <summary>What only the evidence tells: the host's own names that have no dot.</summary>
    public void Know(IEnumerable<string> hosts) => _pseudonyms = _with?.Invoke(hosts);

    public string Of(string words) => _pseudonyms?.InText(words) ?? words;
}
