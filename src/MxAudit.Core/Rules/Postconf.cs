using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules;

/// <summary>Commands that change a parameter where it is set now: in main.cf, or for one service in master.cf.</summary>
internal static class Postconf
{
    public static string Set(string name, string value, MasterEntry? service = null) =>
        (service?.Overrides.ContainsKey(name) == true ? $"postconf -P {Quoted($"{service.Id}/{name}={value}")}" : $"postconf -e {Quoted($"{name} = {value}")}") + " && postfix reload";

    /// <summary>Empty where the list holds a secret: a command with a part missing is worse than none.</summary>
    public static string SetList(string name, IEnumerable<Restriction> restrictions, MasterEntry? service = null)
    {
        string value = string.Join(", ", restrictions.Select(Written));
        return Redaction.OfText(value) == value ? Set(name, value, service) : "";
    }

    private static string Written(Restriction restriction)
    {
        string argument = restriction.Argument.AsSpan().IndexOfAny(" \t,") < 0 ? restriction.Argument : $"{{ {restriction.Argument} }}";
        return $"{(restriction.OnlyWarns ? "warn_if_reject " : "")}{restriction.Name}{(argument.Length > 0 ? " " : "")}{argument}";
    }

    /// <summary>As the shell takes it, whatever is in it.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''")}'";
}
