using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// Clients that a table, a certificate or a policy admits send to anywhere, though they are neither in mynetworks nor logged in. What they write is
/// told from strangers' mail by where it goes: nobody else gets mail to other people's domains past the relay check.
/// </summary>
internal static class AdmittedSenders
{
    private static readonly string[] Admitting = ["permit_tls_clientcerts", "permit_tls_all_clientcerts", "check_ccert_access", "check_client_access",
        "check_policy_service", "permit_mx_backup", "permit_dnswl_client"];

    public static bool AreCertain(PostfixConfig config) =>
        MayBe(config) && !config.SmtpdServices.Any(service =>
            PostfixConfig.ListsBeforeData.Any(list => config.RestrictionsOf(list, service).Any(one => one.Name == "permit_mx_backup")));

    public static bool MayBe(PostfixConfig config) =>
        !LetsAnybodyRelay(config) && config.SmtpdServices.Any(service => PostfixConfig.ListsBeforeData.Any(list => config.RestrictionsOf(list, service)
            .Any(restriction => Admitting.Contains(restriction.Name)
                || config.Expanded("smtpd_restriction_classes").Contains(restriction.Name, StringComparison.Ordinal))));

    /// <summary>Where all may, nobody has to be admitted.</summary>
    public static bool LetsAnybodyRelay(PostfixConfig config) =>
        OpenSmtpd.Of(config).Any()
        || config.PublicSmtpdServices.Any(service => WideNetworks.Of(config.TrustedNetworksOf(service)).Count > 0);

    /// <summary>To a domain that this host does not serve, and by no alias.</summary>
    public static bool Wrote(PostfixConfig config, Recipient recipient) =>
        recipient is { ByRelayService: false, OriginalAddress: "", Message.WasRedirected: false } && recipient.Domain.Length > 0
        && config.IsOfThisHost(recipient.Message) && config.ClassOf(recipient.Domain) == DomainClass.Default;
}
