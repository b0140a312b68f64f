using System.Diagnostics;
using MxAudit.Benchmarks;

const string Usage = """
    usage:
      generate [--size 1GB] [--stamp bsd|iso] [--ids short|long|mixed] [--seed 1] -o FILE [--truth FILE.json]
               [--shape day|one-message-many-recipients|one-session-many-messages|one-message-many-retries|primary-in-trouble|dictionary-attack]
      verify   makes small logs twice: equal bytes, equal truth, and a plain reading of the lines agrees with the truth
      compare TRUTH.json CHECK.json   says where the output of `check --format json` differs from the truth
      profile MEASURED.txt OUT.mibc ASSEMBLY.dll...   writes what the runtime measured for the compiler
    """;

try
{
    switch (args.FirstOrDefault())
    {
        case "generate":
            return Generate(GenerateOptions.Parse(args.AsSpan(1)));
        case "verify":
            return SelfCheck.Run(Console.Out) ? 0 : 1;
        case "compare" when args.Length == 3:
            return Comparison.Run(args[1], args[2], Console.Out) ? 0 : 1;
        case "profile" when args.Length > 3:
            Console.Error.WriteLine($"{Profile.Write(args[1], args[2], args[3..])} methods");
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception wrong) when (wrong is FormatException or IOException or System.Text.Json.JsonException)
{
    Console.Error.WriteLine($"{wrong.Message}\n{Usage}");
    return 2;
}

static int Generate(GenerateOptions options)
{
    var clock = Stopwatch.StartNew();
    using var file = options.Output == "-" ? Console.OpenStandardOutput() : File.Create(options.Output, bufferSize: 0);
    var day = LogGenerator.Write(file, options);
    if (options.Truth is { } path)
        File.WriteAllBytes(path, day.Truth.ToJson());
    var megabytes = day.Log.Bytes / 1e6;
    Console.Error.WriteLine(
        $"{day.Truth.Lines} lines, {megabytes:F1} MB in {clock.Elapsed.TotalSeconds:F1} s, {megabytes / clock.Elapsed.TotalSeconds:F0} MB/s");
    return 0;
}
