using System.Text.Json;

namespace MxAudit.Benchmarks;

enum NoticeKind { NonDelivery, Delay, DeliveryStatus, Postmaster }

enum NoticeFate { Unknown, Delivered, Deferred, Undeliverable }

/// <summary>
/// The totals that an audit of the log must find, counted while the lines are written and never by reading them back.
/// Probes and notices are not mail: they are in no count that speaks of messages, recipients or deferrals.
/// </summary>
sealed class Truth
{
    readonly long[] notices = new long[4], fates = new long[4];

    public long Lines, PostfixLines;
    public long MessagesAccepted, SmtpdRejects, PostscreenRejects;
    public long RecipientsDelivered, RecipientsBounced, RecipientsExpired, RecipientsDeferred, Deferrals;
    public long NoticesToStrangers;
    public long ProbesDeliverable, ProbesUndeliverable, ProbesUnknown, ProbesNotCached;

    public ref long Notices(NoticeKind kind) => ref notices[(int)kind];

    public ref long Fates(NoticeFate fate) => ref fates[(int)fate];

    public byte[] ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            Write(json);
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lines", Lines);
        json.WriteNumber("postfix_lines", PostfixLines);
        json.WriteNumber("messages_accepted", MessagesAccepted);
        json.WriteNumber("smtpd_rejects", SmtpdRejects);
        json.WriteNumber("postscreen_rejects", PostscreenRejects);
        json.WriteNumber("recipients_delivered", RecipientsDelivered);
        json.WriteNumber("recipients_bounced", RecipientsBounced);
        json.WriteNumber("recipients_expired", RecipientsExpired);
        json.WriteNumber("recipients_deferred", RecipientsDeferred);
        json.WriteNumber("deferrals", Deferrals);
        json.WriteStartObject("notices");
        json.WriteNumber("non_delivery", Notices(NoticeKind.NonDelivery));
        json.WriteNumber("delay", Notices(NoticeKind.Delay));
        json.WriteNumber("delivery_status", Notices(NoticeKind.DeliveryStatus));
        json.WriteNumber("postmaster", Notices(NoticeKind.Postmaster));
        json.WriteEndObject();
        json.WriteNumber("notices_to_strangers", NoticesToStrangers);
        json.WriteStartObject("notice_fates");
        json.WriteNumber("delivered", Fates(NoticeFate.Delivered));
        json.WriteNumber("deferred", Fates(NoticeFate.Deferred));
        json.WriteNumber("undeliverable", Fates(NoticeFate.Undeliverable));
        json.WriteNumber("unknown", Fates(NoticeFate.Unknown));
        json.WriteEndObject();
        json.WriteStartObject("probes");
        json.WriteNumber("deliverable", ProbesDeliverable);
        json.WriteNumber("undeliverable", ProbesUndeliverable);
        json.WriteNumber("unknown", ProbesUnknown);
        json.WriteNumber("not_cached", ProbesNotCached);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
