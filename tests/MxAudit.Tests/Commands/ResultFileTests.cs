using MxAudit.Commands;
using MxAudit.Writers;

namespace MxAudit.Tests.Commands;

public sealed class ResultFileTests : FolderTests
{
    private readonly MxAudit.Commands.Terminal _terminal = new() { Output = new MemoryStream(), Error = new StringWriter() };

    [Fact]
    public void A_result_is_a_new_file()
    {
        string path = PathOf("a.csv");
        ResultFile.Write(path, _terminal, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_result_replaces_the_one_before_and_leaves_nothing_else()
    {
        string path = Write("a.csv", "the one before");
        ResultFile.Write(path, _terminal, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_result_that_fails_leaves_the_one_before()
    {
        string path = Write("a.csv", "the one before");
        Assert.Throws<InvalidOperationException>(() => ResultFile.Write(path, _terminal, _ => throw new InvalidOperationException()));
        Assert.Equal("the one before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void What_is_said_of_a_full_disk_names_the_file_that_was_asked_for()
    {
        string path = PathOf("a.csv");
        var failure = Assert.Throws<OutputException>(() =>
            ResultFile.Write(path, _terminal, _ => throw new IOException($"No space left on device : '{Folder}/.a.csv.0123.tmp'")));
        Assert.Equal($"{path} can not be written: No space left on device.", failure.Message);
        failure = Assert.Throws<OutputException>(() =>
            ResultFile.Write("/dev/null", _terminal, _ => throw new IOException("No space left on device : '/dev/null'")));
        Assert.Equal("/dev/null can not be written: No space left on device.", failure.Message);
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        string path = Write("a.csv", "the one before"), link = PathOf("link.csv");
        File.CreateSymbolicLink(link, path);
        ResultFile.Write(link, _terminal, stream => stream.Write("new"u8));
        Assert.Equal(("new", path), (File.ReadAllText(path), new FileInfo(link).LinkTarget));
    }

    [Fact]
    public void A_device_is_never_replaced()
    {
        ResultFile.Write("/dev/null", _terminal, stream => stream.Write("new"u8));
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public void A_place_that_does_not_exist_is_said_in_a_sentence() =>
        Assert.Contains("can not be written", Assert.Throws<OutputException>(() => ResultFile.Write(PathOf("no/a.csv"), _terminal, _ => { })).Message);

    [Fact]
    public void A_folder_and_a_missing_folder_are_named_as_they_were_asked_for()
    {
        string missing = PathOf("no");
        Assert.Equal($"{missing}/a.csv can not be written: there is no folder {missing}.",
            Assert.Throws<OutputException>(() => ResultFile.Write(Path.Combine(missing, "a.csv"), _terminal, _ => { })).Message);
        Assert.Equal($"{Folder} can not be written: it is a folder.",
            Assert.Throws<OutputException>(() => ResultFile.Write(Folder, _terminal, _ => { })).Message);
    }

    public override void Dispose()
    {
        base.Dispose();
        _terminal.Dispose();
    }
}
