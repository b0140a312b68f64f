using MxAudit.Config;
using MxAudit.Config.Syntax;
using MxAudit.Rules;
using MxAudit.Rules.Hygiene;

namespace MxAudit.Advice;

/// <summary>Block lists that refuse everybody: all in one step, since they stand in the same settings.</summary>
internal static class BlockListSteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host)
    {
        var config = host.Configuration;
        string[] told = [.. Refusing(host).Select(finding => finding.Subject)];
        if (told.Length == 0) yield break;
        BlockListUse[] uses = [.. BlockListUse.In(config)];
        BlockListTrouble[] lists = [.. BlockListTrouble.All(host.Evidence.MailIfAny, config, uses).Where(list => told.Contains(Redaction.OfLog(list.Name)))];
        string[] givenUp = [.. lists.Where(list => list.IsGivenUp).Select(list => list.Name)];
        BlockListUse[] harmful = [.. uses.Where(use => lists.Any(list => use.IsOf(list.Name) && (list.IsGivenUp || use.TakesErrors)))];
        var become = harmful.DistinctBy(use => use.Word).ToDictionary(use => use.Word, use => givenUp.Any(use.IsOf) ? null : use.WithListings ?? use.Word);
        bool isAll = harmful.Length > 0 && harmful.All(use => Corrected(host, use.Parameter, OwnerOf(use), harmful, become) is { } value
            && Redaction.OfText(value) == value && !WordGrammar.Read(value).Contains(use.Word));
        string command = host.Draft.ChangeForSmtpd([.. harmful.Select(use => use.Parameter).Distinct().Select(parameter => (parameter,
            (Func<MasterEntry?, string?>)(service => Corrected(host, parameter, service, harmful, become) ?? host.Draft.Value(parameter, service))))]);
        yield return new PlannedStep(Stage.Flow, $"Let {Telling.Some(told)} refuse nobody for an error",
            Telling.Sentences("Postfix takes any answer for a listing, unless it is told which answers count, and refuses everybody.",
                givenUp.Length > 0 ? $"{Telling.Some(givenUp.Select(Redaction.OfLog))} was given up: out with it." : ""),
            command,
            Telling.Sentences(
                isAll ? "" : "Not every place can be changed by a command: a macro, a table, a key, or a list whose answers are not known here. \"mxaudit check\" says what to write.",
                givenUp.Length == lists.Length ? "" : "That the list works again takes a resolver of this host's own, not a public one."),
            ["HYG009"]);
    }

    internal static IEnumerable<Finding> Refusing(AdvisedHost host) =>
        host.Findings.Where(finding => finding.Rule.Id == "HYG009" && finding.Severity >= Severity.Medium);

    private static MasterEntry? OwnerOf(BlockListUse use) => use.Service?.Overrides.ContainsKey(use.Parameter) == true ? use.Service : null;

    /// <summary>The setting as it should be. Null: a macro stands for words of it, and it can not be said.</summary>
    private static string? Corrected(AdvisedHost host, string parameter, MasterEntry? service, BlockListUse[] harmful, Dictionary<string, string?> become)
    {
        var words = host.Draft.Words(parameter, service);
        if (parameter == BlockListUse.Sites) return string.Join(", ", words.Select(word => become.GetValueOrDefault(word, word)).OfType<string>());
        var here = harmful.Where(use => use.Parameter == parameter && OwnerOf(use) == service).ToArray();
        if (here.All(use => words.Contains(use.Word)))
            return RelayingFirst.Joined(RelayingFirst.Items(words).Select(item => Corrected(item, become)).OfType<string>());
        return host.Draft.Value(parameter, service) != host.Configuration.Value(parameter, service) ? null
            : Postconf.Changed(host.Configuration, parameter, here[0].Service, restriction => BlockListUse.Become(restriction, become)).Value;
    }

    private static string? Corrected(string item, Dictionary<string, string?> become) =>
        item.Split(' ') is not [var name, var word] || !BlockListUse.Asks(name) || !become.TryGetValue(word, out string? now) ? item
            : now is null ? null : $"{name} {now}";
}
