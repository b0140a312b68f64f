using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>What the syslog daemons write in place of lines that are equal to the one before.</summary>
internal static class RepeatedGrammar
{
    /// <summary><c>last message repeated 3 times</c>, <c>last message buffered 3 times</c>, <c>--- last message repeated 1 time ---</c></summary>
    private static readonly Parser<long> Classic =
        Lit("--- ").Optional().Then(_ => Lit("last message ")).Then(_ => Lit("repeated ").Or(Lit("buffered "))).Then(_ => Number);

    /// <summary><c>Last message 'NOQUEUE: reject: RCP' repeated 3 times, suppressed by syslog-ng on mx2</c></summary>
    private static readonly Parser<long> OfSyslogNg =
        from start in Lit("Last message '")
        from text in Rest
        let end = text.LastIndexOf("' repeated ", StringComparison.Ordinal)
        where end >= 0 && text.IndexOf(" times, suppressed by syslog-ng on ", StringComparison.Ordinal) > end
        let times = Number.ReadFrom(text[(end + "' repeated ".Length)..])
        where times.WasSuccessful
        select times.Value;

    private static readonly Parser<long> Times = Classic.Or(OfSyslogNg).Where(times => times is >= 1 and <= int.MaxValue);

    private static readonly Parser<string> Repeated = Rest.Where(IsRepeated);

    private static readonly Parser<long> WhereTheTagWouldStand = HeaderGrammar
        .Behind(HeaderGrammar.BehindPriority(Repeated, HeaderGrammar.BehindHost(Repeated).Or(Repeated)), NoText).Select(text => Times.Parse(text));

    /// <summary>rsyslog before 7, syslog-ng.</summary>
    private static readonly Parser<long> BehindTag =
        from header in HeaderGrammar.Header
        from text in Rest
        let message = (ColourGrammar.Without(text) ?? text).TrimStart(' ')
        where IsRepeated(message) && !message.StartsWith('-')
        select Times.Parse(message);

    /// <summary>Mac OS X before 10.9: <c>Jan 22 07:54:32: --- last message repeated 5 times ---</c></summary>
    private static readonly Parser<long> BehindColon =
        Parse.AnyChar.Repeat(15).Then(_ => Lit(": ")).Then(_ => Ahead(Lit("--- "))).Then(_ => Times);

    private static bool IsRepeated(string text) => Times.ReadFrom(text).WasSuccessful;

    private static Parser<string> NoText => input => Result.Failure<string>(input, "no text", []);

    internal static readonly Parser<Said> LastRepeated =
        from times in WhereTheTagWouldStand.Or(BehindTag).Or(BehindColon)
        from rest in Rest
        select Said.Say(EventKind.RepeatedLast, ("repeats", Plain(times)));
}
