namespace MxAudit.Input;

/// <summary>Where logs are found when nobody says more.</summary>
public sealed record LogPlaces
{
    public string LogFolder { get; init; } = "/var/log";

    /// <summary>maillog_file of the running Postfix; null where it logs by syslog, or nothing tells.</summary>
    public string? PostfixLog { get; init; }
    public string Journalctl { get; init; } = "journalctl";
    public Func<Stream> StandardInput { get; init; } = Console.OpenStandardInput;
}

/// <summary>The logs of one audit. Pieces of a rotated set stand together, oldest first; otherwise the order is the one of the command line.</summary>
public sealed class LogSources : IDisposable
{
    private static readonly string[] LogNames = ["mail.log*", "maillog*", "*.log*"];
    private static readonly string[] DefaultLogs = ["mail.log", "maillog"];

    private readonly LogPlaces _places;
    private readonly List<string> _notes = [];
    private readonly List<LogSource> _sources = [];
    private readonly Dictionary<object, string> _seen = [];

    /// <summary>The files are another's, who goes on with them.</summary>
    private readonly bool _areLent;

    private LogSources(LogPlaces places) => _places = places;

    /// <summary>What there is now, for one reading; what is put in order or left out there is so for that reading alone.</summary>
    internal LogSources(IReadOnlyList<LogSource> lent, IEnumerable<string> notes) : this(new LogPlaces())
    {
        _areLent = true;
        _sources.AddRange(lent);
        _notes.AddRange(notes);
    }

    public IReadOnlyList<LogSource> Sources => _sources;

    /// <summary>An audit without a log.</summary>
    public static LogSources None => new(new LogPlaces());

    /// <summary>Sentences for the administrator: what was left out and why, and, after the reading, what could not be read to its end.</summary>
    public IEnumerable<string> Notes => [.. _notes, .. _sources.Select(source => source.Incomplete).OfType<string>()];

