using Sprache;
using static MxAudit.Log.Grammar.Said;
using static MxAudit.Log.Grammar.TemplateGrammar;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>msg_syslog.c: <c>"%s: %.*s"</c> with <c>warning</c>, <c>error</c>, <c>fatal</c> or <c>panic</c>. Any is known; some state a fact.</summary>
internal static class WarningGrammar
{
    private static Parser<Said> Fact(RemarkKind remark, params string[] formats) => AnyOf(formats).Select(subject => Remark(remark, subject));

    /// <summary>The subject is all of the text.</summary>
    private static Parser<Said> Facts(RemarkKind remark, params string[] formats) => TextOf(AnyOf(formats)).Select(text => Remark(remark, text));

    /// <summary>smtp_proto.c; the second before 2.1.</summary>
    private static readonly Parser<Said> OfSmtp =
        (from subject in AnyOf("host %S greeted me with my own hostname%s", "host %S replied to HELO/EHLO with my own hostname%s")
         where subject.Length > 0
         select Remark(RemarkKind.GreetedWithOwnName, subject))
        .Or(Fact(RemarkKind.LoopsBackToMyself, "mailer loop: best MX host for %S is local%s"));

    private static readonly Parser<Said> OfCleanup =
        Fact(RemarkKind.HopcountExceeded, "message rejected: hopcount exceeded%s")
            .Or(Fact(RemarkKind.VerifyServiceTrouble, "verify service update error%s"))
            .Or(Fact(RemarkKind.NoticeFailed, "bounce message failure%s"));

    private static readonly Parser<Said> OfQmgr =
        (from service in Lit("connect to transport ").Then(_ => Until(": ").FollowedBy(Rest).Or(Rest))
         select Remark(RemarkKind.TransportMissing, service[(service.LastIndexOf('/') + 1)..]))
        .Or(Fact(RemarkKind.ActiveQueueClogged, "mail for %S is using up %s"));

    private static readonly Parser<Said> OfMaster = Ahead(Lit("/"))
        .Then(_ => Until(": bad command startup"))
        .FollowedBy(Rest)
        .Select(path => Remark(RemarkKind.BadCommandStartup, path));

    private static readonly Parser<Said> OfSmtpd =
        Fact(RemarkKind.DeprecatedRestriction, "support for restriction \"%S\"%s").Or(Fact(RemarkKind.VerifyServiceTrouble, "verify service failure%s"))
        .Or(from limit in Until(" limit exceeded: ").Where(HasNoBracket)
            from client in AnyOf("%s from %S for service %s")
            select Remark(RemarkKind.ClientLimit, client));

    /// <summary>A stranger's words stand behind his address.</summary>
    private static bool HasNoBracket(string text) => !text.Contains('[', StringComparison.Ordinal);

    private static readonly Parser<Said> OfRewrite = Fact(RemarkKind.DomainInTwoClasses, "do not list domain %S");

    private static readonly Parser<Said> OfBounce = Fact(RemarkKind.NoticeFailed, "sender notification failed to %s", "postmaster notification failed%s",
        "undeliverable postmaster notification discarded%s");

    private static Parser<Said> Of(Daemon daemon) => daemon switch
    {
        Daemon.Smtp or Daemon.Lmtp => OfSmtp,
        Daemon.Cleanup => OfCleanup,
        Daemon.Qmgr => OfQmgr,
        Daemon.Master => OfMaster,
        Daemon.Smtpd => OfSmtpd,
        Daemon.TrivialRewrite => OfRewrite,
        Daemon.Bounce => OfBounce,
        Daemon.Unknown => OfSmtp.Or(OfCleanup).Or(OfQmgr).Or(OfMaster).Or(OfSmtpd).Or(OfRewrite).Or(OfBounce),
        _ => input => Result.Failure<Said>(input, "nothing of its own", []),
    };

    private static readonly Parser<Said> Space = Fact(RemarkKind.QueueSpace, "not enough free space in mail queue%s", "queue file write error%s")
        .Or(Until("No space left on device").Where(HasNoBracket).FollowedBy(Rest).Select(_ => Remark(RemarkKind.QueueSpace, "")));

    /// <summary>One word, or the second of two: <c>relay_domains: hash:/etc/postfix/x</c></summary>
    private static Parser<string> NameBefore(string trouble) =>
        from text in Until(trouble).Where(HasNoBracket)
        let words = text.Split(": ", 2)
        where text.Length > 0 && words.All(word => !word.Contains(' ', StringComparison.Ordinal)) && words[^1].Length > 0
        from rest in Rest
        select words[^1];

