using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class WholeFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string ComplaintAbout(string path) => Assert.Throws<InputException>(() => WholeFile.Read(path, 100)).Message;

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100)]
    public void It_is_read_up_to_the_bound(int length) => Assert.Equal(new byte[length], WholeFile.Read(_folder.Write("file", new byte[length]), 100));

    [Fact]
    public void What_is_longer_is_not_read() => Assert.Null(WholeFile.Read(_folder.Write("file", new byte[101]), 100));

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void What_never_ends_is_longer() => Assert.Null(WholeFile.Read("/dev/zero", 1 << 20));

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_pipe_is_read_to_its_end()
    {
        string pipe = Path.Combine(_folder.Path, "pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", pipe)) mkfifo.WaitForExit();
        using var writing = System.Diagnostics.Process.Start("sh", ["-c", $"echo 'relay_domains = example.com' > '{pipe}'"]);
        Assert.Equal("relay_domains = example.com\n"u8.ToArray(), WholeFile.Read(pipe, 100));
        writing.WaitForExit();
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void What_can_not_be_read_is_a_sentence_that_names_it_once()
    {
        string file = _folder.Write("file", "");
        Assert.Equal($"{file}.no: there is no such file.", ComplaintAbout($"{file}.no"));
        Assert.Equal($"{_folder.Path} is a directory; a file is expected.", ComplaintAbout(_folder.Path));
        File.SetUnixFileMode(_folder.Path, LogSourcesTests.Everybody);
        File.SetUnixFileMode(file, UnixFileMode.None);
        AsNobody.Do(() => Assert.Equal($"{file} can not be read: this user may not.", ComplaintAbout(file)));
    }
}
