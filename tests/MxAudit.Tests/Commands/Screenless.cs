using System.Text;
using MxAudit.Commands;
using MxAudit.Input;

namespace MxAudit.Tests.Commands;

/// <summary>Runs the program in this process.</summary>
internal static class Screenless
{
    public static (int Status, string Output, string Error) Run(params string[] args) => RunIn(new Surroundings(), args);

    /// <param name="host">A directory that holds the logs and the programs of the host that the program runs on.</param>
    public static (int Status, string Output, string Error) RunOn(string host, params string[] args) => RunIn(new Surroundings { Host = host }, args);

    public static (int Status, string Output, string Error) RunIn(Surroundings here, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var terminal = new MxAudit.Commands.Terminal
        {
            Output = output,
            Error = error,
            Clock = new StoppedClock(),
            IsTerminal = here.IsTerminal,
            SystemSettings = here.SystemSettings,
            Environment = name => here.Variables.GetValueOrDefault(name),
            LogPlaces = new LogPlaces { LogFolder = here.Host, Journalctl = Path.Combine(here.Host, "journalctl") },
            Programs = new HostPrograms { Folders = [here.Host] },
        };
        int status = CommandLine.Run(args, terminal);
        return (status, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>What a run finds around it; by default nothing.</summary>
    internal sealed record Surroundings
    {
        public Dictionary<string, string> Variables { get; init; } = [];
        public string SystemSettings { get; init; } = "";

        /// <summary>Where its logs and programs are.</summary>
        public string Host { get; init; } = "/there/is/no/such/host";
        public bool IsTerminal { get; init; }
    }

    /// <summary>The time is always the same, and local time is UTC.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 18, 0, 0, TimeSpan.Zero);
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
