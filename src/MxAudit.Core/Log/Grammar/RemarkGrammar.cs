using Sprache;
using static MxAudit.Log.Grammar.Said;
using static MxAudit.Log.Grammar.TemplateGrammar;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>Lines without a severity that state a fact about the host.</summary>
internal static class RemarkGrammar
{
    /// <summary>Of one message: smtp_connect.c, best MX host; deliver_pass.c.</summary>
    internal static readonly Parser<Said> AboutMessage =
        AnyOf("mail for %S loops back to myself%s").Select(domain => Remark(RemarkKind.LoopsBackToMyself, domain))
        .Or(from begin in Lit("passing <")
            from address in Latest(Lit("> to transport="))
            from transport in Rest
            select Remark(RemarkKind.PassedToTransport, transport))
        .Or(from table in Until(" map lookup problem -- message not accepted").Where(name => !name.Contains(' ', StringComparison.Ordinal))
            from rest in Rest
            select Remark(RemarkKind.TableTrouble, table));

    /// <summary>master.c: <c>"daemon started -- version %s, configuration %s"</c></summary>
    private static readonly Parser<string> Version = AnyOf("version %S,%s").Or(Rest);

    /// <summary>smtpd_check.c: the setting's name, up to a blank or an equals sign, perhaps in quotes.</summary>
    private static readonly Parser<string> Setting = Lit("\"").Optional().Then(_ => Parse.CharExcept(" =\"").Many().Text()).FollowedBy(Rest);

    /// <summary>postsuper.c: <c>"Deleted: %d message%s"</c></summary>
    internal static readonly Parser<Said> Total =
        from what in Lit("Deleted")
            .Or(Lit("Requeued"))
            .Or(Lit("Placed on hold"))
            .Or(Lit("Released from hold"))
            .Or(Lit("Force-expired"))
            .Or(Lit("Renamed to match inode number"))
        from count in Lit(": ").Then(_ => Number)
        from messages in Lit(" message").Then(_ => Rest)
        select Remark(RemarkKind.PostsuperTotal, what, count);

    /// <summary>master_ent.c: <c>"%s: line %d: using backwards-compatible default setting %s=%s"</c></summary>
    private static readonly Parser<Said> OldDefaultOfMaster =
        Ahead(Lit("/"))
            .Then(_ => Until(": using backwards-compatible default setting "))
            .Then(_ => Setting)
            .Select(setting => Remark(RemarkKind.BackwardsCompatibleDefault, setting));

    internal static Parser<Said> WithoutId(Daemon daemon) => daemon switch
    {
        Daemon.Master => OldDefaultOfMaster.Or(OfAny),
        Daemon.Postsuper => Total.Or(OfAny),
        Daemon.Unknown => OldDefaultOfMaster.Or(Total).Or(OfAny),
        _ => OfAny,
    };

    private static readonly Parser<Said> OfAny =
        Lit("using backwards-compatible default setting ").Or(Lit("using using backwards-compatible default setting ")).Then(_ => Setting)
            .Select(setting => Remark(RemarkKind.BackwardsCompatibleDefault, setting))
        .Or(from client in Lit("addr ").Then(_ => Until(" listed by domain "))
            from list in Until(" as ").FollowedBy(Lit("127.255.255.")).FollowedBy(Rest)
            select Remark(RemarkKind.BlockListError, list, client: client))
        .Or(from rank in Lit("DNSBL rank ").Then(_ => Number)
            from client in Lit(" for ").Then(_ => Rest)
            select Remark(RemarkKind.BlockListRank, "", rank, client))
        .Or(AnyOf("cache %S %scleanup: retained=%s").Select(map => Remark(RemarkKind.VerifyCacheCleanup, map)))
        .Or(Lit("daemon started -- ").Then(_ => Version).Select(version => Remark(RemarkKind.MasterStarted, version)))
        .Or(Lit("daemon started").FollowedBy(AtEnd).Select(_ => Remark(RemarkKind.MasterStarted, "")))
        .Or(Lit("reload -- ").Then(_ => Version).Select(version => Remark(RemarkKind.MasterReloaded, version)))
        .Or(AnyOf("reload configuration%s").Select(_ => Remark(RemarkKind.MasterReloaded, "")))
        .Or(AnyOf("terminating on signal %s").Select(_ => Remark(RemarkKind.MasterStopped, "")));
}
