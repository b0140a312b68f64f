using MxAudit.Config.Tables;

namespace MxAudit.Config.Smtpd;

/// <summary>Who is connected, as far as restrictions tell clients apart.</summary>
public enum ClientKind
{
    /// <summary>Outside mynetworks, not logged in, in no table.</summary>
    Stranger,
    /// <summary>In mynetworks.</summary>
    TrustedClient,
    /// <summary>Logged in.</summary>
    AuthenticatedClient,
}

public enum SmtpdVerdict
{
    /// <summary>A table, a policy service or DNS decides whether a refusal is reached.</summary>
    Unknown,
    /// <summary>No restriction that is certain refuses; see <see cref="SmtpdOutcome.MayRefuse"/>.</summary>
    Accepted,
    /// <summary>4xx: the sender tries again.</summary>
    Deferred,
    /// <summary>5xx.</summary>
    Refused,
}

/// <summary>What <c>reject_unverified_recipient</c> is worth for this client and recipient.</summary>
public enum VerificationEffect
{
    /// <summary>Not there, or a permit before it ends the list.</summary>
    None,
    /// <summary>Something before it may or may not end the list.</summary>
    Unknown,
    /// <summary><c>warn_if_reject</c>: nothing is refused.</summary>
    OnlyWarns,
    /// <summary>By unverified_recipient_reject_code = 2xx, or negative cache off together with defer_code = 2xx: everything is accepted.</summary>
    SwitchedOff,
    /// <summary>unverified_recipient_defer_code = 2xx: refuses what is known to be bad, accepts what is not known.</summary>
    AcceptsUnknown,
    /// <summary>The negative cache is off: unknown recipients are deferred, never refused.</summary>
    OnlyDefers,
    Full,
}

public enum StepEffect
{
    /// <summary>No opinion.</summary>
    Passes,
    Permits, MayPermit, Refuses, Defers, MayRefuse,
    /// <summary>A table that can not be read, a policy service: it may permit, refuse, or have no opinion.</summary>
    Unknown,
    /// <summary>The recipient is verified by a probe.</summary>
    Verifies,
    /// <summary>The message is taken and thrown away.</summary>
    Discards,
}

/// <summary>One restriction at work.</summary>
/// <param name="List"><c>smtpd_recipient_restrictions</c>; for the check that needs no restriction, <c>smtpd_reject_unlisted_recipient</c>.</param>
/// <param name="Entry">The table entry that decided.</param>
public sealed record SmtpdStep(string List, Restriction Restriction, StepEffect Effect, TableEntry? Entry = null)
{
    /// <summary>Asked at DATA and at its end.</summary>
    public static IReadOnlyList<string> BehindRecipients { get; } = ["smtpd_data_restrictions", "smtpd_end_of_data_restrictions"];

    /// <summary>While the recipient is known, however many there are.</summary>
    public bool KnowsRecipient => !BehindRecipients.Contains(List);
}

/// <summary>What a client says of itself. Anybody can say it.</summary>
public readonly record struct Claim(string Sender, string HeloName)
{
    public static Claim Nobodys { get; } = new("nobody@nobody.invalid", "nobody.invalid");
}

/// <summary>What smtpd answers to RCPT TO, and behind it to DATA, and why.</summary>
public sealed record SmtpdOutcome
{
    public required MasterEntry Service { get; init; }
    public required ClientKind Client { get; init; }
    public required string Recipient { get; init; }
    public required SmtpdVerdict Verdict { get; init; }

    /// <summary>Every restriction that was looked at, in order.</summary>
    public required IReadOnlyList<SmtpdStep> Steps { get; init; }
    public required VerificationEffect Verification { get; init; }

    /// <summary>The restriction that refuses; null when none is certain to.</summary>
    public SmtpdStep? DecidedBy { get; init; }

    /// <summary>reject_unknown_recipient_domain is reached.</summary>
    public bool ChecksRecipientDomain => Steps.Any(step => step.Restriction is { Name: "reject_unknown_recipient_domain", OnlyWarns: false });

    /// <summary>What may refuse some clients: names, DNS lists, policies.</summary>
    public IEnumerable<SmtpdStep> MayRefuse => Steps.Where(step => step.Effect is StepEffect.MayRefuse or StepEffect.Unknown && !step.Restriction.OnlyWarns);

    public IEnumerable<SmtpdStep> PolicyServices => Steps.Where(step => step.Restriction.Name == "check_policy_service");
}
