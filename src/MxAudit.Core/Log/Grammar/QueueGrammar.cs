using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.Said;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>The life of a message: <c>client=</c>, <c>uid=</c>, <c>message-id=</c>, <c>from=</c>, <c>removed</c>, notices and postsuper.</summary>
internal static class QueueGrammar
{
    /// <summary>smtpd.c: <c>"connect from %s"</c>, <c>"disconnect from %s%s"</c></summary>
    internal static readonly Parser<Said> Session =
        from kind in Lit("connect from ").Select(_ => EventKind.Connect).Or(Lit("disconnect from ").Select(_ => EventKind.Disconnect))
        from client in Parse.CharExcept(' ').Many().Text()
        from statistics in Rest
        select Say(kind, ("client", client));

    /// <summary>smtpd.c: <c>"%s after %s (%lu bytes) from %s"</c>, of a message whose end has not come; since 3.10 with its id.</summary>
    internal static readonly Parser<Said> Unfinished =
        from reason in Lit("lost connection after ").Or(Lit("timeout after "))
        from command in Lit("DATA (").Or(Lit("BDAT ("))
        from bytes in Number
        from client in Lit(" bytes) from ").Then(_ => Rest)
        select Say(EventKind.NotTaken);

    private static readonly Parser<IEnumerable<string>> Values = ValueOrRest.Where(_ => true).AtLeastOnceUntilEnd();

    private static Parser<IEnumerable<string>> AtLeastOnceUntilEnd(this Parser<string> value) =>
        from first in value
        from others in NotAhead(AtEnd).Then(_ => value).Many()
        select others.Prepend(first);

    /// <summary>
    /// <c>"%s: client=%s%s%s%s%s%s%s%s%s%s%s"</c>: <c>name[addr][, sasl_method=M][, sasl_username=U][, sasl_sender=S][, orig_queue_id=Q][, orig_client=C]</c>
    /// </summary>
    internal static readonly Parser<Said> Client =
        from name in Lit("client=")
        from values in Values
        select Say(EventKind.Client, ("client", values.First()), ("sasl_username", Named(values, "sasl_username=", _ => true)),
            ("orig_queue_id", Named(values, "orig_queue_id=", id => QueueIdText.Whole().ReadFrom(id).WasSuccessful)),
            ("orig_client", Named(values, "orig_client=", _ => true)));

    private static string Named(IEnumerable<string> values, string name, Func<string, bool> isValid) =>
        values.Skip(1).Where(value => value.StartsWith(name, StringComparison.Ordinal)).Select(value => value[name.Length..]).LastOrDefault(isValid) ?? "";

    /// <summary>A before-queue filter gets the mail: no message yet.</summary>
    internal static readonly Parser<Said> ClientOfNone = Client.Select(said => said with { Kind = EventKind.ClientOfNone });

    /// <summary>smtpd_proxy.c: <c>"proxy-%s: %s: %s;%s"</c>; the filter's reply names what became of the message, and the attributes follow.</summary>
    internal static readonly Parser<Said> ProxyAccept =
        from reply in Lit("proxy-accept: END-OF-MESSAGE: ").Then(_ => Until("; from=<").Or(Rest))
        from rest in Rest
        let named = Latest(Lit("queued as ")).Then(_ => QueueIdText).ReadFrom(reply)
        select Say(EventKind.ProxyAccept, ("next_id", named.WasSuccessful ? named.Value : ""));

    /// <summary>pickup.c: <c>"%s: uid=%d from=&lt;%s&gt; orig_id=%s"</c></summary>
    internal static readonly Parser<Said> Pickup =
        from uid in Lit("uid=").Then(_ => Number).FollowedBy(Lit(" from=<"))
        from rest in Latest(Lit("> orig_id=").Then(_ => QueueIdText).Whole()).Or(Latest(Lit(">").Whole()).Select(found => (found.Before, Then: "")))
        select Say(EventKind.Pickup, ("from", rest.Before), ("orig_id", rest.Then));

    /// <summary>A stranger's free text, up to the end of the line.</summary>
    internal static readonly Parser<Said> MessageId =
        from name in Lit("message-id=").Select(_ => "message_id").Or(Lit("resent-message-id=").Select(_ => "resent_message_id"))
        from text in Rest
        select Say(EventKind.MessageId, (name, text));

    internal static readonly Parser<Said> Removed =
        from why in Lit("removed").Then(_ => AtEnd.Or(Lit(" (canceled)").Select(_ => "canceled")).Or(Lit(" (discarded)").Select(_ => "discarded"))).Whole()
        select Say(EventKind.Removed, ("why", why));

    /// <summary>
    /// opened.c and qmgr_active.c: <c>"%s: from=&lt;%s&gt;, size=%ld, nrcpt=%d (queue active)"</c>, <c>"%s: from=&lt;%s&gt;, status=%s, returned to sender"</c>
    /// </summary>
    private static readonly Parser<Said> Activity =
        (from size in Lit("size=").Then(_ => Number)
         from count in Lit(", nrcpt=").Then(_ => Number)
         from queue in AtEnd.Or(Lit(" (").Then(_ => Rest))
         select Say(EventKind.QueueActive, ("size", Plain(size)), ("nrcpt", Plain(Math.Min(count, int.MaxValue)))))
        .Or(from status in Lit("status=").Then(_ => Lit("expired").Or(Lit("force-expired")))
            from returned in Lit(", returned to sender").Whole()
            select Say(EventKind.Expired, ("status", status)));

    private static Said From(string sender, Said activity) =>
        activity with { Fields = [.. activity.Fields.Prepend(("from", sender)).Where(field => field.Item2.Length > 0)] };

    internal static readonly Parser<Said> Active =
        Lit("from=<").Then(_ =>
            (from address in Address.FollowedBy(Lit(", ")) from activity in Activity select From(address, activity))
            .Or(NotAhead(CutInQuotes).Then(_ => from found in Earliest(Lit(">, ").Then(_ => Activity)) select From(found.Before, found.Then))))
        .Or(Lit("from=").Then(_ => NotAhead(Lit("<"))).Then(_ => from address in Value from activity in Activity select From(address, activity)));

    /// <summary>bounce_notify_service.c and its kin: <c>"%s: sender non-delivery notification: %s"</c></summary>
    internal static readonly Parser<Said> Notice =
        (from kind in Lit("sender non-delivery")
             .Select(_ => NoticeKind.NonDelivery)
             .Or(Lit("sender delay").Select(_ => NoticeKind.Delay))
             .Or(Lit("sender delivery status").Select(_ => NoticeKind.DeliveryStatus))
             .Or(Lit("postmaster non-delivery").Or(Lit("postmaster delay")).Select(_ => NoticeKind.Postmaster))
         from id in Lit(" notification: ").Then(_ => QueueIdText).Whole()
         select Say(EventKind.NoticeLink, ("notice", kind.ToString()), ("notice_id", id)))
        .Or(Lit("sender notification failed to ").Or(Lit("postmaster notification failed")).Then(_ => Rest).Select(_ => Remark(RemarkKind.NoticeFailed, "")));

    internal static readonly Parser<Said> Postsuper =
        Lit("expired").Select(_ => PostsuperAct.Expire).Or(Lit("requeued").Select(_ => PostsuperAct.Requeue))
        .Or(Lit("placed on hold").Select(_ => PostsuperAct.Hold))
        .Or(Lit("released from hold").Select(_ => PostsuperAct.Release)).Whole().Select(act => Say(EventKind.Postsuper, ("act", act.ToString())));
}
