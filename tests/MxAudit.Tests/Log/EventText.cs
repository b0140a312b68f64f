using System.Globalization;
using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>An event as names and texts, one byte of the log one character: what the scanner read, as the grammar says it.</summary>
internal static class EventText
{
    /// <summary>The fields that the kind has, in the order of the line; those that are empty are left out.</summary>
    public static IReadOnlyList<(string Name, string Text)> Of(in LogEvent happened, Origins origins)
    {
        var fields = new Fields();
        bool isOurs = happened.IsFromPostfix;
        if (isOurs || happened.Kind == EventKind.RepeatedLast) fields.Add("repeats", happened.Repeats);
        if (isOurs && happened.Daemon != Daemon.Unknown) fields.Add("daemon", happened.Daemon.ToString());
        if (isOurs) fields.Add("instance", origins[happened.Origin].Instance);
        if (isOurs && happened.ByRelayService) fields.Add("service", "relay");
        if (isOurs) fields.Add("pid", happened.Pid);
        if (happened.Kind is not (EventKind.NotPostfix or EventKind.Unread or EventKind.Ignored or EventKind.RepeatedLast))
            fields.Add("queue_id", happened.QueueId);
        AddOwn(fields, happened);
        return fields.All;
    }

    private static void AddOwn(Fields fields, in LogEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Connect or EventKind.Disconnect: fields.Add("client", UpToBlank(happened.ClientName)); break;
            case EventKind.Client or EventKind.ClientOfNone:
                fields.Add("client", happened.ClientName);
                fields.Add("sasl_username", happened.SaslUser);
                fields.Add("orig_queue_id", happened.OtherId);
                fields.Add("orig_client", happened.OriginalClient);
                break;
            case EventKind.Pickup:
                fields.Add("from", happened.Sender);
                fields.Add("orig_id", happened.OtherId);
                break;
            case EventKind.ProxyAccept: fields.Add("next_id", happened.OtherId); break;
            case EventKind.PutBack: fields.Add("orig_id", happened.OtherId); break;
            case EventKind.MessageId: fields.Add(happened.Flag ? "resent_message_id" : "message_id", happened.Text); break;
            case EventKind.QueueActive:
                fields.Add("from", happened.Sender);
                fields.Add("size", happened.Size);
                fields.Add("nrcpt", happened.RecipientCount);
                break;
            case EventKind.Removed: fields.Add("why", happened.Flag ? "canceled" : happened.Discarded ? "discarded" : ""); break;
            case EventKind.Expired:
                fields.Add("from", happened.Sender);
                fields.Add("status", happened.Flag ? "force-expired" : "expired");
                break;
            case EventKind.Delivery: AddDelivery(fields, happened); break;
            case EventKind.NoticeLink:
                fields.Add("notice", happened.Notice.ToString());
                fields.Add("notice_id", happened.OtherId);
                break;
            case EventKind.Reject or EventKind.Action: AddAction(fields, happened); break;
            case EventKind.Postsuper: fields.Add("act", happened.Postsuper.ToString()); break;
            case EventKind.Remark:
                fields.Add("remark", happened.Remark.ToString());
                fields.Add("subject", happened.Subject);
                fields.Add("number", happened.Number);
                if (happened.Remark is RemarkKind.BlockListError or RemarkKind.BlockListRank) fields.Add("client", happened.ClientName);
                break;
        }
    }

    private static ReadOnlySpan<byte> UpToBlank(ReadOnlySpan<byte> text) => text.IndexOf((byte)' ') is >= 0 and var blank ? text[..blank] : text;

    private static void AddDelivery(Fields fields, in LogEvent happened)
    {
        fields.Add("to", happened.Recipient);
        fields.Add("orig_to", happened.OriginalRecipient);
        fields.Add("relay", happened.Relay);
        fields.Add("delay", happened.DelaySeconds.ToString("G6", CultureInfo.InvariantCulture));
        fields.Add("dsn", happened.Dsn.ToString());
        fields.Add("status", happened.Status.ToString());
        fields.Add("next_id", happened.OtherId);
        fields.Add("reason", happened.Text);
        fields.Add("uncertain", happened.Flag ? "address without quotes" : "");
    }

    private static void AddAction(Fields fields, in LogEvent happened)
    {
        fields.Add("action", happened.Action.ToString());
        fields.Add("stage", happened.Stage.ToString());
        fields.Add("client", happened.ClientName);
        fields.Add("code", happened.Code);
        fields.Add("dsn", happened.Dsn.ToString());
        fields.Add("text", happened.Text);
        fields.Add("from", happened.Sender);
        fields.Add("to", happened.Recipient);
        fields.Add("helo", happened.Helo);
    }

    private sealed class Fields
    {
        public readonly List<(string, string)> All = [];

        public void Add(string name, string text) { if (text.Length > 0) All.Add((name, text)); }
        public void Add(string name, long number) { if (number != 0) Add(name, number.ToString(CultureInfo.InvariantCulture)); }
        public void Add(string name, ReadOnlySpan<byte> bytes) => Add(name, Encoding.Latin1.GetString(bytes));
        public void Add(string name, QueueId id) => Add(name, id.ToString());
    }
}
