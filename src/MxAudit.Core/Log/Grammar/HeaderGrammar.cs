using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.StampGrammar;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>What stands before the message: stamp, host and tag, in the forms of syslogd, rsyslog, postlogd, journalctl, compose and CRI.</summary>
internal static class HeaderGrammar
{
    private const int DeepestNesting = 4;

    /// <summary>Host and tag, as far as the line has them.</summary>
    internal sealed record HeaderText(string Name, long Pid)
    {
        public Daemon Daemon =>
            Name.Contains('/', StringComparison.Ordinal) ? Daemons.GetValueOrDefault(Name[(Name.LastIndexOf('/') + 1)..], Daemon.Unknown) : Daemon.Unknown;

        private string Instance => Name.Contains('/', StringComparison.Ordinal) ? Name[..Name.IndexOf('/', StringComparison.Ordinal)] : Name.Split('@', '.')[0];

        private bool ByRelayService =>
            Name.IndexOf('/', StringComparison.Ordinal) is var first && Name.LastIndexOf('/') is var last && last > first && Name[(first + 1)..last] == "relay";

        /// <summary>Of Postfix is whose last part is one of its programs; without parts, what begins as its name.</summary>
        public bool IsOfPostfix => !IsOfOther && (Name.Contains('/', StringComparison.Ordinal)
            ? Daemon != Daemon.Unknown && Instance.Length > 0
            : Name.StartsWith("postfix", StringComparison.Ordinal) && (Name.Length == 7 || Name[7] is '-' or '@' or '_' or '.' || char.IsAsciiDigit(Name[7])));

        private bool IsOfOther => Name.StartsWith("postfwd", StringComparison.Ordinal) || Name is "postfix-policyd" or "postfix-tlspol" or "postfix_exporter";

        public IReadOnlyList<(string, string)> Fields(int repeats) =>
            Said.Say(EventKind.Unread, ("repeats", Plain(repeats)), ("daemon", Daemon == Daemon.Unknown ? "" : Daemon.ToString()),
                ("instance", PlainText.Of(System.Text.Encoding.Latin1.GetBytes(Instance))), ("service", ByRelayService ? "relay" : ""),
                ("pid", Plain(Pid <= int.MaxValue ? Pid : 0))).Fields;
    }

    private static readonly Dictionary<string, Daemon> Daemons = Enum.GetValues<Daemon>()
        .Where(daemon => daemon is not (Daemon.Unknown or Daemon.Other or Daemon.Script))
        .ToDictionary(daemon => daemon.ToString().ToLowerInvariant(), StringComparer.Ordinal)
        .Concat(new Dictionary<string, Daemon>
        {
            ["oqmgr"] = Daemon.Qmgr, ["nqmgr"] = Daemon.Qmgr, ["trivial-rewrite"] = Daemon.TrivialRewrite, ["proxywrite"] = Daemon.Proxymap,
            ["script"] = Daemon.Script, ["postfix"] = Daemon.Script, ["postfix-script"] = Daemon.Script, ["postlog"] = Daemon.Other, ["postmap"] = Daemon.Other,
            ["postalias"] = Daemon.Other, ["postmulti"] = Daemon.Other, ["postconf"] = Daemon.Other, ["post-install"] = Daemon.Other,
            ["postcat"] = Daemon.Other, ["postkick"] = Daemon.Other, ["postlock"] = Daemon.Other, ["posttls-finger"] = Daemon.Other,
            ["nbdb_reindexd"] = Daemon.Other,
        }).Where(pair => pair.Key != "trivialrewrite").ToDictionary(StringComparer.Ordinal);

    private static readonly Parser<string> Priority = Parse.Char('<')
        .Then(_ => Parse.Chars("0123456789").AtLeastOnce().Text().Where(digits => digits.Length <= 3))
        .FollowedBy(Parse.Char('>'));

    /// <summary>CRI: <c>stdout F </c></summary>
    private static readonly Parser<string> Stream = Lit("stdout ").Or(Lit("stderr ")).Then(_ => Parse.Chars("FP")).Then(_ => Lit(" "));

    /// <summary>compose: <c>smtp_1      | </c></summary>
    private static readonly Parser<string> Service =
        from name in Parse.CharExcept(" |").AtLeastOnce()
        from blanks in Parse.Char(' ').Many()
        from bar in Lit("| ")
        from more in Parse.Char(' ').Many()
        select "";

