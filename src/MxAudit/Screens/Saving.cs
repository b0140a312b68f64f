using MxAudit.Rules;
using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>What somebody wants to keep: the rows of a table, findings that are known. It asks for the file, and twice where there is one.</summary>
internal static class Saving
{
    private const string BaselineName = "mxaudit-baseline.json";

    /// <summary>The rows as they are chosen and arranged, with all columns: how wide the window is has nothing to do with them.</summary>
    /// <returns>Why there is nothing to ask; null when it is asked.</returns>
    public static string? AskForTable(Shell shell, TableSheet? sheet)
    {
        if (sheet is null) return "The rows are not there yet.";
        shell.Ask(new Prompt($"export {Size(sheet)} to ({TableFormats.Endings}): ", path =>
        {
            if (TableFormats.Of(path) is not { } format) return new Mistake($"the name must end in {TableFormats.Endings}", path.Length);
            IfNew(shell, Whole(path), () => Export(shell, sheet, Whole(path), format));
            return null;
        }).With($"{sheet.Table.Name}.csv"));
        return null;
    }

    /// <inheritdoc cref="AskForTable"/>
    public static string? AskForBaseline(Shell shell, Finding? finding)
    {
        if (finding is null || shell.Audit is not { } audit) return "There is no finding here.";
        if (finding.State == FindingState.Known) return "It is known already.";
        shell.Ask(new Prompt($"mark {finding.Rule.Id} {finding.Subject} as known in the baseline: ", path =>
        {
            try
            {
                path = Whole(path);
                var before = File.Exists(path) ? Baseline.Of(File.ReadAllBytes(path), path) : shell.Known ?? new Baseline([]);
                var known = before.With(new CheckReport(audit), finding);
                shell.Save(path, known.Write);
                shell.Know(known);
                shell.Say($"{path} has {Phrases.Count(known.Findings.Count, "known finding")}; \"mxaudit check --baseline {path}\" reads it.");
                return null;
            }
            catch (Exception e) when (Trouble.IsExpected(e)) // a file that is no baseline, a directory that takes no file: a sentence each
            {
                return e.Message;
            }
        }).With(BaselineName));
        return null;
    }

    private static void IfNew(Shell shell, string path, Action save)
    {
        if (!File.Exists(path)) save();
        else shell.Ask(new Prompt($"{path} is there. Type yes to replace it: ", answer =>
        {
            if (answer == "yes") save();
            else shell.Say("Nothing was written.");
            return null;
        }));
    }

    /// <summary>On another thread: a million rows take a while.</summary>
    private static void Export(Shell shell, TableSheet sheet, string path, string format)
    {
        var rows = sheet.Rows(sheet.Table.AllColumns);
        string done = $"{Size(sheet)} {(sheet.Count == 1 ? "was" : "were")} written to {path}.";
        shell.Say($"Writing {path} …");
        _ = Task.Run(() =>
        {
            try
            {
                shell.Save(path, stream => TableFormats.Write(stream, rows, format));
                shell.Post(() => shell.Say(done));
            }
            catch (ObjectDisposedException)
            {
                shell.Post(() => shell.Say($"{path} was not written: the log was read again meanwhile. Export once more."));
            }
            catch (Exception e)
            {
                Trouble.Tell(shell, e);
            }
        });
    }

    private static string Size(TableSheet sheet) => $"{Phrases.Count(sheet.Count, "row")} of {Phrases.Count(sheet.Table.ColumnNames.Count, "column")}";

    private static string Whole(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path;
}
