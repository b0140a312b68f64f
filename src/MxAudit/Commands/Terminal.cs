using MxAudit.Input;

namespace MxAudit.Commands;

/// <summary>What the program writes to and asks of its surroundings; tests give their own.</summary>
internal sealed record Terminal : IDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Results, as bytes. Flushed at the end of a run.</summary>
    public required Stream Output { get; init; }

    /// <summary>Words about the run.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Somebody is looking at <see cref="Output"/>.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Columns of that terminal; null: not known.</summary>
    public int? Width { get; init; }

    /// <summary>Somebody is looking at <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>What results pass through on their way, to wherever they go; null: nothing.</summary>
    public Func<Stream, Stream>? Veil { get; init; }

    /// <summary>The same for words about the run; one for all copies of this terminal.</summary>
    public WordVeil Words { get; } = new();

    /// <summary>Where the settings of this host are; empty: there are none.</summary>
    public string SystemSettings { get; init; } = "";
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where live evidence is found.</summary>
    public LogPlaces LogPlaces { get; init; } = new();
    public HostPrograms Programs { get; init; } = new();

    /// <remarks>The stream of the console takes a closed pipe for the end and says nothing: <c>mxaudit … | head</c> is no error.</remarks>
    public static Terminal OfThisProcess() => new()
    {
        Output = new BufferedStream(IfOpen(Console.OpenStandardOutput), BufferSize),
        Error = new StreamWriter(IfOpen(Console.OpenStandardError)) { AutoFlush = true },
        IsTerminal = !Console.IsOutputRedirected,
        Width = TerminalWidth.Now,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
        SystemSettings = "/etc/mxaudit/config.toml",
        LogPlaces = new LogPlaces { StandardInput = StandardInput },
    };

    /// <summary>
    /// Opening alone does not tell whether it can be read, and its number may be that of a pipe of the runtime by
    /// now: reading nothing tells, and waits for nobody.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The shell closed it (<c>&lt;&amp;-</c>).</exception>
    /// <exception cref="IOException">It is a folder.</exception>
    private static Stream StandardInput()
    {
        var input = Console.OpenStandardInput();
        _ = input.Read([]);
        return input;
    }

    /// <summary>A stream that the shell closed (<c>&gt;&amp;-</c>) takes nothing: nobody wants to hear it, and the exit status still speaks.</summary>
    private static Stream IfOpen(Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Stream.Null;
        }
    }

    public void Dispose()
    {
        try
        {
            Output.Dispose();
            Error.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk or a closed stream, and already said.
        }
    }
}
