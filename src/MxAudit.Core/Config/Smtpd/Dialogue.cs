namespace MxAudit.Config.Smtpd;

/// <summary>
/// smtpd_check.c, smtpd_check_rcpt: all lists in turn for one client and recipient. A permit ends its list, a refusal ends all. What is not
/// certain is carried along: behind something that may permit, a refusal of the same list is not certain either.
/// </summary>
internal sealed class Dialogue(PostfixConfig config, MasterEntry service, ClientKind client, string recipient, Claim? claim)
{
    private const int DeepestClass = 20;

    /// <summary>Classes may call each other; no list that does its work is near this.</summary>
    private const int MostSteps = 5000;

    private static readonly (string List,
        string Kind)[] Early = [("smtpd_client_restrictions", "client"), ("smtpd_helo_restrictions", "helo"), ("smtpd_sender_restrictions", "sender")];

    private readonly RestrictionJudge _judge = new(config, service, client, recipient, claim);
    private readonly List<SmtpdStep> _steps = [];
    private SmtpdStep? _refusal;
    private bool _doubtfulRefusal, _listIsDoubtful, _verificationIsDoubtful, _listIsOver, _postponed, _hasNoRecipient;
    private VerificationEffect _verification;
    private int _depth, _looked;

    internal SmtpdOutcome Run()
    {
        var lists = Early.ToList();
        (string, string) relay = ("smtpd_relay_restrictions", "recipient"), rcpt = ("smtpd_recipient_restrictions", "recipient");
        lists.AddRange(config.RelayCheckComesFirst(service) ? [relay, rcpt] : [rcpt, relay]);
        bool waits = config.Bool("smtpd_delay_reject", service);
        foreach (var (list, kind) in lists)
        {
            _hasNoRecipient = !waits && Early.Contains((list, kind));
            Walk(list, kind);
        }
        if (_refusal is null) CheckListed();
        _hasNoRecipient = true; // smtpd_check_data: none is looked at where there are several, and whoever wants to evade names two
        foreach (string list in SmtpdStep.BehindRecipients) Walk(list, "data");
        return new SmtpdOutcome
        {
            Service = service,
            Client = client,
            Recipient = recipient,
            Steps = _steps,
            Verification = _verification,
            DecidedBy = _refusal,
            Verdict = _refusal?.Effect switch
            {
                StepEffect.Refuses when !config.Bool("soft_bounce", service) => SmtpdVerdict.Refused,
                not null => SmtpdVerdict.Deferred,
                null when _doubtfulRefusal => SmtpdVerdict.Unknown,
                null => SmtpdVerdict.Accepted,
            },
        };
    }

    private void Walk(string list, string kind)
    {
        if (_refusal is not null) return;
        _listIsDoubtful = _verificationIsDoubtful = _listIsOver = false;
        Walk(list, config.RestrictionsOf(list, service, kind));
        if (_postponed && _refusal is null && _steps.LastOrDefault() is { } last) _refusal = last with { Effect = StepEffect.Defers };
    }

    private void Walk(string list, IReadOnlyList<Restriction> restrictions)
    {
        if (++_depth <= DeepestClass)
            foreach (var restriction in restrictions)
            {
                if (_refusal is not null || _listIsOver || ++_looked > MostSteps) break;
                if (config.RestrictionClass(restriction.Name, service) is { } itsClass) Walk(list, itsClass);
                else Take(list, restriction);
            }
        _depth--;
    }

    private void Take(string list, Restriction restriction)
    {
        if (_hasNoRecipient && RestrictionNames.NeedsRecipient(restriction.Name)) return;
        var (effect, entry, more) = _judge.Judge(restriction);
        if (more is not null) { Walk(list, restriction.OnlyWarns ? [.. more.Select(one => one with { OnlyWarns = true })] : more); return; }
        var step = new SmtpdStep(list, restriction, effect, entry);
        _steps.Add(step);
        if (restriction.OnlyWarns && effect is StepEffect.Refuses or StepEffect.Defers or StepEffect.MayRefuse)
            return;
        switch (effect)
        {
            case StepEffect.Permits: _listIsOver = true; break;
            case StepEffect.MayPermit or StepEffect.Unknown:
                _listIsDoubtful = true;
                _verificationIsDoubtful |= effect == StepEffect.Unknown && restriction.Name != "check_policy_service"; // a policy seldom permits outright
                break;
            case StepEffect.Refuses or StepEffect.Defers when _listIsDoubtful: _doubtfulRefusal = _listIsOver = true; break;
            case StepEffect.Refuses or StepEffect.Defers when restriction.Name == "defer_if_permit": _postponed = true; break;
            case StepEffect.Refuses or StepEffect.Defers: _refusal = step; break;
            case StepEffect.MayRefuse when RestrictionJudge.DecidesRelaying(restriction): _doubtfulRefusal = true; break;
            case StepEffect.Verifies: _verification = Stronger(_verificationIsDoubtful ? VerificationEffect.Unknown : EffectOf(restriction)); break;
        }
    }

    private VerificationEffect Stronger(VerificationEffect effect) => effect > _verification ? effect : _verification;

    private VerificationEffect EffectOf(Restriction restriction)
    {
        if (restriction.OnlyWarns) return VerificationEffect.OnlyWarns;
        bool acceptsBad = config.Int("unverified_recipient_reject_code", service) / 100 == 2,
            acceptsUnknown = config.Int("unverified_recipient_defer_code", service) / 100 == 2;
        bool remembers = config.Bool("address_verify_negative_cache");
        if (acceptsBad || (acceptsUnknown && !remembers)) return VerificationEffect.SwitchedOff;
        return acceptsUnknown ? VerificationEffect.AcceptsUnknown : remembers ? VerificationEffect.Full : VerificationEffect.OnlyDefers;
    }

    /// <summary>At the end, for every client, whatever list permitted it.</summary>
    private void CheckListed()
    {
        if (!config.RefusesUnlisted(service)) return;
        var effect = _judge.EffectOfListing();
        if (effect == StepEffect.Passes) return;
        var step = new SmtpdStep("smtpd_reject_unlisted_recipient", new Restriction("reject_unlisted_recipient", "", false), effect);
        _steps.Add(step);
        if (effect is StepEffect.Refuses or StepEffect.Defers) _refusal = step;
        else _doubtfulRefusal = true;
    }
}
