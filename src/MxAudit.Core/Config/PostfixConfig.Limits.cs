using MxAudit.Config.Syntax;

namespace MxAudit.Config;

/// <summary>Values of the right kind that a program can not take.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>Of reply codes smtpd.c has limits for these alone, and ends beyond them.</summary>
    private static readonly Dictionary<string, (int Least, int Most)> CodeLimits = new(StringComparer.Ordinal)
    {
        ["unverified_recipient_reject_code"] = (200, 599), ["unverified_recipient_defer_code"] = (200, 499),
        ["unverified_sender_reject_code"] = (200, 599), ["unverified_sender_defer_code"] = (200, 499),
        ["smtpd_forbid_bare_newline_reject_code"] = (500, 599),
    };

    private void TryLimits(string name, MasterEntry? service)
    {
        if (service is { IsSmtpd: false } && !name.StartsWith(service.Command + "_", StringComparison.Ordinal)) return;
        if (WhyUnfit(name, service) is { } why)
            NoticeAt(service, name, new ConfigRemark(ConfigRemarkKind.BadValue, name,
                $"{Shown(name, service)}{why}: {(ParameterKinds.IsReadBySmtpd(name) ? "smtpd" : "Postfix")} ends with a fatal error.{OfComment(Value(name, service))}",
                PlaceOf(name, service)));
        else if (name.EndsWith("_code", StringComparison.Ordinal) && name != "fault_injection_code" && ParameterNames.IsKnown(name)) TryCode(name, service);
    }

    /// <summary>What is said behind the name and the value; null: a program can take it.</summary>
    private string? WhyUnfit(string name, MasterEntry? service)
    {
        if (ParameterLimits.IsAtLeastOne(name)) return IsTooSmall(name, ExpandedFor(service, name).Trimmed()) ? " is less than 1" : null;
        if (IsTooLarge(name, ExpandedFor(service, name).Trimmed())) return $" is more than {ParameterLimits.MostOf(name)}";
        if (IsEmpty(name, service)) return ParameterLimits.IsNeverEmpty(name) && !RefersToUnknown(name, service) ? ", and must not be" : null;
        if (ParameterLimits.IsOfTables(name))
            return List(name, service).FirstOrDefault(word => !word.Contains(':')) is { } word
                ? $": {Redaction.OfText(word)} has no type of a table in front, such as hash:" : null;
        return IsOfChoice(name, ExpandedFor(service, name).Trimmed()) ? null : " is no such level";
    }

    private static bool IsOfChoice(string name, string text) => ParameterLimits.ChoicesFor(name)?.Contains(text, StringComparer.OrdinalIgnoreCase) != false;

    private static bool IsTooSmall(string name, string text) =>
        ParameterLimits.IsAtLeastOne(name) && int.TryParse(text.TrimEnd('s', 'm', 'h', 'd', 'w'), out int number) && number < 1;

    private bool IsTooLarge(string name, string text) => ParameterLimits.MostOf(name) is { } most && (ParameterKinds.Of(name) == ParameterKind.Time
        ? TimeOf(text, DefaultUnit(name)) > TimeOf(most, 's') : NumberOf(name, text) > NumberOf(name, most));

    private bool IsInner(MasterEntry? service) => service is not null && !PublicSmtpdServices.Contains(service);

    /// <summary>Other codes may be any number; smtpd_check.c looks at the reply that it makes of them.</summary>
    private void TryCode(string name, MasterEntry? service)
    {
        if (!int.TryParse(ExpandedFor(service, name), out int code)) return;
        if (CodeLimits.TryGetValue(name, out var limits))
        {
            if (code < limits.Least || code > limits.Most)
                NoticeAt(service, name, new ConfigRemark(ConfigRemarkKind.BadValue, name,
                    $"{Shown(name, service)} is not from {limits.Least} to {limits.Most}: smtpd ends with a fatal error.", PlaceOf(name, service)));
        }
        else if (code is < 400 or > 599)
            Notice(new ConfigRemark(ConfigRemarkKind.BadReplyCode, name,
                $"{Shown(name, service)} is no code of a refusal: smtpd answers 450 (Service unavailable) in its place, and clients try again.", PlaceOf(name, service)));
    }
}
