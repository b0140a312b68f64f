namespace MxAudit.Benchmarks;

enum LogShape { Day, OneMessageManyRecipients, OneSessionManyMessages, OneMessageManyRetries, PrimaryInTrouble, DictionaryAttack }

sealed record GenerateOptions
{
    public long Size { get; init; } = 10_000_000;
    public StampForm Stamps { get; init; } = StampForm.Iso;
    public QueueIdForm Ids { get; init; } = QueueIdForm.Mixed;
    public LogShape Shape { get; init; } = LogShape.Day;
    public ulong Seed { get; init; } = 1;
    public string Output { get; init; } = "-";
    public string? Truth { get; init; }

    public static GenerateOptions Parse(ReadOnlySpan<string> words)
    {
        var options = new GenerateOptions();
        for (; words.Length > 1; words = words[2..])
        {
            var value = words[1];
            options = words[0] switch
            {
                "--size" => options with { Size = Bytes(value) },
                "--stamp" => options with { Stamps = Word<StampForm>(value) },
                "--ids" => options with { Ids = Word<QueueIdForm>(value) },
                "--shape" => options with { Shape = Word<LogShape>(value) },
                "--seed" => options with { Seed = ulong.Parse(value) },
                "-o" or "--output" => options with { Output = value },
                "--truth" => options with { Truth = value },
                var word => throw new FormatException($"unknown option {word}"),
            };
        }
        return words.IsEmpty ? options : throw new FormatException($"{words[0]} needs a value");
    }

    static T Word<T>(string value) where T : struct, Enum =>
        Enum.TryParse<T>(value.Replace("-", ""), ignoreCase: true, out var known)
            ? known
            : throw new FormatException($"{value} is none of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>Decimal units, as in MB/s: 1GB is 1,000,000,000 bytes.</summary>
    static long Bytes(string value)
    {
        var digits = value.TrimEnd('k', 'K', 'M', 'G', 'B');
        var unit = value[digits.Length..].ToUpperInvariant() switch
        {
            "" or "B" => 1L,
            "K" or "KB" => 1_000,
            "M" or "MB" => 1_000_000,
            "G" or "GB" => 1_000_000_000,
            var word => throw new FormatException($"unknown unit {word}"),
        };
        return long.Parse(digits) * unit;
    }
}
