namespace MxAudit.Benchmarks;

/// <summary>Is the generator to be trusted? The same seed must give the same bytes, and a plain reading of the lines the same counts.</summary>
static class SelfCheck
{
    public static bool Run(TextWriter report)
    {
        var isGood = true;
        foreach (var shape in Enum.GetValues<LogShape>())
            foreach (var (stamps, ids) in new[] { (StampForm.Bsd, QueueIdForm.Short), (StampForm.Iso, QueueIdForm.Long), (StampForm.Iso, QueueIdForm.Mixed) })
            {
                var options = new GenerateOptions { Size = 2_000_000, Shape = shape, Stamps = stamps, Ids = ids };
                var complaints = Complaints(options).ToList();
                report.WriteLine($"{(complaints.Count == 0 ? "good" : "BAD ")}  {shape} {stamps} {ids}");
                complaints.ForEach(complaint => report.WriteLine($"      {complaint}"));
                isGood &= complaints.Count == 0;
            }
        return isGood;
    }

    static IEnumerable<string> Complaints(GenerateOptions options)
    {
        var (bytes, truth) = Make(options);
        var (again, truthAgain) = Make(options);
        if (!bytes.AsSpan().SequenceEqual(again))
            yield return "the same seed gave other bytes";
        if (!truth.ToJson().AsSpan().SequenceEqual(truthAgain.ToJson()))
            yield return "the same seed gave another truth";
        if (Math.Abs(bytes.Length - options.Size) > options.Size / 10)
            yield return $"{bytes.Length} bytes, not {options.Size}";
        var read = PlainReading.Of(new StreamReader(new MemoryStream(bytes)));
        foreach (var (name, counted, expected) in read.Against(truth))
            if (counted != expected)
                yield return $"{name}: the lines say {counted}, the truth {expected}";
    }

    static (byte[] Bytes, Truth Truth) Make(GenerateOptions options)
    {
        using var file = new MemoryStream();
        var day = LogGenerator.Write(file, options);
        return (file.ToArray(), day.Truth);
    }
}
