using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>
/// What one posts when asking for help, in one archive: findings, the lines that show them, the configuration without secrets, versions. Names are pseudonyms.
/// </summary>
public sealed class BundleWriter(CheckReport report, Pseudonyms pseudonyms)
{
    private const string Folder = "mxaudit-bundle/";

    private const string Readme = """
        What mxaudit found on a Postfix host, to be shown when asking for help.

        findings.txt, findings.json   what is wrong, and what shows it
        evidence.log                  the lines of the log that show it
        recipients.csv                what became of the recipients of those messages
        postconf-n.txt                the configuration that was at hand, without secrets
        versions.txt                  of mxaudit, Postfix and the system

        Names and addresses are pseudonyms: the same name has the same pseudonym. Look through the files before you post them.

        """;

    public void Write(Stream stream)
    {
        using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        Add(tar, "README.txt", text => text.Write(Encoding.UTF8.GetBytes(Readme)));
        Add(tar, "findings.txt", Text(writer => CheckTextWriter.Write(new Page(writer), report)));
        Add(tar, "findings.json", text => CheckJsonWriter.Write(text, report));
        Add(tar, "evidence.log", Text(WriteLines));
        AddAsItIs(tar, "recipients.csv", WriteRecipients);
        if (report.Audit.Config is { } config) Add(tar, "postconf-n.txt", Text(writer => WriteConfig(writer, config)));
        Add(tar, "versions.txt", Text(WriteVersions));
    }

    /// <summary>In the order of the log, each once.</summary>
    private void WriteLines(TextWriter writer)
    {
        var lines = report.Audit.Findings
            .SelectMany(finding => finding.Proofs)
            .Select(proof => proof.Line)
            .OfType<LinePosition>()
            .Distinct()
            .Select(report.Audit.Locate);
        foreach (var (_, _, text) in lines.OrderBy(line => line.Source, StringComparer.Ordinal).ThenBy(line => line.Line)) writer.Write($"{text}\n");
    }

    private void WriteRecipients(Stream stream)
    {
        var table = RecipientsTable.Definition;
        var troubled = Filter.Read("outcome!=delivered", table, report.Audit.Mail.Now ?? report.Generated).Filter;
        CsvTableWriter.Write(stream, new TableRows(table, report.Audit, table.AllColumns) { Filter = troubled, Pseudonyms = pseudonyms }, raw: false);
    }

    private static void WriteConfig(TextWriter writer, PostfixConfig config)
    {
        foreach (var setting in config.Settings.OrderBy(setting => setting.Name, StringComparer.Ordinal))
            writer.Write($"{Redaction.OfSetting(setting).Replace('\n', ' ')}\n");
    }

    private void WriteVersions(TextWriter writer)
    {
        writer.Write($"mxaudit {CheckReport.Version}\n");
        if (report.Audit.Config is { } config) writer.Write($"postfix {config.Version}\n");
        writer.Write($"{Environment.OSVersion.Platform} {Environment.OSVersion.Version.ToString(2)}, {System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}\n");
    }

    private static Action<Stream> Text(Action<TextWriter> write) => stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        write(writer);
    };

    private void Add(TarWriter tar, string name, Action<Stream> write) => AddAsItIs(tar, name, stream =>
    {
        using var veiled = new PseudonymStream(stream, pseudonyms);
        write(veiled);
    });

    private void AddAsItIs(TarWriter tar, string name, Action<Stream> write)
    {
        var content = new MemoryStream();
        write(content);
        content.Position = 0;
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Folder + name)
        {
            DataStream = content,
            ModificationTime = report.Generated,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
    }
}
