using System.Text;
using MxAudit.Config;

namespace MxAudit.Rules.Hygiene;

/// <summary>Plain blanks in the place of those that came with a copied text: in the whole file, since where there is one there are others.</summary>
internal static class OddBlanks
{
    /// <summary>Null where it is not known which file has them.</summary>
    public static Fix? FixFor(PostfixConfig config, ConfigRemark remark) => remark.Place is { Source: "main.cf" or "master.cf" } place
        ? new($"Write plain blanks in {place.Source}.", $"{Command(config, place.Source)} && postfix reload") : null;

    public static string Command(PostfixConfig config, string file) =>
        $"LC_ALL=C sed -i '{string.Join("; ", OddIn(config).Select(Replaced))}' {InstanceCommands.FolderOf(config)}/{file}";

    private static IEnumerable<char> OddIn(PostfixConfig config) =>
        config.Oddities.SelectMany(remark => remark.Kind switch
        {
            ConfigRemarkKind.OddBlank => remark.Subject + string.Concat(config.PlacesOf(remark.Subject).Select(place => config.Value(remark.Subject, place))),
            _ => remark.Subject,
        }).Where(PostfixConfig.IsOddBlank).Distinct().Order();

    /// <summary>What has no width goes.</summary>
    private static string Replaced(char odd) =>
        $"s/{string.Concat(Encoding.UTF8.GetBytes([odd]).Select(one => $@"\x{one:X2}"))}/{(odd is '\uFEFF' or '\u2060' or (>= '\u200B' and <= '\u200D') ? "" : " ")}/g";
}
