using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit trace</c>: the whole life of the messages that match a key, and the refusals of an address.</summary>
internal sealed class TraceCommand : Verb
{
    private readonly Argument<string[]> _words = new("KEY")
    {
        HelpName = "KEY [LOG...]",
        Arity = ArgumentArity.OneOrMore,
        Description = "A queue id, a Message-ID, an address, or @ and a domain; then logs, as with check",
    };
    private readonly EvidenceOptions _evidence;
    private readonly PseudonymOptions _pseudonyms;
    private readonly PageOptions _page;

    public TraceCommand() : base("trace", "Show the whole life of the messages that match KEY, and what was refused",
    [
        ("mxaudit trace 4FQ8pX1Kz2z9vJr", "one message, its notices and its later lives"),
        ("mxaudit trace alice@example.com mail.log", "every message to or from an address, and every refusal"),
        ("mxaudit trace @example.com --queue live", "every address of a domain, and what of it waits"),
        ("mxaudit trace '<1234@mail.example.com>'", "by Message-ID"),
    ])
    {
        Arguments.Add(_words);
        _page = new PageOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override string Statuses => "0 found, 1 nothing matches, 3 no audit was performed";

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        string[] words = [.. Words.Of(parsed, _words).All];
        if (words[0].Trim().Length == 0) throw new UsageException("KEY is empty: name a queue id, a Message-ID, an address, or @ and a domain.");
        using var audit = Auditing.Run(_evidence.Read(parsed, words[1..], terminal).WithoutRules(), terminal);
        var found = TraceSearch.Find(audit, words[0]);
        if (found.IsEmpty)
        {
            string swapped = Path.Exists(words[0]) ? $" {words[0]} is also a file or folder here: KEY comes first, then the logs." : "";
            CommandLine.Say(terminal, TraceSearch.NothingMatches(words[0], audit) + swapped);
            return ExitStatus.NothingFound;
        }
        terminal = _pseudonyms.Veil(terminal, parsed, audit);
        _page.Write(null, parsed, terminal, page => new TraceWriter(page, audit).Write(found));
        return ExitStatus.Ok;
    }
}
