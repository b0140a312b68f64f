using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>rsyslog's and journald's own words about lines that they threw away.</summary>
internal static class LossGrammar
{
    private static readonly Parser<string> Reporter =
        Lit("rsyslogd")
            .FollowedBy(Ahead(Parse.CharExcept("/[ ").Except(Lit(": ")).Many().Then(_ => Lit("[").Or(Lit(" ")).Or(Lit(": ")).Or(AtEnd))))
            .Or(Lit("systemd-journald")
                .Or(Lit("systemd-journal"))
                .Or(Lit("journal"))
                .Or(Lit("imuxsock"))
                .FollowedBy(Ahead(Lit("[").Or(Lit(" ")).Or(Lit(": ")))));

    private static readonly Parser<string> Reported = Ahead(Reporter).Then(_ => Rest);

    private static readonly Parser<string> Text =
        HeaderGrammar.BehindPriority(Reported, HeaderGrammar.BehindHost(Reported).Or(Ahead(Word.Where(word => word.EndsWith(':'))).Then(_ => Reported)));

    private static readonly Parser<string> Text5424 =
        from host in Until(" ")
        from name in Until(" ").Where(name => Reporter.Or(Lit("journal")).ReadFrom(name + " ").WasSuccessful)
        from process in Until(" ")
        from id in Until(" ")
        from data in HeaderGrammar.StructuredData
        from text in Rest
        select text;

    private static readonly Parser<long> Count =
        Counted("imuxsock lost ").Or(Counted("Suppressed ")).Or(Counted("imjournal: "))
        .Or(Until("begins to drop messages").Or(Until("begin to drop messages")).Select(_ => 0L));

    private static Parser<long> Counted(string before) => Until(before).Then(_ => Number).FollowedBy(Lit(" messages"));

    private static bool IsAboutAnother(string text) =>
        text.IndexOf(" messages from /", StringComparison.Ordinal) is >= 0 and var from && !text[from..].Contains("postfix", StringComparison.Ordinal);

    internal static readonly Parser<Said> LostLines =
        from text in HeaderGrammar.Behind(Text, Text5424)
        let lost = Count.ReadFrom(text)
        where lost.WasSuccessful && !IsAboutAnother(text)
        select Said.Remark(RemarkKind.LinesLost, text.StartsWith("rsyslogd", StringComparison.Ordinal) || text.Contains("imuxsock", StringComparison.Ordinal)
            || text.Contains("imjournal", StringComparison.Ordinal) ? "rsyslogd" : "journald", lost.Value);
}
