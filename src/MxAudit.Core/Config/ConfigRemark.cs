namespace MxAudit.Config;

/// <summary>What kind of oddity was noticed while the configuration was read.</summary>
public enum ConfigRemarkKind
{
    /// <summary>Fatal to every Postfix program.</summary>
    MissingEquals,
    /// <summary>The same name again: the last one wins.</summary>
    OverridesEarlier,
    /// <summary>The same name again, with the same value.</summary>
    RepeatsEarlier,
    /// <summary>The first line of a file begins with whitespace and is ignored.</summary>
    LeadingWhitespace,
    /// <summary>A master.cf entry that Postfix would not accept.</summary>
    BadService,
    /// <summary>Indented options behind a commented service: they belong to the active service above.</summary>
    OptionsOfCommentedService,
    /// <summary>A macro that can not be expanded: cycle, depth, syntax.</summary>
    BadMacro,
    /// <summary>Not a number, time or yes/no where one is needed.</summary>
    BadValue,
    /// <summary>A reply code that refuses nothing: smtpd answers 450 in its place.</summary>
    BadReplyCode,
    /// <summary>A word in a restriction list that Postfix does not know: 451 to everyone.</summary>
    UnknownRestriction,
    /// <summary>A word of mynetworks that looks like a network and is none: 451 to nearly everyone.</summary>
    BadNetwork,
    /// <summary>A restriction behind one that always decides.</summary>
    NeverReached,
    /// <summary>A name that Postfix does not know and no value refers to: <c>postconf</c> calls it unused.</summary>
    UnknownParameter,
    /// <summary>A <c>#</c> within a line: it begins no comment there.</summary>
    CommentInValue,
    /// <summary>A blank that is none to Postfix, as pages of the web have them, or a mark that is not seen: it is part of the word.</summary>
    OddBlank,
    /// <summary>A table line without value.</summary>
    TableLineWithoutValue,
    /// <summary>The first entry is kept.</summary>
    TableKeyTwice,
    /// <summary><c>key:</c> is the form of aliases(5).</summary>
    TableKeyWithColon,
    /// <summary>A table that can not be read here: missing evidence.</summary>
    TableNotRead,
    /// <summary>A line of <c>postconf</c>'s own complaints: <c>unused parameter</c> and the like.</summary>
    PostconfComplaint,
}

/// <summary>Something noticed, as a sentence without secrets.</summary>
public sealed record ConfigRemark(ConfigRemarkKind Kind, string Subject, string Text, Place? Place)
{
    /// <summary>Set with <c>-o</c> for a service that the world does not reach: what is wrong there stops that one alone.</summary>
    public bool IsOfInnerService { get; init; }

    /// <summary>No other mail suffers by it than that to this host's own name, as cron sends it.</summary>
    public bool IsOfHostAlone { get; init; }

    /// <summary>The service that has set it with <c>-o</c>; null: main.cf has.</summary>
    public MasterEntry? Service { get; init; }

    /// <summary>The parameter whose value is to be corrected: another one, where the value only refers to it.</summary>
    public string ToCorrect { get => field ?? Subject; init; }
}
