using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>The host as the steps ask about it: evidence, findings, and the configuration as it will be after the steps so far.</summary>
internal sealed class AdvisedHost
{
    private static readonly string[] TempfailActions =
    [
        "unverified_recipient_tempfail_action", "unverified_sender_tempfail_action", "unknown_address_tempfail_action",
        "unknown_helo_hostname_tempfail_action", "reject_tempfail_action",
    ];

    internal AdvisedHost(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        (Evidence, Findings, Config) = (evidence, [.. findings.Where(finding => finding.State != FindingState.Suppressed)], evidence.Config);
        Suppressed = [.. findings.Except(Findings)];
        if (Config is { } config)
        {
            Draft = new Draft(config, Suppressed.Select(finding => finding.Subject).ToHashSet());
            Doors = Rules.Doors.Of(evidence);
            RelayedNames = [.. config.NamesIn("relay_domains")
                .Select(domain => domain.Name)
                .Where(name => !name.StartsWith('.') && !name.Contains('*'))
                .Distinct()];
        }
        else RelayedNames = [.. evidence.Log?.Domains.Where(domain => domain.ByRelayService).Select(domain => domain.Name) ?? []];
    }

    internal Evidence Evidence { get; }
    internal IReadOnlyList<Finding> Findings { get; }

    /// <summary>Deliberate exceptions: no step is made for them, and a setting that one is about stays as it is.</summary>
    internal IReadOnlyList<Finding> Suppressed { get; }
    internal PostfixConfig? Config { get; }
    internal MailHistory? Mail => Evidence.Log;

    /// <summary>For steps that are made only where there is a configuration.</summary>
    internal PostfixConfig Configuration => Evidence.Configuration;
    internal Draft Draft { get => field ?? throw new InvalidOperationException("There is no configuration to change."); }
    internal IReadOnlyList<Door> Doors { get; } = [];

    /// <summary>All of relay_domains, those too that another class takes; without configuration those the relay service served.</summary>
    internal IReadOnlyList<string> RelayedNames { get; }
    internal List<string> AlreadyRight { get; } = [];

    /// <summary>What many hosts or domains of others are told of together is no matter of the primary, nor of a domain.</summary>
    internal bool Found(string rule) => Findings.Any(finding => finding.Rule.Id == rule && finding.Together.Count == 0);

    /// <summary>The smtpd that answers the world; null where there is none.</summary>
    internal MasterEntry? MainSmtpd => Config?.PublicSmtpdServices is [var first, ..] ? first : null;

    /// <summary>The ids that the audit really reported, suppressed or not.</summary>
    internal string[] Named(params IReadOnlyList<string> rules) =>
        [.. rules.Where(rule => Found(rule) || Suppressed.Any(finding => finding.Rule.Id == rule && finding.Together.Count == 0))];

    /// <summary>The same, and the rules all of whose findings have this one for their cause.</summary>
    internal string[] NamedAndCaused(string cause) =>
    [
        .. Named(cause),
        .. Findings.GroupBy(finding => finding.Rule.Id).Where(found => found.All(finding => Causes.IsOnly(cause, finding))).Select(found => found.Key),
    ];

    /// <summary>Whoever runs this host wants it so: all findings that ask for the step are suppressed.</summary>
    internal bool IsMeantSo(PlannedStep step) =>
        step.Rules.Count > 0 && step.Rules.All(rule => !Found(rule) && Suppressed.Any(finding => finding.Rule.Id == rule));

    internal IEnumerable<string> SubjectsOf(string rule) =>
        Findings.Where(finding => finding.Rule.Id == rule && finding.Together.Count == 0).Select(finding => finding.Subject).Distinct();

    /// <summary>This host's settings of these names, each where it is written.</summary>
    internal OwnSetting[] Own(params string[] names) => Config is null ? [] : [.. names.Select(One)];

    private OwnSetting One(string name)
    {
        var config = Configuration;
        var service = config.PublicSmtpdServices.FirstOrDefault(one => one.Overrides.ContainsKey(name));
        return config.PlaceOf(name, service) is { } place
            ? new OwnSetting(config.Shown(name, service), place.Source, place.Line > 0 ? place.Line : null)
            : new OwnSetting(config.Shown(name), "the default", null);
    }

    /// <summary>What the weakest door does with a recipient that the primary does not know; null without configuration, or without a door.</summary>
    internal VerificationEffect? Verification =>
        Doors.Count == 0 ? null : Doors.Where(door => !IsByList(door)).Select(door => (VerificationEffect?)door.Verification).Min() ?? VerificationEffect.None;

    internal static bool IsByList(Door door) => door.Outcome.DecidedBy?.Restriction.Name == "reject_unlisted_recipient";

    /// <summary>Every domain is guarded by a list of its recipients.</summary>
    internal bool AllByList => Doors.Count > 0 && Doors.All(IsByList);

    /// <summary>reject_unverified_recipient is written for the world's smtpd, whatever it is worth.</summary>
    internal bool VerificationIsWritten => Config is { } config && config.PublicSmtpdServices.Any(service =>
        config.RestrictionsOf("smtpd_recipient_restrictions", service)
            .Concat(config.RestrictionsOf("smtpd_relay_restrictions", service))
            .Any(one => one.Name == "reject_unverified_recipient"))
        || Doors.Any(door => door.Verification is not (VerificationEffect.None or VerificationEffect.Unknown));

    /// <summary>Domains whose mail leaves through a relayhost that is not their primary.</summary>
    internal IEnumerable<string> TakenByRelayhost =>
        Config is not { } config ? [] : Rules.Doors.DomainsOf(config).Where(domain => Relayhosts.Takes(config, config.RouteOfDomain(domain)));

    /// <summary>Illegal values that keep smtpd from running, and for which services.</summary>
    internal string[] IllegalActions => Config is not { } config ? [.. SubjectsOf("VRF006").Where(TempfailActions.Contains)]
        : [.. TempfailActions.Where(name => config.SmtpdServices.Any(service => config.IsExplicit(name, service)
            && config.ExpandedFor(service, name).Trim().ToLowerInvariant() is not ("defer" or "defer_if_permit")))];

    /// <summary>Empty as long as smtpd runs.</summary>
    internal string WhyNoMailIsTaken
    {
        get
        {
            if (IllegalActions is [var name, ..])
                return Config is { } config && One(name) is var own ? $"{own} is no legal value, and smtpd dies whenever a client connects."
                    : Over("VRF006") ? ""
                    : $"{name} has an illegal value, and smtpd dies whenever a client connects.";
            if (Config is not null && Configuration.PublicSmtpdServices.FirstOrDefault(service => !Configuration.HasRelayControl(service)) is { } open)
                return $"neither smtpd_relay_restrictions nor smtpd_recipient_restrictions of {open.Id} says who may relay, and smtpd refuses to run.";
            return Found("HYG008") && !Over("HYG008") ? $"smtpd does not start. {Findings.First(finding => finding.Rule.Id == "HYG008").Message}" : "";
        }
    }

    /// <summary>The log shows that it happened, and that mail was taken again later.</summary>
    private bool Over(string rule) => Findings.Any(finding => finding.Rule.Id == rule && finding.Severity < Severity.Critical);

    /// <summary>Some next hop does not answer now.</summary>
    internal bool PrimaryIsDown => Found("QUE003") || DownNow.Length > 0;

    internal string[] DownNow =>
        [.. Mail?.NextHops.Where(hop => hop.DownSince is not null && hop.Waiting.Count > 0).Select(hop => hop.HostName).Distinct() ?? []];
}
