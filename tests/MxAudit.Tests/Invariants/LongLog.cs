using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>One line of a log, taken apart so that it can be dressed in another form.</summary>
internal sealed record Entry(DateTime Time, string Host, string Tag, string Pid, string Text);

/// <summary>About 20,000 lines: the samples again and again, each time at another hour and with other ids.</summary>
internal static partial class LongLog
{
    private static readonly string[] Names = ["cleanup.iso.log", "filter.iso.log", "instances.iso.log", "loop.iso.log", "backscatter.iso.log"];

    public static DateTime Begin { get; } = new(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    public static IReadOnlyList<Entry> Entries { get; } = Make(8);

    private static List<Entry> Make(int rounds)
    {
        var entries = new List<Entry>();
        var begin = Begin;
        for (int round = 0; round < rounds; round++)
            foreach (string name in Names)
            {
                var sample = Samples.Lines(name).Select(line => Header().Match(line)).Where(match => match.Success).ToList();
                var first = TimeOf(sample[0]);
                entries.AddRange(sample.Select(match =>
                    new Entry(begin + (TimeOf(match) - first), match.Groups["host"].Value, match.Groups["tag"].Value, match.Groups["pid"].Value,
                        Renamed(match.Groups["text"].Value, round))));
                begin += TimeSpan.FromMinutes(20);
            }
        return entries;
    }

    private static DateTime TimeOf(Match match) => DateTime.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static string Renamed(string text, int round) =>
        MessageIdHost().Replace(Id().Replace(text, id => $"{(Hash(id.Value) + (ulong)round * 7919) % 0xfffffffffffUL:X11}"), $".{round}@lab.invalid");

    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    public static string Iso(Entry entry) => $"{entry.Time:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 {Rest(entry)}";
    public static string ShortIso(Entry entry) => $"{entry.Time:yyyy-MM-ddTHH:mm:ss}+0000 {Rest(entry)}";
    public static string Classic(Entry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Time:MMM} {entry.Time.Day,2} {entry.Time:HH:mm:ss} {Rest(entry)}");
    public static string ZeroPadded(Entry entry) => entry.Time.ToString("MMM dd HH:mm:ss ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string German(Entry entry) =>
        entry.Time.ToString("MMM dd HH:mm:ss ", CultureInfo.InvariantCulture).Replace("Dec", "Dez", StringComparison.Ordinal) + Rest(entry);
    public static string Russian(Entry entry) => entry.Time.ToString("дек dd HH:mm:ss ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string Weekday(Entry entry) =>
        $"{"SoMoDiMiDoFrSa".AsSpan((int)entry.Time.DayOfWeek * 2, 2)} {entry.Time:yyyy-MM-dd HH:mm:ss} UTC {Rest(entry)}";
    public static string Aligned(Entry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Time:MMM dd HH:mm:ss}  {entry.Host,-20} {Rest(entry)[(entry.Host.Length + 1)..]}");
    public static string Docker(Entry entry) => $"{entry.Time:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 dockerhost 3f2a1b9c8d7e[1234]: {Classic(entry)}";
    public static string DockerWithoutStamp(Entry entry) =>
        $"{entry.Time:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 {entry.Host} docker-mx2[1234]: {Rest(entry)[(entry.Host.Length + 1)..]}";
    public static string WithYear(Entry entry) => entry.Time.ToString("MMM dd yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string WithSlashes(Entry entry) => entry.Time.ToString("yyyy'/'MM'/'dd HH:mm:ss ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string DayFirst(Entry entry) => entry.Time.ToString("dd-MMM-yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string OfWebServers(Entry entry) =>
        entry.Time.AddHours(1).ToString("dd'/'MMM'/'yyyy:HH:mm:ss +0100 ", CultureInfo.InvariantCulture) + Rest(entry);
    public static string Compose(Entry entry) => "mx2-1  | " + Classic(entry);
    public static string Rfc5424(Entry entry) =>
        $"<22>1 {entry.Time:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 {entry.Host} {entry.Tag.Split('/')[0]} {(entry.Pid.Length > 0 ? entry.Pid : "-")} - -  {entry.Text}";

    public static string Json(Entry entry) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["__REALTIME_TIMESTAMP"] = ((entry.Time - DateTime.UnixEpoch).Ticks / 10).ToString(CultureInfo.InvariantCulture),
        ["_HOSTNAME"] = entry.Host, ["SYSLOG_IDENTIFIER"] = entry.Tag, ["SYSLOG_PID"] = entry.Pid, ["MESSAGE"] = entry.Text,
    });

    private static string Rest(Entry entry) => $"{entry.Host} {entry.Tag}{(entry.Pid.Length > 0 ? $"[{entry.Pid}]" : "")}: {entry.Text}";

    public static string Text(Func<Entry, string> form, string lineEnd = "\n", IEnumerable<Entry>? entries = null)
    {
        var text = new StringBuilder();
        foreach (var entry in entries ?? Entries) text.Append(form(entry)).Append(lineEnd);
        return text.ToString();
    }

    /// <summary>Long ids that hold the moment of their first line, for the short ones.</summary>
    public static Dictionary<string, string> LongIds(IReadOnlyList<Entry> entries)
    {
        var ids = new Dictionary<string, string>();
        foreach (var entry in entries)
            foreach (Match id in ShortId().Matches(entry.Text))
                if (!ids.ContainsKey(id.Value)) ids.Add(id.Value, LongId(entry.Time, ids.Count));
        return ids;
    }

    public static string LongId(DateTime time, int number)
    {
        const string digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
        long microseconds = (time - DateTime.UnixEpoch).Ticks / 10;
        string Encoded(long value, int width, int numberBase)
        {
            var text = new StringBuilder();
            for (; value > 0 || text.Length < width; value /= numberBase) text.Insert(0, digits[(int)(value % numberBase)]);
            return text.ToString();
        }
        return Encoded(microseconds / 1_000_000, 6, 52) + Encoded(microseconds % 1_000_000, 4, 52) + "z" + Encoded(number + 2000, 2, 51);
    }

    public static string WithIds(string text, Dictionary<string, string> ids) => AnyWord().Replace(text, word => ids.GetValueOrDefault(word.Value, word.Value));

    [GeneratedRegex(@"^(?<time>\S+) (?<host>\S+) (?<tag>[^\[: ]+)(?:\[(?<pid>\d+)\])?: (?<text>.*)$")]
    private static partial Regex Header();

    [GeneratedRegex(@"\b(?:[0-9A-F]{9,12}|4[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{9}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{2,8})\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b[0-9A-F]{11}\b")]
    private static partial Regex ShortId();

    [GeneratedRegex(@"\b[0-9A-Za-z]{11,18}\b")]
    private static partial Regex AnyWord();

    [GeneratedRegex(@"@lab\.invalid")]
    private static partial Regex MessageIdHost();
}
