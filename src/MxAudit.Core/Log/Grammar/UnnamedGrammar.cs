using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>What is told of a message that the line does not name: there is no queue id before it.</summary>
internal static class UnnamedGrammar
{
    private static Parser<Said> Told(Daemon daemon)
    {
        var told = Ahead(Lit("uid="))
            .Then(_ => QueueGrammar.Pickup)
            .Or(Ahead(Lit("message-id=<").Or(Lit("resent-message-id=<"))).Then(_ => QueueGrammar.MessageId))
            .Or(Ahead(Lit("removed").Whole()).Then(_ => QueueGrammar.Removed)).Or(QueueGrammar.Notice.Where(said => said.Kind == EventKind.NoticeLink));
        if (daemon is Daemon.Smtpd or Daemon.Qmqpd or Daemon.Unknown) told = Ahead(Lit("client=")).Then(_ => QueueGrammar.Client).Or(told);
        if (daemon is Daemon.Qmgr or Daemon.Unknown) told = Ahead(Lit("from=<")).Then(_ => QueueGrammar.Active).Or(told);
        if (daemon is not (Daemon.Smtpd or Daemon.Postscreen)) told = Ahead(Lit("to=<")).Then(_ => DeliveryGrammar.Delivery).Or(told);
        return told;
    }

    internal static Parser<Said> WithoutId(Daemon daemon) => Told(daemon).Whole().Select(_ => Said.Remark(RemarkKind.WithoutQueueId, ""));
}
