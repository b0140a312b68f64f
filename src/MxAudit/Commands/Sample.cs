using System.Reflection;

namespace MxAudit.Commands;

/// <summary>The recorded host that <c>demo</c> shows: files of the program, put in a directory of their own as long as somebody looks.</summary>
internal sealed class Sample : IDisposable
{
    private const string Prefix = "sample/";

    private readonly string _folder = Directory.CreateTempSubdirectory("mxaudit-demo-").FullName;

    public Sample()
    {
        var program = Assembly.GetExecutingAssembly();
        foreach (string name in program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string path = Path.Combine(_folder, name[Prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var text = program.GetManifestResourceStream(name)!;
            using var file = File.Create(path);
            text.CopyTo(file);
        }
    }

    public AuditRequest Request => new()
    {
        Logs = [Path.Combine(_folder, "mail.log")],
        QueueFile = Path.Combine(_folder, "postqueue-j.json"),
        Config = _folder,
        Dns = Path.Combine(_folder, "mx.json"),
        Year = 2026,
        UtcOffset = TimeSpan.Zero,
    };

    public void Dispose()
    {
        try { Directory.Delete(_folder, recursive: true); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A copy of a sample in the directory for such things.
        }
    }
}