    /// <param name="names">Files, folders, patterns, <c>-</c>, <c>journal</c>, <c>journal:UNIT</c>. None: the mail log
    /// with its rotated set, or else the journal.</param>
    /// <param name="places">Null for this machine's.</param>
    /// <exception cref="InputException">Something that was named can not be read.</exception>
    public static LogSources Find(IReadOnlyList<string> names, LogPlaces? places = null)
    {
        var found = new LogSources(places ?? new LogPlaces());
        try
        {
            if (names.Count == 0) found.AddDefault();
            foreach (string name in names) found.AddNamed(name);
            found.PutInReadingOrder();
            return found;
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    /// <summary>Leaves out what is held twice, see <see cref="Overlap"/>. <see cref="Sources"/> is shorter afterwards.</summary>
    public void LeaveOutRepeated(Func<LogSource, LogSource, bool> mayBeginWithin)
    {
        var kept = Overlap.LeaveOut(_sources, mayBeginWithin, _notes);
        _sources.Clear();
        _sources.AddRange(kept);
    }

    /// <summary>Changes the order of reading, for callers who know what time it is in the logs.</summary>
    public void Sort(Comparison<LogSource> order)
    {
        LogSource[] sorted = [.. _sources.Order(Comparer<LogSource>.Create(order))]; // a stable sort
        _sources.Clear();
        _sources.AddRange(sorted);
    }

    private void AddNamed(string name)
    {
        if (name == "-") AddStandardInput();
        else if (name == "journal" || name.StartsWith("journal:", StringComparison.Ordinal)) AddJournal(name);
        else if (Directory.Exists(name)) AddFolder(name);
        else if (NamePattern.IsPattern(name) && !Path.Exists(name)) AddPattern(name);
        else AddFile(name);
    }

    private void AddDefault()
    {
        foreach (string current in DefaultLogs.Select(log => Path.Combine(_places.LogFolder, log)).Prepend(_places.PostfixLog).OfType<string>())
        {
            string folder = Path.GetDirectoryName(current) ?? "/";
            if (!Directory.Exists(folder)) continue;
            foreach (string path in SetOf(current, folder).Order(StringComparer.Ordinal))
            {
                if (path == current) AddFile(path);
                else AddFileIfReadable(path);
            }
            if (_sources.Count > 0) return;
        }
        string looked = string.Join(" and no ", DefaultLogs.Select(log => Path.Combine(_places.LogFolder, log)));
        try { AddJournal("journal"); }
        catch (InputException noJournal)
        {
            throw new InputException($"There is no {looked}. {noJournal.Message}") { Remedy = noJournal.Remedy, IsDenied = noJournal.IsDenied };
        }
        _notes.Add($"There is no {looked}; the journal is read.");
    }

    /// <summary>With what was rotated. Where nobody may list the folder it is the log alone, which may be readable.</summary>
    private static string[] SetOf(string log, string folder)
    {
        try { return [.. Directory.EnumerateFiles(folder, Path.GetFileName(log) + "*").Where(path => RotatedName.Of(path).Log == Path.GetFullPath(log))]; }
        catch (UnauthorizedAccessException) { return File.Exists(log) ? [log] : []; }
    }

    private void AddFolder(string folder)
    {
        string[] files;
        try { files = Directory.GetFiles(folder); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { throw NotReadable(folder, error); }
        var logs = files.Where(path => LogNames.Any(pattern => NamePattern.Fits(pattern, Path.GetFileName(path)))).Order(StringComparer.Ordinal).ToList();
        bool anyRead = false;
        foreach (string path in logs) anyRead |= AddFileIfReadable(path);
        if (anyRead) return;
        throw new InputException(logs.Count > 0
            ? $"No log in the folder {folder} can be read. {string.Join(' ', _notes)}"
            : files.Length == 0 ? $"There is no file in the folder {folder}."
            : $"There is no log in the folder {folder}: {(files.Length == 1 ? "its only file is not" : $"none of its {files.Length} files is")} named {string.Join(" or ", LogNames)}. Name the log itself.");
    }

    private void AddPattern(string pattern)
    {
        List<string> paths;
        try { paths = NamePattern.Expand(pattern); }
        catch (DirectoryNotFoundException) { paths = []; }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { throw NotReadable(pattern, error); }
        paths.RemoveAll(Directory.Exists);
        if (paths.Count == 0) throw new InputException($"No file fits '{pattern}'.");
        paths.ForEach(AddFile);
    }

    private bool AddFileIfReadable(string path)
    {
        try
        {
            int before = _sources.Count;
            AddFile(path);
            if (_sources.Count == before || !_sources[^1].LooksBinary()) return true;
            _sources[^1].Dispose();
            _sources.RemoveAt(_sources.Count - 1);
            _notes.Add($"{path} is not text and was left out.");
        }
        catch (InputException error) { _notes.Add($"Left out: {error.Message}"); }
        return false;
    }

    private void AddFile(string path)
    {
        if (path.Length == 0) throw new InputException("An empty name was given where a log was expected.");
        try
        {
            var identity = FileIdentity.Of(path);
            if (identity?.Kind is FileKind.Device)
                throw new InputException($"{path} is a device; expected was a log file, a folder, '-' for standard input, or 'journal'.");
            if (identity?.Kind is FileKind.Folder) throw new InputException($"{path} is a folder; expected was a log file.");
            if (identity is { } same && IsSeen(same, path)) return;
            if (identity?.Kind is FileKind.Pipe)
            {
                var pipe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                _sources.Add(LogSource.OfStream(path, () => pipe, pipe));
                return;
            }
            var source = LogSource.OfFile(path, path);
            _sources.Add(source);
            if (source.CountLeadingNuls() is > 0 and var nuls)
            {
                source.Skip = nuls;
                _notes.Add($"{path} begins with {nuls:N0} NUL bytes, as a log does that was truncated while it was written to; they were left out.");
            }
            if (source.NotRead is not { } format) return;
            _sources.Remove(source);
            source.Dispose();
            throw new InputException($"{path} is {format.What}, which is not read here. Try: {format.Remedy} '{path}' | mxaudit check -");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { throw NotReadable(path, error); }
    }

    private void AddStandardInput()
    {
        if (!IsSeen("-", "-")) _sources.Add(LogSource.OfStream("-", StandardInput));
    }

    /// <summary>A job may have been given none.</summary>
    private Stream StandardInput()
    {
        try { return _places.StandardInput(); }
        catch (UnauthorizedAccessException) { throw new InputException("-: there is no standard input, it is closed."); }
        catch (IOException error) { throw new InputException($"-: standard input can not be read: {error.Message}."); }
    }

    private void AddJournal(string name)
    {
        if (IsSeen(name, name)) return;
        string? unit = name == "journal" ? null : name["journal:".Length..];
        if (unit is "") throw new InputException("'journal:' wants the name of a unit, as in journal:postfix@-.service");
        LogSource? source = null;
        var process = new JournalProcess(_places.Journalctl, unit, sentence => source!.Incomplete ??= sentence);
        _sources.Add(source = LogSource.OfStream(name, () => process, process));
    }

    private bool IsSeen(object what, string name)
    {
        if (_seen.TryAdd(what, name)) return false;
        _notes.Add(_seen[what] == name ? $"{name} was named twice and is read once." : $"{name} and {_seen[what]} are the same file, which is read once.");
        return true;
    }

    private static InputException NotReadable(string path, Exception error) => new(error switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            $"{path} does not exist; expected was a log file, a folder, '-' for standard input, or 'journal'.",
        UnauthorizedAccessException => $"{path} may not be read by this user: add yourself to the group that owns it (adm on Debian), or run with sudo.",
        _ => $"{path} can not be read: {error.Message}",
    })
    {
        IsDenied = error is UnauthorizedAccessException,
        Remedy = error is not UnauthorizedAccessException ? ""
            : Path.GetFileName(path).StartsWith("mail.log", StringComparison.Ordinal) ? "sudo usermod -aG adm $USER   # then log in again"
            : $"sudo setfacl -m u:$USER:r {path}",
    };

    private void PutInReadingOrder()
    {
        var sets = _sources.GroupBy(source => source.Path is null ? source.Name : RotatedName.Of(source.Path).Log);
        LogSource[] ordered = [.. sets.SelectMany(set => set.OrderBy(source => source.Path is null ? null : RotatedName.Of(source.Path)))];
        _sources.Clear();
        _sources.AddRange(ordered);
    }

    public void Dispose()
    {
        if (!_areLent) _sources.ForEach(source => source.Dispose());
    }
}