    private static readonly Parser<Said> OfAny =
        Fact(RemarkKind.CorruptQueueFile, "saving corrupt file \"%S\"%s", "damaged message: corrupt/%S")
        .Or(Fact(RemarkKind.ServerSilent, "problem talking to server %S: %s", "connect to Milter service %S: %s",
            "connect to proxy filter %S: %s"))
        .Or(Fact(RemarkKind.ServerSilent, "timeout talking to proxy %S", "lost connection with proxy %S"))
        .Or(Facts(RemarkKind.ConfigurationWarning, "unknown smtpd restriction%s", "/%soverriding earlier entry%s", "/%sunused parameter%s",
            "SMTP reply code configuration error%s", "mynetworks: non-null host address bits in %s", "mynetworks: bad mask %s",
            "mynetworks: bad network value in %s"))
        .Or(Rest.Where(text => text.StartsWith("restriction ", StringComparison.Ordinal) && text.EndsWith(" is ignored", StringComparison.Ordinal))
            .Select(text => Remark(RemarkKind.ConfigurationWarning, text)))
        .Or(from table in Until(" ")
            where table.IndexOf(':') is > 0 and var colon && colon + 1 < table.Length
            from trouble in Lit("is unavailable. ").Or(Lit("lookup error for "))
            from rest in Rest
            select Remark(RemarkKind.TableTrouble, table))
        .Or(Ahead(Lit("open database ")).Then(_ => Until(": ").FollowedBy(Rest).Or(Rest)).Select(table => Remark(RemarkKind.TableTrouble, table)))
        .Or(Lit("unsupported dictionary type: ").Then(_ => Rest).Select(type => Remark(RemarkKind.TableTrouble, type.Split('.')[0].Split(' ')[0])))
        .Or(Lit("relay_clientcerts")
            .FollowedBy(Lit(": lookup error for "))
            .FollowedBy(Rest)
            .Or(NameBefore(" map lookup problem"))
            .Or(NameBefore(": table lookup problem").Select(name => name.Split('(')[0]).Where(name => name.Length > 0))
            .Select(table => Remark(RemarkKind.TableTrouble, table)))
        .Or(from table in Lit("table ").Then(_ => Until(" lookup error: ")).Where(name => name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal))
            from rest in Rest
            select Remark(RemarkKind.TableTrouble, table))
        .Or(Space);

    /// <summary>By far the most frequent warning of smtpd, and of no consequence.</summary>
    private static readonly Parser<Said> Hostname = AnyOf("hostname %s").Select(_ => Known);

    /// <summary>cleanup_out.c, and smtpd about the same.</summary>
    private static readonly Parser<Said> TooLarge = AnyOf("queue file size limit exceeded%s").Select(_ => Say(EventKind.NotTaken));

    private static readonly Parser<string> OptionalId = QueueIdText.FollowedBy(Lit(": ")).FollowedBy(NotAhead(AtEnd)).Or(Parse.Return(""));

    internal static Parser<Said> Warning(Daemon daemon) =>
        (from severity in Lit("warning: ").Or(Lit("error: "))
         from id in OptionalId
         from said in (id.Length > 0 ? TooLarge : Hostname).Or(Hostname).Or(Of(daemon)).Or(OfAny).Or(Rest.Select(_ => Known))
         select id.Length > 0 ? said.About(id) : said)
        .Or(Fatal(daemon));

    /// <summary>Before 2.9 with the flags of the table behind its name: <c>fatal: mysql:/etc/postfix/x.cf(0,lock|fold_fix): table lookup problem</c></summary>
    private static readonly Parser<Said> OldLookupProblem =
        NameBefore(": table lookup problem")
            .Where(name => name.Split('(')[0].Length > 0)
            .FollowedBy(Rest)
            .Select(table => Remark(RemarkKind.TableTrouble, table.Split('(')[0]));

    internal static Parser<Said> Fatal(Daemon daemon) => Lit("fatal: ").Or(Lit("panic: ")).Then(_ =>
        Fact(RemarkKind.BadConfiguration, "bad configuration: %S")
            .Or(Space)
            .Or(OldLookupProblem)
            .Or(Rest.Select(text => Remark(daemon == Daemon.Smtpd ? RemarkKind.SmtpdFatal : RemarkKind.OtherFatal, text))));
}
