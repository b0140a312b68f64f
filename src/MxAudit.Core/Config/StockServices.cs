namespace MxAudit.Config;

/// <summary>The services of the stock master.cf that matter here, for evidence without a master.cf.</summary>
internal static class StockServices
{
    private static readonly (string Id, string Command)[] Stock =
    [
        ("smtp/inet", "smtpd"), ("smtp/unix", "smtp"), ("relay/unix", "smtp"), ("lmtp/unix", "lmtp"), ("local/unix", "local"), ("virtual/unix", "virtual"),
        ("error/unix", "error"), ("retry/unix", "error"), ("discard/unix", "discard"),
    ];

    /// <param name="overrides">Lines of <c>postconf -P</c>: <c>service/type/parameter = value</c>.</param>
    internal static IReadOnlyList<MasterEntry> Of(IReadOnlyList<Setting> overrides)
    {
        var settings = overrides.ToLookup(setting => setting.Name[..setting.Name.LastIndexOf('/')],
            setting => setting with { Name = setting.Name[(setting.Name.LastIndexOf('/') + 1)..] });
        return [.. Stock.Select(stock => Service(stock.Id, stock.Command, settings[stock.Id])),
            .. settings.Where(group => Stock.All(stock => stock.Id != group.Key))
                .Select(group => Service(group.Key, group.Any(IsOfSmtpd) ? "smtpd" : "", group))];
    }

    private static bool IsOfSmtpd(Setting setting) => setting.Name.StartsWith("smtpd_", StringComparison.Ordinal);

    private static MasterEntry Service(string id, string command, IEnumerable<Setting> settings)
    {
        int slash = id.LastIndexOf('/');
        var overrides = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach (var setting in settings) overrides[setting.Name] = setting;
        return new MasterEntry(id[..slash], id[(slash + 1)..], command, overrides, overrides.Values.FirstOrDefault()?.Place ?? default);
    }
}
