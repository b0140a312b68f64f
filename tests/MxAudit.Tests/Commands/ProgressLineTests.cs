using System.Text;
using MxAudit.Commands;
using MxAudit.Input;

namespace MxAudit.Tests.Commands;

/// <summary>How far a long audit is, on standard error, where somebody looks at it.</summary>
public class ProgressLineTests
{
    [Theory]
    [InlineData(false, true, "xterm-256color", true)]
    [InlineData(true, true, "xterm-256color", false)]
    [InlineData(false, false, "xterm-256color", false)]
    [InlineData(false, true, "dumb", false)]
    [InlineData(false, true, null, false)]
    public void It_is_shown_in_a_terminal_alone_and_not_when_silence_was_asked_for(bool quiet, bool terminal, string? kind, bool shown)
    {
        using var error = new StringWriter();
        using var here = Surroundings(error, Stream.Null, terminal, kind);
        using var line = ProgressLine.Begin(new ReadingProgress(), here, quiet);
        Assert.Equal(shown, line is not null);
    }

    [Fact]
    public void It_comes_while_a_pipe_is_waited_for_and_is_gone_before_the_results()
    {
        using var error = new Heard();
        using var pipe = new Slow(File.ReadAllBytes(new Scenarios.Story("seed-healthy-negcache-yes").Log), error.Progress);
        using var here = Surroundings(error, pipe, terminal: true, "xterm-256color");
        CommandLine.Run(["check", "--year", "2026", "-"], here);
        string said = error.ToString();
        Assert.Contains("mxaudit: reading", said);
        Assert.Equal("", said[(said.LastIndexOf("\x1b[K", StringComparison.Ordinal) + 3)..].Split('\n')[0]);
        string results = Encoding.UTF8.GetString(((MemoryStream)here.Output).ToArray());
        Assert.NotEqual("", results);
        Assert.DoesNotContain("reading", results);
    }

    [Fact]
    public void What_is_short_shows_nothing()
    {
        using var error = new StringWriter();
        using var here = Surroundings(error, Stream.Null, terminal: true, "xterm-256color");
        CommandLine.Run(["check", new Scenarios.Story("seed-healthy-negcache-yes").Log], here);
        Assert.DoesNotContain("\x1b", error.ToString());
    }

    private static MxAudit.Commands.Terminal Surroundings(TextWriter error, Stream input, bool terminal, string? kind) => new()
    {
        Output = new MemoryStream(),
        Error = error,
        ErrorIsTerminal = terminal,
        Environment = name => name == "TERM" ? kind : null,
        LogPlaces = new LogPlaces { StandardInput = () => input },
    };

    /// <summary>Standard error that tells when progress is shown.</summary>
    private sealed class Heard : StringWriter
    {
        public ManualResetEventSlim Progress { get; } = new();

        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains("reading", StringComparison.Ordinal) == true) Progress.Set();
        }
    }

    /// <summary>A pipe whose writer is slow: half of the text comes after progress was shown.</summary>
    private sealed class Slow(byte[] text, ManualResetEventSlim shown) : MemoryStream(text)
    {
        public override int Read(Span<byte> buffer)
        {
            if (Position >= Length / 2) Assert.True(shown.Wait(TimeSpan.FromSeconds(60)));
            return base.Read(buffer[..(int)Math.Min(buffer.Length, Length / 2 + 1)]);
        }
    }
}
