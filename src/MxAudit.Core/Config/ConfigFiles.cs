using System.Text;
using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>Where tables and files that a configuration names may be read.</summary>
internal abstract class ConfigFiles
{
    internal const int LongestTable = 32 << 20;

    /// <summary>Whether these are the files that the running Postfix reads.</summary>
    internal virtual bool IsRunning => false;

    /// <summary>The file to read for a name in the configuration; null when there is none that may be read.</summary>
    internal abstract string? Find(string name);

    /// <summary>How a file of the configuration is called in findings.</summary>
    internal virtual string NameOf(string path) => path;

    /// <summary>The text, or null and why it can not be had.</summary>
    internal abstract (string? Text, string? WhyNot) Read(string path);

    internal virtual TableFile? FileOf(string path, string type) => null;
}

/// <summary>Files that exist only as text: of a test, an example; or none at all, as with a saved <c>postconf -n</c>.</summary>
internal sealed class ConfigTexts(IReadOnlyDictionary<string, string> texts) : ConfigFiles
{
    internal override string? Find(string name) => texts.ContainsKey(Path.GetFileName(name)) ? Path.GetFileName(name) : null;

    internal override (string? Text, string? WhyNot) Read(string path) =>
        texts.TryGetValue(path, out string? text) ? (text, null) : (null, "it is not among the files at hand");
}

/// <summary>
/// Where tables and files named in a configuration may be read. A copied directory is read by itself alone: what it names elsewhere is looked
/// for by its base name in the directory and in its <c>maps</c>. Links that lead out of it are not followed.
/// </summary>
internal sealed class ConfigFolder : ConfigFiles
{
    private static readonly string[] RunningFolders = ["/etc/postfix", "/usr/local/etc/postfix", "/opt/local/etc/postfix", "/usr/pkg/etc/postfix"];

    private readonly string _folder;

    /// <param name="isRunning">Null: by its name. <c>/etc/postfix-NAME</c> is the second instance's.</param>
    internal ConfigFolder(string folder, bool? isRunning)
    {
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        IsRunning = isRunning
            ?? IsUsual(_folder)
                || RunningFolders.Any(running => _folder.StartsWith(running + "-", StringComparison.Ordinal) && !_folder[running.Length..].Contains('/'));
    }

    /// <summary>Programs of Postfix take it by themselves; another one has to be named to them.</summary>
    internal static bool IsUsual(string folder) => RunningFolders.Contains(folder);

    internal override bool IsRunning { get; }

    internal override string? Find(string name)
    {
        if (name.Length == 0 || name.Contains('\0')) return null;
        if (IsRunning) return Path.IsPathRooted(name) && IsPlainFile(name) ? name : null;
        string bare = Path.GetFileName(name);
        if (bare is "" or "." or "..") return null;
        IEnumerable<string> candidates = [Path.Combine(_folder, bare), Path.Combine(_folder, "maps", bare)];
        string full = Path.GetFullPath(name, _folder);
        if (IsInside(full)) candidates = candidates.Prepend(full);
        return candidates.FirstOrDefault(candidate => IsPlainFile(candidate) && IsInside(Target(candidate)));
    }

    internal bool MayRead(string path) => IsRunning || IsInside(Target(Path.GetFullPath(path)));

    internal override string NameOf(string path) => IsInside(path) ? Path.GetRelativePath(_folder, path) : path;

    internal override (string? Text, string? WhyNot) Read(string path)
    {
        try
        {
            var file = (FileInfo)(File.ResolveLinkTarget(path, true) ?? new FileInfo(path));
            if (file.Length == 0) return ("", null); // an empty file; a pipe, which would block, has no length either
            if (file.Length > LongestTable) return (null, $"it is larger than {LongestTable >> 20} MB");
            return (Encoding.UTF8.GetString(File.ReadAllBytes(path)), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure is UnauthorizedAccessException ? "this user may not read it" : "it can not be read");
        }
    }

    internal override TableFile FileOf(string path, string type)
    {
        string? extension = type switch { "hash" or "btree" => ".db", "lmdb" => ".lmdb", "cdb" => ".cdb", "dbm" or "sdbm" => ".dir", _ => null };
        DateTimeOffset? compiled = extension is not null && File.Exists(path + extension) ? File.GetLastWriteTimeUtc(path + extension) : null;
        return new TableFile(File.GetLastWriteTimeUtc(path), compiled, extension is not null);
    }

    private bool IsInside(string path) => path.StartsWith(_folder + "/", StringComparison.Ordinal) || _folder == "/";

    private static bool IsPlainFile(string path) => File.Exists(path);

    /// <summary>Where links lead to, in whatever part of the path they are; the folder itself may be reached by links.</summary>
    private string Target(string path)
    {
        try
        {
            string? parent = Path.GetDirectoryName(path);
            if (parent is not null && parent.Length > _folder.Length && new DirectoryInfo(parent).ResolveLinkTarget(true) is { } elsewhere)
                return elsewhere.FullName;
            return new FileInfo(path).ResolveLinkTarget(true)?.FullName ?? path;
        }
        catch (IOException) { return "/"; }
    }
}
