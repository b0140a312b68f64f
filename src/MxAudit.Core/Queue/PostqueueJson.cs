using System.Text.Json;
using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>
/// The output of <c>postqueue -j</c> (src/postqueue/showq_json.c): an object for each message. Members that are not known are skipped, as
/// postqueue(1) asks; orig_address, bounce_reason and other_reason come with Postfix 3.11, forced_expire with 3.5.
/// </summary>
internal static class PostqueueJson
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, AllowTrailingCommas = true };

    /// <param name="text">Objects on lines, pretty-printed, or in one array: as it was saved.</param>
    /// <param name="firstLine">The number of the line that the text begins in.</param>
    /// <exception cref="InputException">Not such output; the message says where.</exception>
    public static QueueSnapshot Read(ReadOnlySpan<byte> text, string source, long firstLine)
    {
        var messages = new List<QueuedMessage>();
        var reader = new Utf8JsonReader(text, Options);
        long line = firstLine;
        int counted = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0) continue;
                int begin = (int)reader.TokenStartIndex;
                line += text[counted..begin].Count((byte)'\n');
                counted = begin;
                messages.Add(ReadMessage(ref reader, line) ?? throw new InputException(
                    $"{source}, line {line}, column {begin - text[..begin].LastIndexOf((byte)'\n')}: this is no message of a queue; the output of postqueue -j is expected."));
            }
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{source}, line {e.LineNumber + firstLine}, column {e.BytePositionInLine + 1}: this is not what postqueue -j prints ({(AtEnd(text, e) ? "it ends in the middle of a message" : "it is not JSON")}).");
        }
        return QueueSnapshot.Of(source, messages);
    }

    /// <summary>The file was cut: the fault is behind the last byte that is not blank.</summary>
    private static bool AtEnd(ReadOnlySpan<byte> text, JsonException fault)
    {
        var read = text.TrimEnd("\r\n\t "u8);
        return fault.LineNumber >= read.Count((byte)'\n') && fault.BytePositionInLine >= read.Length - 1 - read.LastIndexOf((byte)'\n');
    }

    /// <summary>Null when it is none.</summary>
    private static QueuedMessage? ReadMessage(ref Utf8JsonReader reader, long line)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        var message = new QueuedMessage { QueueId = "", Queue = QueueName.Unknown, Line = line };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "queue_name"u8)) message = message with { Queue = QueueOf(TextOf(ref reader)) };
            else if (IsNext(ref reader, "queue_id"u8)) message = message with { QueueId = TextOf(ref reader) };
            else if (IsNext(ref reader, "arrival_time"u8)) message = message with { Arrival = TimeOf(NumberOf(ref reader)) };
            else if (IsNext(ref reader, "message_size"u8)) message = message with { Size = NumberOf(ref reader) };
            else if (IsNext(ref reader, "forced_expire"u8)) message = message with { ForcedExpire = reader.TokenType == JsonTokenType.True };
            else if (IsNext(ref reader, "sender"u8)) message = message with { Sender = QueuedMessage.SenderOf(TextOf(ref reader)) };
            else if (IsNext(ref reader, "recipients"u8)) message = message with { Recipients = ReadRecipients(ref reader) };
            else SkipMember(ref reader);
        }
        return message.QueueId.Length == 0 ? null : message;
    }

    private static List<QueuedRecipient> ReadRecipients(ref Utf8JsonReader reader)
    {
        var recipients = new List<QueuedRecipient>();
        if (reader.TokenType != JsonTokenType.StartArray) { reader.Skip(); return recipients; }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) recipients.Add(ReadRecipient(ref reader));
            else reader.Skip();
        }
        return recipients;
    }

    private static QueuedRecipient ReadRecipient(ref Utf8JsonReader reader)
    {
        var recipient = new QueuedRecipient("");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "address"u8)) recipient = recipient with { Address = TextOf(ref reader) };
            else if (IsNext(ref reader, "orig_address"u8)) recipient = recipient with { OriginalAddress = TextOf(ref reader) };
            else if (IsNext(ref reader, "delay_reason"u8)) recipient = Because(recipient, WaitKind.Delayed, TextOf(ref reader));
            else if (IsNext(ref reader, "bounce_reason"u8)) recipient = Because(recipient, WaitKind.Bounced, TextOf(ref reader));
            else if (IsNext(ref reader, "other_reason"u8)) recipient = Because(recipient, WaitKind.Other, TextOf(ref reader));
            else SkipMember(ref reader);
        }
        return recipient.OriginalAddress == recipient.Address ? recipient with { OriginalAddress = "" } : recipient;
    }

    private static QueuedRecipient Because(QueuedRecipient recipient, WaitKind kind, string reason) =>
        reason.Length == 0 ? recipient : recipient with { Kind = kind, Reason = reason };

    /// <summary>Whether the member has this name; then the reader stands on its value.</summary>
    private static bool IsNext(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static void SkipMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static string TextOf(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) { reader.Skip(); return ""; }
        if (!reader.ValueIsEscaped) return PlainText.Of(reader.ValueSpan);
        try
        {
            byte[] bytes = new byte[reader.ValueSpan.Length];
            return PlainText.Of(bytes.AsSpan(0, reader.CopyString(bytes)));
        }
        catch (InvalidOperationException) // half a surrogate pair, or not UTF-8
        {
            return PlainText.Of(reader.ValueSpan);
        }
    }

    private static long NumberOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt64(out long number) ? Math.Max(0, number) : 0;
        reader.Skip();
        return 0;
    }

    private static DateTimeOffset? TimeOf(long seconds) => seconds is > 0 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static QueueName QueueOf(string name) => name switch
    {
        "maildrop" => QueueName.Maildrop,
        "active" => QueueName.Active,
        "incoming" => QueueName.Incoming,
        "deferred" => QueueName.Deferred,
        "hold" => QueueName.Hold,
        _ => QueueName.Unknown,
    };
}
