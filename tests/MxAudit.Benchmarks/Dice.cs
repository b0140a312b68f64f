namespace MxAudit.Benchmarks;

/// <summary>
/// SplitMix64. The same seed throws the same numbers on every machine and every release of .NET, which System.Random
/// does not promise; so nothing here, and nothing built on it, uses functions that differ in the last bit, such as Math.Log.
/// </summary>
sealed class Dice(ulong seed)
{
    ulong state = seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool OneIn(int times) => Below(times) == 0;

    public bool PerCent(int share) => Below(100) < share;

    /// <summary>From 0 up to, not including, 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1L << 53));

    public T Pick<T>(T[] all) => all[Below(all.Length)];

    /// <summary>One of the first more often than one of the last, as popular things go.</summary>
    public int Popular(int limit) => Math.Min(Below(limit), Math.Min(Below(limit), Below(limit)));
}
