using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>Postfix's own text, by the program that writes it; <see cref="Daemon.Unknown"/> may be any.</summary>
internal static class MessageGrammar
{
    private static readonly Dictionary<Daemon, Parser<Said>> Messages = Enum.GetValues<Daemon>().ToDictionary(daemon => daemon, MessageOf);

    private static readonly Parser<long> RepeatedTimes =
        Lit("message repeated ")
            .Then(_ => Number)
            .Where(times => times is >= 1 and <= int.MaxValue)
            .FollowedBy(Lit(" times: ["))
            .FollowedBy(Parse.Char(' ').Optional());

    /// <summary>As it stands, or without what came into it on its way: colours, blanks.</summary>
    internal static Parser<Said> OptionallyRepeated(Daemon daemon) =>
        Messages[daemon].Or(Ahead(Rest.Where(text => ColourGrammar.Without(text) is null)).Then(_ => Unwrapped(daemon))).Or(Quietly(
            from text in Rest
            let plain = ColourGrammar.Without(text)
            where plain is not null
            let said = Unwrapped(daemon).ReadFrom(plain)
            where said.WasSuccessful
            select said.Value));

    /// <summary>
    /// Without more blanks than the one behind the tag, and without those at its end: from a filter of syslogd, or from a page that the line was copied from.
    /// </summary>
    private static Parser<Said> Unwrapped(Daemon daemon) => Trimmed(daemon).Or(Quietly(Parse.Char(' ').AtLeastOnce().Then(_ => Trimmed(daemon))));

    private static Parser<Said> Trimmed(Daemon daemon) =>
        Wrapped(daemon).Or(Quietly(
            from text in Rest.Where(EndsInBlank)
            let said = Wrapped(daemon).ReadFrom(text.TrimEnd(' '))
            where said.WasSuccessful
            select said.Value));

    private static bool EndsInBlank(string text) => text.EndsWith(' ');

    /// <summary>rsyslog: <c>message repeated 3 times: [ text]</c>; the first of them stands in a line of its own before.</summary>
    private static Parser<Said> Wrapped(Daemon daemon) =>
        (from times in RepeatedTimes
         from text in Rest
         where !EndsInBlank(text)
         let said = Numbered(daemon).ReadFrom(text.EndsWith(']') ? text[..^1] : text)
         where said.WasSuccessful
         select said.Value with { Repeats = (int)times - 1 })
        .Or(Numbered(daemon));

    /// <summary>Solaris: <c>[ID 197553 mail.info] connect from …</c></summary>
    private static Parser<Said> Numbered(Daemon daemon) =>
        Messages[daemon].Or(Lit("[ID ").Then(_ => Until("] ")).Then(_ => Ahead(Rest.Where(text => !EndsInBlank(text)))).Then(_ => Messages[daemon]));

    internal static int RepeatsOf(string message) =>
        RepeatedTimes.ReadFrom((ColourGrammar.Without(message) ?? message).TrimStart(' ')) is { WasSuccessful: true } read ? (int)read.Value - 1 : 0;

    private static Parser<Said> MessageOf(Daemon daemon) =>
        (from id in QueueIdText.FollowedBy(Lit(": ")) from said in AboutMessage(daemon) select said.About(id))
        .Or(Lit("NOQUEUE: ").Then(_ => QueueGrammar.ClientOfNone.Or(ReplyGrammar.Reply).Or(KnownGrammar.AboutMessage).Or(WarningGrammar.Fatal(daemon))))
        .Or(QueueGrammar.Session)
        .Or(QueueGrammar.Unfinished)
        .Or(WarningGrammar.Warning(daemon))
        .Or(RemarkGrammar.WithoutId(daemon))
        .Or(QueueGrammar.ProxyAccept)
        .Or(ReplyGrammar.ReplyWithoutId)
        .Or(KnownGrammar.WithoutId)
        .Or(UnnamedGrammar.WithoutId(daemon))
        .Whole();

    /// <summary>What may follow a queue id. Only qmgr writes <c>from=</c>; smtpd and postscreen deliver nothing.</summary>
    private static Parser<Said> AboutMessage(Daemon daemon)
    {
        var common = QueueGrammar.Client.Or(QueueGrammar.MessageId).Or(QueueGrammar.Removed).Or(QueueGrammar.Pickup).Or(QueueGrammar.Notice)
            .Or(ReplyGrammar.Reply).Or(QueueGrammar.Postsuper).Or(QueueGrammar.Unfinished).Or(RemarkGrammar.AboutMessage).Or(KnownGrammar.AboutMessage);
        if (daemon is Daemon.Qmgr or Daemon.Unknown) common = QueueGrammar.Active.Or(common);
        if (daemon is not (Daemon.Smtpd or Daemon.Postscreen)) common = DeliveryGrammar.Delivery.Or(common);
        return common;
    }
}
