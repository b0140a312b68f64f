using System.Runtime.InteropServices;

namespace MxAudit.Tests;

/// <summary>How much work something is, told so that a busy machine does not change it: by the CPU time of this thread, and by no clock on the wall.</summary>
internal static partial class Effort
{
    /// <summary>
    /// As many times as much work as making a megabyte of noise, byte by byte: some milliseconds in every build, measured at the same moment. The least
    /// of three times, for a neighbour on the same processor can make anything slower; once is enough where that was <paramref name="enough"/> or less.
    /// </summary>
    public static double InMegabytes(Action work, double enough = 0)
    {
        byte[] megabyte = new byte[1 << 20];
        var noise = new Random(7);
        double least = double.MaxValue;
        for (int times = 0; times < 3 && least > enough; times++)
        {
            double taken = SecondsOf(work);
            least = Math.Min(least, taken / Enumerable.Range(0, 8).Min(_ => SecondsOf(() => noise.NextBytes(megabyte))));
        }
        return least;
    }

    private static double SecondsOf(Action work)
    {
        double before = Now();
        work();
        return Now() - before;
    }

    /// <summary>CPU seconds of this thread.</summary>
    private static double Now()
    {
        Assert.Equal(0, ClockGetTime(OperatingSystem.IsMacOS() ? 16 : 3, out var time)); // CLOCK_THREAD_CPUTIME_ID
        return time.Seconds + time.Nanoseconds * 1e-9;
    }

    private struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int ClockGetTime(int clock, out TimeSpec time);
}