    /// <summary>A service that is named for its address: <c>postfix/[::1]:10025/smtpd</c>, up to the last bracket of the word.</summary>
    private static readonly Parser<string> NameWithAddress =
        from check in Ahead(Parse.CharExcept("[ ").Except(Lit(": ")).AtLeastOnce().Text().Where(text => text.EndsWith('/')).FollowedBy(Parse.Char('[')))
        from before in Earliest(Ahead(Parse.Char('[').Then(_ => Parse.CharExcept(" [").Many()).Then(_ => AtEnd.Or(Lit(" ")))))
        select before.Before;

    /// <summary>grep over several files: <c>/var/log/mail.log.1:</c></summary>
    private static readonly Parser<string> FileName =
        from name in Parse.CharExcept(" :").AtLeastOnce()
        from colon in Parse.Char(':')
        from stamp in Ahead(DatedStamp.Or(OtherStamp).Or(BsdStamp))
        select "";

    /// <summary>Indented or quoted, as in mail and tickets; <c>kubectl logs --prefix</c>: <c>[pod/postfix-0/postfix] </c></summary>
    private static readonly Parser<string> Quote =
        Parse.Chars(" \t>").AtLeastOnce().FollowedBy(NotAhead(AtEnd)).Select(_ => "").Or(Lit("[pod/").Then(_ => Until("] ")));

    private static readonly string[] Severities = ["info", "notice", "warning", "warn", "err", "error", "crit", "alert", "emerg", "debug"];

    /// <summary><c>mail.info</c>, with a colon on AIX, as numbers by FreeBSD.</summary>
    private static bool IsPriority(string word) => word.IndexOfAny(['.', ':']) is > 0 and var dot
        && word[..dot] is "mail" or "daemon" or "user" or "syslog" or "2" or ['l', 'o', 'c', 'a', 'l', >= '0' and <= '7']
        && (Severities.Contains(word[(dot + 1)..]) || word[(dot + 1)..] is [>= '0' and <= '7']);

    /// <summary>FreeBSD -v: <c>&lt;mail.info&gt; </c>, and the host follows.</summary>
    private static readonly Parser<string> PriorityInBrackets = Word.Where(word => word is ['<', .., '>'] && IsPriority(word[1..^1]))
        .FollowedBy(Parse.Char(' '));

    /// <summary>OpenWrt: <c>mail.info </c>; templates of containers: <c>INFO    </c>. The tag follows.</summary>
    private static readonly Parser<string> BarePriority = Word.Where(IsPriority).FollowedBy(Parse.Char(' '))
        .Or(Word.Where(word => word.All(char.IsAsciiLetterUpper) && Severities.Contains(word.ToLowerInvariant())).FollowedBy(Parse.Char(' ').AtLeastOnce()));

    private static readonly Parser<string> AnyPriority = PriorityInBrackets.Or(BarePriority).Or(Parse.Return(""));
    private static readonly Parser<string> Blanks = Parse.Char(' ').Many().Select(_ => "");

    /// <summary>More blanks than one, around a priority perhaps: from a filter, or aligned by hand.</summary>
    private static readonly Parser<string> MoreBlanks = Parse.Char(' ').Then(_ => Blanks).Then(_ => AnyPriority).Then(_ => Blanks).Or(Parse.Return(""));

    /// <summary>A central syslog writes the address that the line came from before the host.</summary>
    private static bool IsAddress(string word) => word.All(letter => char.IsAsciiDigit(letter) || letter == '.')
        ? word.Split('.') is [not "", not "", not "", not ""]
        : word.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.') && word.Count(letter => letter == ':') >= 2;

    internal static Parser<T> BehindHost<T>(Parser<T> text) => BehindOneHost(text)
        .Or(Word.Where(word => IsAddress(word) && !word.EndsWith(':')).FollowedBy(Parse.Char(' ')).Then(_ => AnyPriority)
            .Then(_ => NotAhead(BarePriority)).Then(_ => PriorityInBrackets.Or(Parse.Return(""))).Then(_ => BehindOneHost(text)));

