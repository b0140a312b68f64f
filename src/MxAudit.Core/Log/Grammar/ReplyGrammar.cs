using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.Said;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>
/// smtpd_check.c, log_whatsup(): <c>"%s: %s: %s from %s: %s;" " from=&lt;%s&gt;" " to=&lt;%s&gt;" " proto=%s" " helo=&lt;%s&gt;"</c>, since 3.10 sasl_*;
/// postscreen puts commas between. cleanup: <c>"%s: %s: %s %.200s from %s;" " from=&lt;%s&gt;" " to=&lt;%s&gt;" " proto=%s" " helo=&lt;%s&gt;" ": %s"</c>
/// </summary>
internal static class ReplyGrammar
{
    private sealed record Attributes(string Sender, string Recipient, string Helo)
    {
        public static Attributes None { get; } = new("", "", "");
    }

    private static readonly Parser<string> Comma = Lit(",").Or(Parse.Return(""));

    /// <summary>An attribute, or nothing where it does not begin.</summary>
    private static Parser<string> Attribute(string begin, Parser<string> value) =>
        Lit(begin).Then(_ => value.Select(text => " " + text)).FollowedBy(Comma).Or(NotAhead(Lit(begin)));

    private static readonly Parser<string> Protocol = Parse.CharExcept(" ,:").Many().Text();

    /// <summary>smtpd neuters <c> &lt;&gt;()\";@</c> in helo=.</summary>
    private static readonly Parser<string> NeuteredHelo = Parse.CharExcept(" <()\\\";@>").Many().Text().FollowedBy(Parse.Char('>'));

    private static readonly Parser<string> Sasl = Lit(" sasl_method=")
        .Or(Lit(" sasl_username="))
        .Or(Lit(" sasl_sender="))
        .Then(_ => Parse.CharExcept(" <>;:\"").AtLeastOnce().Text())
        .FollowedBy(Ahead(AtEnd.Or(Lit(" ")).Or(Lit(":"))));

    /// <summary>Attributes as Postfix writes them, at least one; those that are there have a blank before them.</summary>
    private static Parser<Attributes> Strict(bool needsRecipient) =>
        from sender in Attribute(" from=<", StrictAddress)
        from recipient in Attribute(" to=<", StrictAddress)
        from protocol in Attribute(" proto=", Protocol)
        from helo in Lit(" helo=<").Then(_ => NeuteredHelo).Select(text => " " + text).Or(NotAhead(Lit(" helo=<")))
        from sasl in Sasl.Many()
        where recipient.Length > 0 || !needsRecipient
        where (sender + recipient + protocol + helo).Length > 0
        select new Attributes(Bare(sender), Bare(recipient), Bare(helo));

    /// <summary>Before 3.5 addresses have no quotes.</summary>
    private static readonly Parser<Attributes> Lenient =
        from sender in Attribute(" from=<", Unquoted("to=<"))
        from recipient in Attribute(" to=<", Unquoted("proto="))
        from protocol in Attribute(" proto=", Protocol)
        from helo in Lit(" helo=<")
            .Then(_ => Parse.CharExcept('>').Many().Text().FollowedBy(Parse.Char('>')))
            .Select(text => " " + text)
            .Or(NotAhead(Lit(" helo=<")))
        from rest in Rest
        select new Attributes(Bare(sender), Bare(recipient), Bare(helo));

    /// <summary>An address, where the next attribute begins behind it; else up to where it begins; without one, to the end of an address.</summary>
    private static Parser<string> Unquoted(string next) =>
        Address.FollowedBy(Ahead(Lit(" " + next))).Or(Earliest(Lit(">").FollowedBy(Ahead(Lit(" " + next)))).Select(found => found.Before)).Or(Address);

    private static string Bare(string text) => text.Length > 0 ? text[1..] : "";

    private static readonly Parser<string> LenientBegin = Ahead(Lit("; from=<").Or(Lit("; to=<")));

    /// <summary>The reply repeats addresses without quotes: the attributes begin at the first place from where all the rest is attributes.</summary>
    private static Parser<(string Before, Attributes Then)> ReplyAndAttributes(bool needsRecipient) =>
        Earliest(Lit(";").Then(_ => Strict(needsRecipient)).Whole())
        .Or(from found in Latest(LenientBegin) from attributes in Lit(";").Then(_ => Lenient) select (found.Before, attributes))
        .Or(from found in Latest(Lit("; proto=")) from rest in Rest select (found.Before, Attributes.None))
        .Or(from text in Rest select (text.TrimEnd(';'), Attributes.None));

    private static readonly Parser<string> ReplyCode =
        from first in Parse.Chars("2345") from others in Parse.Chars("0123456789").Repeat(2).Text() from blank in Parse.Char(' ') select first + others;

    private static readonly Parser<(string Code, string Dsn, string Text)> CodesAndText =
        from code in ReplyCode.Or(Parse.Return(""))
        from dsn in EnhancedStatus.FollowedBy(Parse.Char(' ').Optional()).Or(Parse.Return(""))
        from text in Rest
        select (code, dsn, text);

    private static readonly Parser<Stage> Where =
        from found in Earliest(Lit(" from "))
        let stage = StageOf(found.Before)
        where stage != Stage.None
        select stage;

    private static Stage StageOf(string where) => where switch
    {
        "RCPT" or "VRFY" => Stage.Rcpt,
        "MAIL" => Stage.Mail,
        "DATA" or "DATA content" or "BDAT" or "BDAT content" => Stage.Data,
        "END-OF-MESSAGE" => Stage.EndOfData,
        "HELO" or "EHLO" => Stage.Helo,
        "connect" or "after CONNECT" => Stage.Connect,
        { Length: > 0 and < 24 } when where.All(char.IsAsciiLetterUpper) => Stage.Connect,
        _ => Stage.None,
    };

