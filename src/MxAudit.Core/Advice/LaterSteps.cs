using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>Not today.</summary>
internal static class LaterSteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host) => [.. SoftBounce(host), .. Refuse(host), .. RelayDenied(host), .. RecipientList(host)];

    private static IEnumerable<PlannedStep> SoftBounce(AdvisedHost host)
    {
        if (host.Draft.Value("soft_bounce").Trim() != "yes") yield break;
        string[] loops = host.Named("LUP001", "LUP007");
        yield return new PlannedStep(Stage.Later, "Let mail bounce again",
            loops.Length > 0
                ? "When no mail has looped for a day."
                : "With soft_bounce every refusal is temporary, and mail that can not be delivered waits in the queue until it expires.",
            loops.Length > 0
                ? $"mxaudit check --since 24h --only LUP --quiet && {host.Draft.Change(("soft_bounce", "no"))}"
                : host.Draft.Change(("soft_bounce", "no")),
            "", [.. host.Named("HYG004"), .. loops]);
    }

    private static IEnumerable<PlannedStep> Refuse(AdvisedHost host)
    {
        bool verifies = host.VerificationIsWritten || host.Draft.Words("smtpd_recipient_restrictions").Contains("reject_unverified_recipient");
        var services = host.Configuration.PublicSmtpdServices;
        if (!verifies || services.Count == 0 || !host.Draft.Value("unverified_recipient_reject_code", services[0]).Trim().StartsWith('4')) yield break;
        yield return new PlannedStep(Stage.Later, "After a clean week: refuse unknown recipients for good",
            "Clean: the primary never refused this host itself, which verification would take for unknown users. The command looks first, and changes nothing if it is not clean.",
            $"mxaudit check --since 7d --only VRF008,BKS011 --quiet && {host.Draft.ChangeForSmtpd(("unverified_recipient_reject_code", _ => "550"))}", "",
            ["VRF005"]);
    }

    private static IEnumerable<PlannedStep> RelayDenied(AdvisedHost host)
    {
        var services = host.Configuration.PublicSmtpdServices;
        if (services.Count == 0) yield break;
        string[] lists = [.. PostfixConfig.RelayLists.Where(list => host.Draft.Words(list, services[0]).Contains("defer_unauth_destination"))];
        if (lists.Length == 0) { host.AlreadyRight.Add("Relaying for strangers is refused for good."); yield break; }
        yield return new PlannedStep(Stage.Later, "When the list of domains is complete: refuse relaying for good",
            $"{host.Own(lists[0])[0]}: \"Relay access denied\" is answered 454, senders try for days, and nobody sees that a domain is missing. As long as you are not sure of relay_domains, it is the safer answer.",
            host.Draft.ChangeForSmtpd([.. lists.Select(list => (list,
                (Func<MasterEntry?, string?>)(service => Postconf.Restrictions(host.Draft.Words(list, service)
                    .Select(word => word == "defer_unauth_destination" ? "reject_unauth_destination" : word)))))]),
            "", host.Named("RLY011"));
    }

    private static IEnumerable<PlannedStep> RecipientList(AdvisedHost host)
    {
        if (host.RelayedNames.Count == 0 || host.Draft.Value("relay_recipient_maps").Trim().Length > 0) yield break;
        string file = $"{host.Draft.Folder}/relay_recipients", table = $"{host.Configuration.TableTypeForFixes}:{file}";
        yield return new PlannedStep(Stage.Later, "Best: a list of the users, and no probes at all",
            $"It refuses unknown users and accepts valid ones, primary up or down. Write each address into {file}, as \"user@{host.RelayedNames[0]} x\", one on a line, and keep it up to date. The command does nothing while the file is empty.",
            Guarding.WhenCompiled(table) + host.Draft.Change(("relay_recipient_maps", table)),
            "Who the users are can not be known from here: the primary knows. An address that is missing in the list is refused with 550.", []);
    }
}
