namespace MxAudit.Rules;

/// <summary>A host in few lines: the evidence an example is made of. What is null is not looked at.</summary>
public sealed record Example
{
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
