using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

/// <summary>Mail that goes round on this host alone: what comes back from the content filter is handed to the filter again.</summary>
internal static class FilterCircle
{
    /// <summary>Each round went to a port of this host other than 25, and came back from this host.</summary>
    public static bool Is(IEnumerable<Message> circulating) =>
        circulating.ToArray() is { Length: > 0 } messages
        && messages.All(message => message.Attempts.FirstOrDefault() is { NextHop: { } hop } && hop.IsFilter() && hop.Port is not ("" or "25"));

    /// <summary>FILTER_README has <c>-o content_filter=</c> for that service: without it, it has what main.cf says.</summary>
    public static Fix Ended(PostfixConfig? config)
    {
        MasterEntry[] again = [.. config?.SmtpdServices.Where(service => service.IsLoopback && !config.IsEmpty("content_filter", service)) ?? []];
        return again.Length > 0
            ? new("The smtpd that takes mail back from the content filter hands it to the filter again. Empty content_filter there; the mail that is on its way goes on then.",
                $"postconf -P {string.Join(' ', again.Select(service => ShellWord.Quoted($"{service.Id}/content_filter=")))} && postfix reload")
            : new("The mail never leaves this host: what comes back from the content filter is handed to the filter again, by content_filter or by FILTER in a table. "
                + "Let the smtpd that takes it back do neither.",
                "postconf -n content_filter header_checks body_checks; postconf -P '*/*/content_filter' '*/*/receive_override_options'");
    }
}
