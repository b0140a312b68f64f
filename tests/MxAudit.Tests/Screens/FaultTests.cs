using MxAudit.Input;
using MxAudit.Screens;
using MxAudit.Tests.Scenarios;

namespace MxAudit.Tests.Screens;

/// <summary>What happens when there is a bug: in a screen, and in what reads the log behind it.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class Faulty(Shell shell) : Screen(shell, "Faulty", "It has a bug")
    {
        public override IReadOnlyList<KeyHint> Keys => [new("b", "the bug", () => throw new InvalidOperationException("a bug behind a key"))];

        public override void Draw(Canvas canvas)
        {
            if (Audit is not null) throw new InvalidOperationException("a bug in a screen");
        }
    }

    private static Watch WatchOf(Stream log) =>
        new(new AuditRequest { Logs = ["-"], LogPlaces = new LogPlaces { StandardInput = () => log }, Year = 2026, UtcOffset = TimeSpan.Zero });

    private static MemoryStream Story() => new(File.ReadAllBytes(new Story("backscatter-no-verify").Log));

    private static void RunFaulty()
    {
        var shell = new Shell();
        shell.Open(new Faulty(shell));
        using var watch = WatchOf(Story());
        Host.Run(new Show(watch, Mouse: true, Colours.Dark), shell);
    }

    [Fact]
    public void What_a_screen_throws_ends_the_screens_and_reaches_who_opened_them() =>
        Assert.Equal("a bug in a screen", Assert.Throws<InvalidOperationException>(RunFaulty).Message);

    [Fact]
    public void What_the_reading_throws_ends_the_screens_and_is_handed_back()
    {
        using var watch = WatchOf(new Breaking());
        var (result, error) = Host.Run(new Show(watch, Mouse: true, Colours.Dark), new Shell());
        Assert.Null(result);
        Assert.Equal("a bug in the reading", error?.Message);
    }

    private sealed class Impatient(Shell shell) : Screen(shell, "Impatient", "It wants everything read again")
    {
        private bool _asked;

        public override IReadOnlyList<KeyHint> Keys => [];

        public override void Draw(Canvas canvas)
        {
            if (Audit is null || _asked) return;
            _asked = true;
            Shell.Reload!();
        }
    }

    [Fact]
    public void What_a_second_reading_throws_is_handed_back_too()
    {
        int audits = 0;
        using var watch = new Watch(new AuditRequest
        {
            Logs = [new Story("backscatter-no-verify").Log],
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
            Judge = audit => ++audits == 1 ? audit : throw new InvalidOperationException("a bug in the second reading"),
        });
        var shell = new Shell();
        shell.Open(new Impatient(shell));
        var (_, error) = Host.Run(new Show(watch, Mouse: true, Colours.Dark), shell);
        Assert.Equal("a bug in the second reading", error?.Message);
    }

    private sealed class Breaking : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new InvalidOperationException("a bug in the reading");
    }

    /// <summary>For the test below, which runs it on a terminal that is really there.</summary>
    [Fact(Explicit = true)]
    public void A_screen_has_a_bug() => Assert.Equal("a bug in a screen", Assert.Throws<InvalidOperationException>(RunFaulty).Message);

    [Fact]
    public void After_a_bug_the_terminal_is_as_it_was()
    {
        Assert.SkipUnless(Tmux.IsHere, "tmux is not installed");
        using var tmux = new Tmux(_folder.Path, 100, 30);
        tmux.Until("$");
        tmux.Type($"stty -g > before; REAL_TERMINAL=1 TERM=screen '{Environment.ProcessPath}' -explicit only -method '*.{nameof(A_screen_has_a_bug)}'; echo status $?; stty -g > after")
            .Press("Enter");
        tmux.Until(screen => screen.Contains("status 0") && File.Exists(Path.Combine(_folder.Path, "after")), "The screens did not end.");
        Assert.Contains("Total: 1", tmux.Screen);
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.Path, "before")), File.ReadAllText(Path.Combine(_folder.Path, "after")));
        Assert.Equal("0 000 1", tmux.Modes);
    }
}