    private static Parser<T> BehindOneHost<T>(Parser<T> text) =>
        from host in Word.Where(host => !host.EndsWith(':')).FollowedBy(Parse.Char(' '))
        from priority in AnyPriority // busybox
        from blanks in MoreBlanks
        from said in text
        select said;

    internal static Parser<T> BehindPriority<T>(Parser<T> text, Parser<T> withHost) => Blanks.Then(_ =>
        BarePriority.Then(_ => MoreBlanks)
            .Then(_ => text)
            .Or(NotAhead(BarePriority).Then(_ => PriorityInBrackets.FollowedBy(Blanks).Or(Parse.Return(""))).Then(_ => withHost)));

    /// <summary><c>name[pid]: </c>; the name ends before a bracket, a blank or a colon with a blank.</summary>
    private static readonly Parser<HeaderText> AnyTag =
        (from name in NameWithAddress.Or(Parse.CharExcept("[ ").Except(Lit(": ")).AtLeastOnce().Text())
         from pid in Parse.Char('[').Then(_ => Number.Or(Parse.Return(0L))).FollowedBy(Parse.Char(']')).Or(Parse.Return(0L))
         from colon in Parse.Char(':')
         from blank in Parse.Char(' ').Optional()
         select new HeaderText(name, pid)).Named("a tag such as postfix/smtpd[123]:");

    private static readonly Parser<string> PostfixWord = Lit("postfix").Then(_ => Until(" ")).Where(text => text.EndsWith(':'));

    private static readonly Parser<HeaderText> BareTag =
        from check in Ahead(PostfixWord)
        from tag in AnyTag
        select tag;

    private static readonly Parser<HeaderText> HostAndTag =
        BehindPriority(AnyTag,
            BehindHost(AnyTag).Or(from check in Ahead(Word.FollowedBy(Parse.Char(' ')).Where(word => word.EndsWith(':'))) from tag in AnyTag select tag));

    private static readonly Parser<string> DataElement =
        from open in Parse.Char('[')
        from inner in Parse.Char('\\').Then(_ => Parse.AnyChar).Select(_ => "").Or(QuotedText).Or(Parse.CharExcept("]\"\\").Select(_ => "")).Many()
        from close in Parse.Char(']')
        select "";

    internal static readonly Parser<string> StructuredData =
        from data in Lit("-").Or(DataElement.AtLeastOnce().Select(_ => ""))
        from blanks in AtEnd.Or(Lit(" ").FollowedBy(Parse.Char(' ').Optional()))
        from mark in Lit("\u00EF\u00BB\u00BF").Optional()
        select "";

    /// <summary>RFC 5424 behind the stamp: <c>HOST APP PROCID MSGID SD  MSG</c>; rsyslog cuts the program off APP.</summary>
    private static readonly Parser<HeaderText> Header5424 =
        from host in Until(" ")
        from name in Until(" ")
        from pid in Until(" ")
        from id in Until(" ")
        from data in StructuredData
        select new HeaderText(name, Number.ReadFrom(new string([.. pid.TakeWhile(char.IsAsciiDigit)])) is { WasSuccessful: true } number ? number.Value : 0);

    private static bool IsOfContainer(HeaderText header) => !header.IsOfPostfix
        && (header.Name.StartsWith("docker", StringComparison.Ordinal)
            || header.Name.StartsWith("podman", StringComparison.Ordinal)
            || (header.Name.Length == 12 && header.Name.All(char.IsAsciiHexDigitLower))
            || (IsPriority(header.Name) // socklog
                && (header.Name.StartsWith("mail.", StringComparison.Ordinal) || header.Name.StartsWith("local", StringComparison.Ordinal))));

    private static readonly Parser<string> ContainerTag = HostAndTag.Where(IsOfContainer).Select(_ => "");
    private static readonly Parser<string> ContainerTag5424 = Header5424.Where(IsOfContainer).Select(_ => "");

    private static readonly Parser<string> NoVersion = NotAhead(Lit("1 "));

    /// <summary>What is as long as another stamp, a priority or a stream of a container.</summary>
    private static readonly Parser<string> Wraps = Ahead(Rest.Where(text => text.Length > 19
        && ((text[9] == ':' && text[12] == ':' && text[6] == ' ') || (text[13] == ':' && text[16] == ':' && text[4] == '-') || text[0] == '<'
            || text.StartsWith("stdout ", StringComparison.Ordinal) || text.StartsWith("stderr ", StringComparison.Ordinal))));

