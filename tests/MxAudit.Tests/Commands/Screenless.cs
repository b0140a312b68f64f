using System.Text;
using MxAudit.Commands;
using MxAudit.Input;

namespace MxAudit.Tests.Commands;

/// <summary>Runs the program in this process.</summary>
internal static class Screenless
{
    public static (int Status, string Output, string Error) Run(params string[] args) => RunOn("/there/is/no/such/host", args);

    /// <param name="host">A directory that holds the logs and the programs of the host that the program runs on.</param>
    public static (int Status, string Output, string Error) RunOn(string host, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var terminal = new Terminal
        {
            Output = output,
            Error = error,
            Clock = new StoppedClock(),
            LogPlaces = new LogPlaces { LogFolder = host, Journalctl = Path.Combine(host, "journalctl") },
            Programs = new HostPrograms { Folders = [host] },
        };
        int status = CommandLine.Run(args, terminal);
        return (status, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>The time is always the same, and local time is UTC.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 18, 0, 0, TimeSpan.Zero);
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
