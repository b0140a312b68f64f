using System.Net;
using MxAudit.Input;
using MxAudit.Rules;

namespace MxAudit;

/// <summary>What to audit.</summary>
public sealed record AuditRequest
{
    /// <summary>Files, directories, globs, <c>-</c>, <c>journal</c>; empty: none, unless <see cref="DefaultLog"/> asks for this host's.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Whether the mail log of this host is looked for, where no <see cref="Logs"/> are named.</summary>
    public LiveEvidence DefaultLog { get; init; }

    /// <summary>Whether that log may be there and not be readable. Where an exit status speaks it must not say that all is well.</summary>
    public bool MayLackRights { get; init; } = true;

    /// <summary>A saved <c>postqueue -j</c> or <c>postqueue -p</c>; null: the queue is not looked at.</summary>
    public string? QueueFile { get; init; }

    /// <summary>Whether the queue of this host is listed, where no <see cref="QueueFile"/> is named.</summary>
    public LiveEvidence LiveQueue { get; init; }

    /// <summary><c>live</c>, a directory with main.cf, a saved <c>postconf -n</c>; null: the configuration is not looked at.</summary>
    public string? Config { get; init; }

    /// <summary>Where it can not be had, a sentence says so and the audit goes on without it.</summary>
    public bool ConfigIfPossible { get; init; }

    /// <summary>A file with recorded DNS answers, or <c>live</c>; null: DNS is not looked at.</summary>
    public string? Dns { get; init; }

    /// <summary>When nobody answers, a sentence says so and the audit goes on without DNS, if there is other evidence.</summary>
    public bool DnsIfPossible { get; init; } = true;

    /// <summary>Who is asked live; null: the resolver of this machine.</summary>
    public IPEndPoint? DnsServer { get; init; }

    /// <summary>Who the audited host is, when its evidence was copied from elsewhere.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];
    public IReadOnlyList<string> OwnAddresses { get; init; } = [];
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>The moment that ages are counted to; null: the last line, or the newest arrival in the queue if that is later.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Of the first stamp, for stamps without one; null: inferred.</summary>
    public int? Year { get; init; }
    public TimeSpan? UtcOffset { get; init; }
    public string? Instance { get; init; }
    public string? Host { get; init; }

    /// <summary>Whether a rule is wanted (<c>--only</c>, <c>--ignore</c>); null: all.</summary>
    public Func<Rule, bool>? Wanted { get; init; }
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Limits of rules by id, instead of the manual's.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>Gives findings the state that the site wants them to have: known, suppressed. Null: all are new.</summary>
    public Func<AuditResult, AuditResult>? Judge { get; init; }

    /// <summary>Clients there are no strangers, whatever the configuration says.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];

    /// <summary>Told how far the audit is; null: nobody looks.</summary>
    public ReadingProgress? Progress { get; init; }

    /// <summary>Where live evidence is found; tests give their own.</summary>
    public LogPlaces LogPlaces { get; init; } = new();
    public HostPrograms Programs { get; init; } = new();
}

/// <summary>Evidence of the running system: if possible, and a sentence says when it is not; or else no audit is performed.</summary>
public enum LiveEvidence { No, IfPossible, Required }