    /// <summary>Behind the tag of a container there is a line of its own, with a stamp or with a tag alone: docker's syslog driver.</summary>
    private static Parser<T> Contained<T>(Parser<T> inner, Parser<T> bare, Parser<T> syslog)
    {
        var line = DatedStamp.Or(OtherStamp).FollowedBy(Parse.Char(' ')).Then(_ => inner).Or(bare);
        return Wrapped(ContainerTag.Then(_ => line).Or(NotAhead(ContainerTag).Then(_ => inner)), bare,
            ContainerTag5424.Then(_ => line).Or(NotAhead(ContainerTag5424).Then(_ => syslog)));
    }

    /// <summary>One form wrapped in another: priority, container stamp and stream, compose; at most four deep.</summary>
    private static Parser<T> Wrapped<T>(Parser<T> inner, Parser<T> bare, Parser<T> syslog, int nesting = DeepestNesting)
    {
        if (nesting == 0) return input => Result.Failure<T>(input, "wrapped too deep", ["fewer prefixes"]);
        var deeper = Wrapped(inner, bare, syslog, nesting - 1);
        var known = nesting == 1 ? NoText : Wrapped(Rest, PostfixWord, Rest, nesting - 1);
        var stampOf5424 = Lit("1 ").Then(_ => IsoStamp).FollowedBy(Parse.Char(' '));
        return Priority.Then(_ => stampOf5424.Then(_ => syslog).Or(NoVersion.Then(_ => deeper)))
            .Or(stampOf5424.Then(_ => syslog))
            .Or(DatedStamp.FollowedBy(Parse.Char(' ')).Then(_ => Wraps).Then(_ => Stream.Or(Parse.Return(""))).Then(_ => deeper))
            .Or(DatedStamp.FollowedBy(Parse.Char(' ')).Then(_ => NotAhead(Wraps.Then(_ => Stream.Or(known)))).Then(_ => inner))
            .Or(OtherStamp.FollowedBy(Parse.Char(' ')).Then(_ => inner))
            .Or(Service.Then(_ => deeper))
            .Or(FileName.Then(_ => deeper))
            .Or(Quote.Then(_ => deeper))
            .Or(bare);
    }

    /// <summary>Any prefix whose tag is one of Postfix.</summary>
    internal static readonly Parser<HeaderText> Header = Contained(HostAndTag, BareTag, Header5424).Where(header => header.IsOfPostfix);

    private static readonly Parser<string> AnyPrefix = Wrapped(Rest, PostfixWord, Rest);

    /// <summary>A known prefix, whoever wrote the line.</summary>
    internal static bool HasPrefix(string line) => AnyPrefix.ReadFrom(line).WasSuccessful;

    private static readonly Parser<int> AnyTagColumn = Wrapped(
        BehindPriority(Here, BehindHost(Here).Or(Here)),
        Ahead(PostfixWord).Then(_ => Here),
        from host in Until(" ") from at in Here select at);

    /// <summary>Where the tag stands or should; null where no prefix is read.</summary>
    internal static int? TagColumn(string line) => AnyTagColumn.ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;

    /// <summary>Text behind any prefix with a time.</summary>
    internal static Parser<string> Behind(Parser<string> text, Parser<string> syslog) => Contained(text, NoText, syslog);

    private static readonly Parser<Said> Requeued =
        from word in Lit("Requeue: ")
        from old in QueueIdText.FollowedBy(Parse.Char('.'))
        from check in Until(" to ")
        from id in QueueIdText.FollowedBy(AtEnd)
        select Said.Say(EventKind.PutBack, ("queue_id", id), ("orig_id", old));

    /// <summary>MailScanner: <c>Requeue: OLD.A1B2C to NEW</c>; no line of Postfix.</summary>
    internal static readonly Parser<Said> PutBack =
        Contained(HostAndTag, NoHeader, Header5424).Where(header => header.Name == "MailScanner").Then(_ => Requeued);

    private static Parser<HeaderText> NoHeader => input => Result.Failure<HeaderText>(input, "no header", []);

    private static Parser<string> NoText => input => Result.Failure<string>(input, "no text", []);
}
