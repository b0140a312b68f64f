using System.CommandLine;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit export</c>: tables as CSV, JSON, NDJSON or Parquet.</summary>
internal sealed class ExportCommand : Verb
{
    private readonly Argument<string[]> _words = new("TABLE")
    {
        HelpName = "TABLE... [LOG...]",
        Arity = ArgumentArity.OneOrMore,
        Description = $"Tables: {string.Join(", ", AllTables.InOrder.Select(table => table.Name))}; then logs, as with check; \"--\" parts them",
    };
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly PseudonymOptions _pseudonyms;
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "DIR|FILE|-",
        Description = "A directory for several tables; default for one table: standard output",
    };
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = string.Join('|', TableFormats.Names),
        Description = "Default: by the extension of FILE, else csv",
    };
    private readonly Option<bool> _raw = new("--raw") { Description = "CSV as it is: without the ' that keeps a spreadsheet from taking text for a formula" };
    private readonly Option<string> _filter = new("--filter")
    {
        HelpName = "EXPRESSION",
        Description = "Only these rows: 'outcome=bounced domain~example since 2h and not class=probe'",
    };
    private readonly Option<string> _columns = new("--columns") { HelpName = "NAMES", Description = "Only these columns, in this order, comma separated" };

    public ExportCommand() : base("export", "Write tables",
    [
        ("mxaudit export recipients", "what became of every recipient, to standard output"),
        ("mxaudit export bounces notices probes -o tables/", "three files in a directory"),
        ("mxaudit export recipients --filter 'outcome=bounced since 2h'", "the rows that are asked for"),
        ("mxaudit export rejects --columns time,client,reason -o - mail.log", "three columns of one log"),
        ("mxaudit export messages --format ndjson -- mail.log mail.log.1", "a line of JSON per message"),
        ("mxaudit export recipients -o mx2.parquet", "for DuckDB, ClickHouse or Spark: columns have types"),
    ])
    {
        _format.AcceptOnlyFromAmong([.. TableFormats.Names]);
        _words.CompletionSources.Add([.. AllTables.InOrder.Select(table => table.Name)]);
        Arguments.Add(_words);
        foreach (var option in new Option[] { _output, _format, _raw, _columns, _filter }) Options.Add(option);
        _findings = new FindingOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var words = Words.Of(parsed, _words);
        var tables = words.BeforeDashes.Select(AllTables.Find).TakeWhile(table => table is not null).Select(table => table!).ToArray();
        if (tables.Length == 0)
        {
            string[] known = [.. AllTables.InOrder.Select(table => table.Name)];
            throw new UsageException(
                $"{(words.BeforeDashes.Count > 0 ? $"{words.BeforeDashes[0]} is not a table{NearNames.To(words.BeforeDashes[0], known)}" : "No table is named")}; the tables are {string.Join(", ", known)}.");
        }
        var logs = words.BeforeDashes.Skip(tables.Length).Concat(words.AfterDashes);
        tables = [.. tables.Distinct()];

        string format = parsed.GetValue(_format) ?? TableFormats.Of(parsed.GetValue(_output)) ?? "csv";
        var files = tables.Select(table =>
            (Table: table, Columns: ColumnsOf(table, parsed.GetValue(_columns)), Path: PathOf(table, tables.Length, parsed.GetValue(_output), format)))
            .ToArray();
        if (!TableFormats.IsText(format) && files[0].Path is null && terminal.IsTerminal)
            throw new UsageException("Parquet is not text, and standard output is a terminal: -o FILE.parquet.");
        var request = _findings.Read(parsed, _evidence.Read(parsed, logs, terminal));
        foreach (var doubt in tables.SelectMany(table => FilterOf(parsed, table, terminal.Clock.GetUtcNow())?.Doubts ?? []).Distinct())
            CommandLine.Say(terminal, $"--filter, {doubt}.");
        if (!tables.Contains(FindingsTable.Definition)) request = request.WithoutRules();
        using var audit = Auditing.Run(request, terminal);
        if (audit.Queue is null && tables.Contains(QueueTable.Definition))
            CommandLine.Say(terminal, "The table queue is empty, since no queue was looked at: --queue live, or --queue FILE.");
        var pseudonyms = _pseudonyms.Of(terminal, parsed, audit);
        bool raw = parsed.GetValue(_raw);
        if (files[0].Path is { } first && IsDirectory(parsed.GetValue(_output)!, tables.Length)) ResultFile.MakeDirectoryOf(first);
        foreach (var (table, columns, path) in files)
        {
            var rows = new TableRows(table, audit, columns)
            {
                Filter = FilterOf(parsed, table, audit.Mail.Now ?? terminal.Clock.GetUtcNow()),
                Pseudonyms = pseudonyms,
            };
            ResultFile.Write(path, terminal, stream => TableFormats.Write(stream, rows, format, raw));
        }
        return ExitStatus.Ok;
    }

    /// <exception cref="UsageException">The table can not be asked so.</exception>
    private Filter? FilterOf(ParseResult parsed, Table table, DateTimeOffset now) => parsed.GetValue(_filter) is not { } text ? null
        : Filter.Read(text, table, now) is { Filter: { } filter } ? filter
        : throw new UsageException($"--filter, {Filter.Read(text, table, now).Error}.");

    private static IReadOnlyList<int> ColumnsOf(Table table, string? names)
    {
        if (names is null) return table.AllColumns;
        string[] words = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw new UsageException("--columns names no column.");
        return [.. words.Select(word => table.IndexOf(word) is >= 0 and var index ? index
            : throw new UsageException($"{NearNames.Sentence(table, word)}."))];
    }

    /// <summary>A file, or <c>NAME.csv</c> in a directory; null: standard output.</summary>
    private static string? PathOf(Table table, int count, string? output, string format)
    {
        if (count > 1 && ResultFile.IsStandardOutput(output)) throw new UsageException("Several tables need a directory: -o DIR.");
        if (ResultFile.IsStandardOutput(output)) return null;
        if (output!.Length == 0) throw new UsageException("-o names no file.");
        if (count > 1 && TableFormats.Of(output) is not null && !Directory.Exists(output))
            throw new UsageException($"-o {output} names a file, and several tables need a directory: -o DIR.");
        if (Path.GetExtension(output).ToLowerInvariant() is ".xlsx" or ".xls" or ".ods")
            throw new UsageException($"-o {output}: a table ends in {TableFormats.Endings}. Spreadsheets open .csv.");
        if (!IsDirectory(output, count)) return output;
        if (File.Exists(output)) throw new UsageException($"{output} is a file; several tables need a directory.");
        return Path.Combine(output, $"{table.Name}.{format}");
    }

    private static bool IsDirectory(string output, int count) => count > 1 || Directory.Exists(output) || Path.EndsInDirectorySeparator(output);
}
