using System.Text;
using CsvHelper;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>RFC 4180, UTF-8 without mark, header row, <c>\n</c>. The one file that knows CsvHelper.</summary>
public static class CsvTableWriter
{
    /// <param name="raw">Strangers choose addresses: unless raw, cells that a spreadsheet would take for a formula get a <c>'</c> in front.</param>
    public static void Write(Stream stream, TableRows rows, bool raw)
    {
        var options = new CsvWriterOptions { NewLine = "\n", Injection = raw ? CsvInjection.None : CsvInjection.Escape };
        using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        foreach (string name in rows.Names) csv.WriteField(name);
        csv.EndRecord();
        foreach (var cells in rows.Cells)
        {
            foreach (var cell in cells) WriteCell(csv, cell, raw);
            csv.EndRecord();
        }
        csv.Flush();
    }

    /// <summary>A number is no text, so its minus is no formula.</summary>
    private static void WriteCell(CsvWriter csv, in Cell cell, bool raw)
    {
        if (cell.Kind == CellKind.Whole) csv.WriteField(cell.Whole, "");
        else if (cell.Kind == CellKind.Fraction) csv.WriteField(cell.Fraction, "0.###");
        else csv.WriteField(raw ? cell.ToString() : Guarded(cell.ToString()));
    }

    /// <summary>
    /// Where numbers have a comma, spreadsheets part cells at <c>;</c>: what stands behind one may begin a cell, too, behind blanks and quotes as well.
    /// </summary>
    private static string Guarded(string text)
    {
        if (!text.Contains(';')) return text;
        var guarded = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            guarded.Append(text[i]);
            if (text[i] == ';' && text.AsSpan(i + 1).TrimStart(" \t\"") is ['=' or '+' or '-' or '@', ..]) guarded.Append('\'');
        }
        return guarded.ToString();
    }
}
