namespace MxAudit.Input;

/// <summary>Logs that are written to while somebody looks: sees that they grew, and follows them through rotation.</summary>
/// <remarks>
/// Files stay open, whatever becomes of their names: after a rotation by rename the old file is read to its end, and the new one behind it.
/// After copytruncate the text is in the copy, which stands beside the log or in a folder there (olddir), compressed or not; the source
/// goes on in it. Nothing is read twice, and places in the text stay good. A copy that is nowhere there is missing, and that is said.
/// </remarks>
public sealed class GrowingLogs : IDisposable
{
    private readonly List<LogSource> _sources;
    private readonly List<GrowingFile> _files = [];
    private readonly List<string> _notes;

    /// <summary>Names under which logs are written; those of rotated pieces are no such names.</summary>
    private readonly Dictionary<string, GrowingFile?> _written = [];
    private bool _news;

    /// <summary>Names under which nothing can be read just now, and why, as of the last look.</summary>
    private readonly Dictionary<string, string> _missing = [];

    /// <param name="found">Belong to this object from now on.</param>
    public GrowingLogs(LogSources found)
    {
        _sources = [.. found.Sources];
        _notes = [.. found.Notes];
        foreach (var source in _sources.Where(source => source is { Path: not null, IsPlain: true }))
        {
            var file = Take(source);
            if (RotatedName.Of(source.Path!) is { Date.Length: 0, Number: 0 }) _written[source.Path!] = file;
        }
        Look();
    }

    /// <summary>How often a log was cut while it was open. A reading during which that happened must be made again.</summary>
    public int Cuts { get; private set; }

    /// <summary>Logs that can not be read any more, each with what is the matter: <c>mail.log is gone</c>. Often only for a moment.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Select(one => $"{Path.GetFileName(one.Key)} {one.Value}")];

    /// <summary>What there is now, for one reading. Whole lines, as of the last look.</summary>
    public LogSources Now()
    {
        _news = false;
        foreach (var source in _sources) (source.Skip, source.LinesSkipped) = (source.CountLeadingNuls(), 0);
        return new LogSources(_sources, _notes);
    }

    /// <summary>Looks at every file once; a few calls of the system.</summary>
    /// <returns>Whether there is text that was not there at the last <see cref="Now"/>.</returns>
    public bool Look()
    {
        foreach (string path in _written.Keys.ToArray()) LookAt(path);
        foreach (var file in _files) _news |= file.Grew();
        return _news;
    }

    private void LookAt(string path)
    {
        var file = _written[path];
        var there = FileIdentity.Of(path);
        if (there is null) _missing[path] = "is gone";
        else _missing.Remove(path);
        if (file is not null && file.WasCut())
        {
            Cuts++;
            _news = true;
            MoveToCopy(file, path);
            _written[path] = file = null;
        }
        else if (file is not null && there is { Kind: FileKind.Regular } && there != file.Identity)
        {
            file.Source.Name = OpenFile.PathOf(file.Source.File!) is { } moved ? NowAt(file.Source.Name, moved) : $"{path} (rotated)";
            _written[path] = file = null;
        }
        if (file is null && there is { Kind: FileKind.Regular }) OpenNew(path, there.Value);
    }

    /// <summary>The file that has taken the name. While it is empty it is left alone: its first bytes tell how it is to be read.</summary>
    private void OpenNew(string path, FileIdentity there)
    {
        if (_files.Find(file => file.Identity == there) is { } known)
        {
            _written[path] = known;
            return;
        }
        try
        {
            if (new FileInfo(path).Length == 0) return;
            var source = LogSource.OfFile(path, path);
            _sources.Add(source);
            _written[path] = Take(source);
            _notes.RemoveAll(note => note.StartsWith(NotYet(path), StringComparison.Ordinal));
            _news = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _missing[path] = "can not be read";
            Tell($"{NotYet(path)}: {error.Message}");
        }
    }

    private static string NotYet(string path) => $"{path} was rotated, and the new one can not be read yet";

    private GrowingFile Take(LogSource source)
    {
        var file = new GrowingFile(source);
        _files.Add(file);
        return file;
    }

    private void MoveToCopy(GrowingFile file, string path)
    {
        if (CopyOf(file, path) is { } copy) file.MoveTo(copy);
        else
        {
            file.MoveTo(null);
            _files.Remove(file);
            _sources.Remove(file.Source);
            Tell($"{path} was emptied, and no copy of what it held is beside it or in a folder there: that is forgotten.");
        }
    }

    /// <summary>Where logrotate puts a copy; folders that this user may not read are left out.</summary>
    private static readonly EnumerationOptions BesideAndBelow = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 1,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private LogSource? CopyOf(GrowingFile file, string path)
    {
        string log = Path.GetFullPath(path);
        try
        {
            var folder = new DirectoryInfo(Path.GetDirectoryName(log)!);
            foreach (var beside in folder.EnumerateFiles("*", BesideAndBelow).OrderByDescending(beside => beside.LastWriteTimeUtc))
            {
                if (beside.FullName == log || Path.GetFileName(RotatedName.Of(beside.FullName).Log) != Path.GetFileName(log)) continue;
                if (FileIdentity.Of(beside.FullName) is not { Kind: FileKind.Regular } identity || _files.Exists(known => known.Identity == identity)) continue;
                var copy = LogSource.OfFile(Beside(path, Path.GetRelativePath(folder.FullName, beside.FullName)), beside.FullName);
                if (file.IsBeginningOf(copy)) return copy;
                copy.Dispose();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Tell($"The copies of {path} can not be read: {error.Message}");
        }
        return null;
    }

    private void Tell(string sentence)
    {
        if (!_notes.Contains(sentence)) _notes.Add(sentence);
    }

    private static string NowAt(string name, string moved) =>
        Path.GetDirectoryName(moved) == Path.GetDirectoryName(Path.GetFullPath(name)) ? Beside(name, Path.GetFileName(moved)) : moved;

    /// <summary>As the user named the folder.</summary>
    private static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(path) ?? "", name);

    public void Dispose() => _sources.ForEach(source => source.Dispose());
}
