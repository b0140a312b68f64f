namespace MxAudit.Rules;

/// <summary>A host in few lines: the evidence an example is made of. What is null is not looked at.</summary>
public sealed record Example
{
    /// <summary>The beginning of a main.cf: the primary is asked before mail is taken.</summary>
    public const string AskingFirst = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    /// <summary>The same of a host that relays for one domain, and is sound in all: an example adds what it is about.</summary>
    public const string Sound = AskingFirst + """
        mynetworks = 127.0.0.0/8
        relay_domains = example.com

        """;

    /// <summary>A main.cf that relays for one domain and has no word about its recipients.</summary>
    public const string Relaying = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com

        """;

    /// <summary>Lines of the mail log.</summary>
    public string? Log { get; init; }

    /// <summary>What <c>postqueue -j</c> says.</summary>
    public string? Queue { get; init; }

    /// <summary>The main.cf.</summary>
    public string? Config { get; init; }

    /// <summary>Recorded DNS answers, as <c>--dns FILE</c> reads them.</summary>
    public string? Dns { get; init; }

    /// <summary>A log is enough for most.</summary>
    public static implicit operator Example(string log) => new() { Log = log };

    /// <summary>What there is, the log first.</summary>
    public IEnumerable<(EvidenceKinds Kind, string Text)> Parts
    {
        get
        {
            if (Log is not null) yield return (EvidenceKinds.Log, Log);
            if (Queue is not null) yield return (EvidenceKinds.Queue, Queue);
            if (Config is not null) yield return (EvidenceKinds.Config, Config);
            if (Dns is not null) yield return (EvidenceKinds.Dns, Dns);
        }
    }
}
