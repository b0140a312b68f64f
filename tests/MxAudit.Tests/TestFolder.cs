using System.Text;

namespace MxAudit.Tests;

/// <summary>A folder of its own for one test; it is gone afterwards.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mxaudit-").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <returns>The path. Folders on the way are made.</returns>
    public string Write(string name, byte[] bytes)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Tests that have a folder each.</summary>
public abstract class FolderTests : IDisposable
{
    private readonly TestFolder _own = new();

    protected string Folder => _own.Path;

    protected string PathOf(string name) => _own.PathOf(name);

    /// <inheritdoc cref="TestFolder.Write(string, byte[])"/>
    protected string Write(string name, string text) => _own.Write(name, text);

    public virtual void Dispose()
    {
        _own.Dispose();
        GC.SuppressFinalize(this);
    }
}
