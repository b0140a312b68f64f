using System.Globalization;
using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>
/// log_adhoc.c: <c>"%s: to=&lt;%s&gt;" [", orig_to=&lt;%s&gt;"] ", relay=%s" [", conn_use=%d"] ", delay=" ", delays=" [", tls="] ", dsn=%s, status=%s (%s)"</c>
/// </summary>
internal static class DeliveryGrammar
{
    private static readonly string[] KnownFields = ["relay", "delay", "delays", "dsn", "status"];

    private static readonly Parser<string> Seconds =
        (from whole in Number
         from fraction in Parse.Char('.').Then(_ => Parse.Chars("0123456789").Many().Text()).Or(Parse.Return(""))
         select float.Parse($"{whole}.{fraction}0", CultureInfo.InvariantCulture).ToString("G6", CultureInfo.InvariantCulture)).Named("seconds");

    private static Parser<(string Name, string Text)> Field(string name, Parser<string> value) => Lit(name + "=").Then(_ => value).Select(text => (name, text));

    /// <summary>A field that a later release may add.</summary>
    private static readonly Parser<(string Name, string Text)> OtherField =
        from name in Parse.Char(c => char.IsAsciiLetter(c) || c == '_', "the name of a field").AtLeastOnce().Text().FollowedBy(Parse.Char('='))
        where name.Length <= 40 && !KnownFields.Contains(name)
        from value in Value
        select (name, value);

    /// <summary>Seen without the comma: <c>conn_use=2 delay=0.2, </c></summary>
    private static readonly Parser<(string Name, string Text)> ConnectionUse =
        from number in Lit("conn_use=").Then(_ => Number).FollowedBy(Lit(" ")).FollowedBy(Ahead(Lit("delay=")))
        select ("conn_use", Plain(number));

    private static readonly Parser<(string Name, string Text)> AnyField =
        Field("relay", Value)
            .Or(Field("delays", Value))
            .Or(Field("delay", Seconds.FollowedBy(Lit(", "))))
            .Or(Field("dsn", EnhancedStatus.FollowedBy(Lit(", "))))
            .Or(ConnectionUse)
            .Or(OtherField);

    private static readonly Parser<string> OriginalRecipient =
        Lit("orig_to=<")
            .Then(_ => Address.FollowedBy(Lit(", ")))
            .Or(Lit("orig_to=").Then(_ => NotAhead(Lit("<"))).Then(_ => Value))
            .Or(NotAhead(Lit("orig_to=")));

    private static readonly Dictionary<string, DeliveryStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["sent"] = DeliveryStatus.Sent, ["deferred"] = DeliveryStatus.Deferred, ["bounced"] = DeliveryStatus.Bounced,
        ["SOFTBOUNCE"] = DeliveryStatus.SoftBounce,
        ["deliverable"] = DeliveryStatus.Deliverable, ["undeliverable"] = DeliveryStatus.Undeliverable,
        ["undeliverable-but-not-cached"] = DeliveryStatus.UndeliverableNotCached,
    };

    /// <summary>The reason runs to the last parenthesis of the line; a line that was cut has none.</summary>
    private static readonly Parser<string> Reason =
        AtEnd.Or(Lit(" ")
            .Then(_ => AtEnd.Or(Lit("(").Then(_ => Rest).Select(text => text.TrimEnd(' ') is var whole && whole.EndsWith(')') ? whole[..^1] : text))));

    /// <summary>A known status says what became of the mail, whatever stands behind it.</summary>
    private static readonly Parser<string> OtherReason = Lit(" ").Then(_ => NotAhead(Lit("("))).Then(_ => Rest.Where(text => text.Trim(' ').Length > 0));

    private static Parser<(DeliveryStatus Status, string Reason)> Status(Parser<string> reason) =>
        from name in Lit("status=")
        from status in Word.Where(Statuses.ContainsKey).Select(word => Statuses[word]).Named("a status such as sent, deferred or bounced")
        from text in reason
        select (status, text);

    /// <summary><c>… queued as ID</c>, <c>… forwarded as ID</c>, in a parenthesis of its own at times; <c>… queued as ID, but 1 BOUNCE</c></summary>
    private static readonly Parser<string> NextId =
        Latest(Lit("queued as ").Or(Lit("forwarded as ")).Then(_ => QueueIdText).FollowedBy(Lit(")").Optional()).FollowedBy(ButReturned).Whole())
            .Select(found => found.Then);

    private static Parser<IEnumerable<long>> ButReturned =>
        Lit(", but ").Then(_ => Number.Where(number => number is > 0 and <= int.MaxValue)).FollowedBy(Lit(" BOUNCE")).Many();

    private static Dictionary<string, string> LastOfEach(IEnumerable<(string Name, string Text)> fields)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in fields) named[name] = text;
        return named;
    }

    /// <summary>A second one is the real one, and the first was part of an address.</summary>
    private static bool Once(IEnumerable<(string Name, string Text)> fields, string name) => fields.Count(field => field.Name == name) == 1;

    private static readonly Parser<Said> Record = RecordWith(Reason, NextId);

    private static Parser<Said> RecordWith(Parser<string> reason, Parser<string> nextId) =>
        (from original in OriginalRecipient
        from fields in ManyBefore(AnyField, Lit("status="))
        from end in Status(reason)
        let named = LastOfEach(fields)
        where Once(fields, "relay") && Once(fields, "delay")
        let next = end.Status == DeliveryStatus.Sent && nextId.ReadFrom(end.Reason) is { WasSuccessful: true } found ? found.Value : ""
        select Said.Say(EventKind.Delivery, ("orig_to", original), ("relay", named["relay"]), ("delay", named["delay"]),
            ("dsn", named.GetValueOrDefault("dsn", "")),
            ("status", end.Status.ToString()), ("next_id", next), ("reason", end.Reason))).Named("a record with relay=, delay= and status=");

    private static Said To(string recipient, Said record, bool certain)
    {
        var fields = record.Fields.Prepend(("to", recipient)).Where(field => field.Item2.Length > 0);
        return record with { Fields = [.. certain ? fields : fields.Append(("uncertain", "address without quotes"))] };
    }

    internal static readonly Parser<Said> Delivery =
        Lit("to=<").Then(_ =>
            (from address in Address.FollowedBy(Lit(", ")) from record in Record select To(address, record, true))
            .Or(NotAhead(CutInQuotes)
                .Then(_ => from found in Earliest(Lit(">, ").Then(_ => Ahead(Lit("relay=").Or(Lit("orig_to=<")))).Then(_ => Record))
                           select To(found.Before, found.Then, false)))
            .Or(Quietly(from address in Address.FollowedBy(Lit(", "))
                        from record in RecordWith(OtherReason, Parse.Return(""))
                        select To(address, record, true))))
        .Or(Lit("to=").Then(_ => NotAhead(Lit("<"))).Then(_ => from address in Value from record in Record select To(address, record, false)));
}