    /// <param name="error">Instead of the reply's own text.</param>
    private static Said Told(ActionKind action, Stage stage, string client, string reply, Attributes attributes, string? error = null)
    {
        var (code, dsn, text) = CodesAndText.Parse(reply);
        return Say(action is ActionKind.Reject or ActionKind.RejectWarning ? EventKind.Reject : EventKind.Action, ("action", action.ToString()),
            ("stage", stage.ToString()), ("client", client),
            ("code", code), ("dsn", dsn), ("text", error ?? text), ("from", attributes.Sender), ("to", attributes.Recipient), ("helo", attributes.Helo));
    }

    /// <summary><c>RCPT from name[addr]: 550 5.1.1 text; attributes</c></summary>
    private static Parser<Said> OfSession(ActionKind action) =>
        from stage in Where
        from client in Until(": ")
        from reply in ReplyAndAttributes(stage == Stage.Rcpt)
        select Told(action, stage, client, reply.Before, reply.Then);

    private static readonly Parser<(int At, Attributes Attributes)> ContentEnd =
        from found in Earliest(from at in Here
                               from attributes in Lit(";").Then(_ => Strict(false))
                               from end in Ahead(AtEnd.Or(Lit(": ")))
                               select (at, attributes))
        select found.Then;

    /// <summary>
    /// cleanup_message.c: <c>"%s: reject: mime-error %s: %.*s from %s; from=&lt;%s&gt; to=&lt;%s&gt;"</c>; what is wrong stands first, and nothing behind.
    /// </summary>
    private static readonly Parser<string> MimeError = Lit("mime-error ").Then(_ => Until(": ").Or(Parse.Return("")));

    private static string? ErrorIn(string content) => MimeError.ReadFrom(content) is { WasSuccessful: true, Value: var error } ? error : null;

    /// <summary>
    /// The content, a stranger's, comes before the attributes: the last place that fits. Addresses that hold such a place themselves were made to mislead.
    /// </summary>
    private static Parser<Said> OfContent(ActionKind action) => input =>
    {
        var whole = from check in Ahead(Lit("header ").Or(Lit("body ")).Or(Lit("content ")).Or(Lit("mime-error ")))
                    from begin in Here
                    from ends in ContentEnd.Many()
                    from reply in Lit(": ").Or(Parse.Return("")).Then(separator => Rest.Select(text => separator.Length > 0 ? text : ""))
                    select ends.Any()
                        ? Content(input.Source[begin..ends.Last().At], ends.Last().Attributes, reply)
                        : Told(action, Stage.EndOfData, "", "", Attributes.None, ErrorIn(input.Source[begin..]));
        return whole(input);
        Said Content(string content, Attributes attributes, string reply)
        {
            int client = content.LastIndexOf(" from ", StringComparison.Ordinal);
            bool misleads = (attributes.Sender + " " + attributes.Recipient).Contains("; from=<", StringComparison.Ordinal);
            return Told(action, Stage.EndOfData, client < 0 ? "" : content[(client + 6)..], reply, misleads ? Attributes.None : attributes, ErrorIn(content));
        }
    };

    /// <summary>smtpd_proxy.c: <c>"proxy-%s: %s: %s;%s"</c>, without the client.</summary>
    private static readonly Parser<Said> ProxyReject =
        from stage in Lit("proxy-reject: ").Then(_ => Until(": ")).Select(StageOf).Where(stage => stage != Stage.None)
        from reply in ReplyAndAttributes(false)
        select Told(ActionKind.Reject, stage, "", reply.Before, reply.Then);

    private static readonly Dictionary<string, ActionKind> Actions = new(StringComparer.Ordinal)
    {
        ["reject"] = ActionKind.Reject, ["reject_warning"] = ActionKind.RejectWarning, ["hold"] = ActionKind.Hold, ["discard"] = ActionKind.Discard,
        ["redirect"] = ActionKind.Redirect, ["filter"] = ActionKind.Filter, ["warn"] = ActionKind.Warn, ["warning"] = ActionKind.Warn,
        ["permit"] = ActionKind.Other, ["info"] = ActionKind.Other, ["hangup"] = ActionKind.Other, ["delay"] = ActionKind.Other, ["bcc"] = ActionKind.Other,
        ["prepend"] = ActionKind.Other, ["replace"] = ActionKind.Other, ["strip"] = ActionKind.Other, ["trigger"] = ActionKind.Other,
        ["pass"] = ActionKind.Other, ["quarantine"] = ActionKind.Other, ["replaceheader"] = ActionKind.Other,
    };

    private static readonly Parser<ActionKind> Action =
        from milter in Lit("milter-header-").Or(Lit("milter-")).Or(Parse.Return(""))
        from word in Parse.Char(c => char.IsAsciiLetterLower(c) || c == '_', "an action")
            .AtLeastOnce()
            .Text()
            .Where(Actions.ContainsKey)
            .Named("an action such as reject or hold")
        from colon in Lit(": ")
        select Actions[word];

    internal static readonly Parser<Said> Reply = ProxyReject.Or(from action in Action from said in OfContent(action).Or(OfSession(action)) select said);

    /// <summary>Before 2.1 there was no NOQUEUE; postscreen's <c>reject: connect from</c> and the proxy's have none still.</summary>
    internal static readonly Parser<Said> ReplyWithoutId = Ahead(Lit("reject: ").Or(Lit("reject_warning: ")).Or(Lit("proxy-reject: "))).Then(_ => Reply);
}
