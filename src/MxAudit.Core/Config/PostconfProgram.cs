using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MxAudit.Config;

/// <summary>The running Postfix's <c>postconf</c>: settings, services, defaults, table types, release.</summary>
/// <param name="folder">Another instance's configuration directory, for <c>-c</c>.</param>
public sealed class PostconfProgram(string program = "postconf", string? folder = null)
{
    private const int LongestOutput = 8 << 20;

    /// <summary>It answers in milliseconds, unless a host name can not be looked up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    private sealed record Said(string Output, string Complaint, int Status);

    internal ConfigReading Read(ConfigHints hints)
    {
        var (said, whyNot) = Ask("-n");
        if (said is null) return new ConfigReading(null, whyNot);
        if (said.Status != 0) return new ConfigReading(null, $"The configuration can not be read: postconf said: {Short(said.Complaint)}");
        var main = new MainCf(said.Output, "postconf -n");
        foreach (string line in said.Complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            main.Remarks.Add(new ConfigRemark(ConfigRemarkKind.PostconfComplaint, "postconf", Redaction.OfText(line), null));
        var defaults = new MainCf(Output("-d"), "postconf -d").Settings;
        string directory = Output("-h", "config_directory").Trim();
        var files = directory.Length > 0 ? new ConfigFolder(directory, isRunning: true) : (ConfigFiles)new ConfigTexts(new Dictionary<string, string>());
        return new ConfigReading(new PostfixConfig(new ConfigParts
        {
            Source = "postconf",
            Main = WithPlaces(main, files, directory),
            Master = Services(files, directory),
            Overrides = new MainCf(Output("-P"), "postconf -P").Overrides,
            Files = files,
            Defaults = defaults,
            TableTypes = Output("-m").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } types ? types.ToHashSet() : null,
            Hints = hints with { Version = PostfixVersion.Read(Output("-h", "mail_version")) ?? hints.Version },
        }), null);
    }

    /// <summary>postconf tells what holds; the file tells where it stands, and what is odd about it.</summary>
    private static MainCf WithPlaces(MainCf running, ConfigFiles files, string directory)
    {
        if (files.Read(Path.Combine(directory, "main.cf")).Text is not { } text) return running;
        var written = new MainCf(text, "main.cf");
        running.TakePlacesFrom(written);
        return running;
    }

    private MasterCf? Services(ConfigFiles files, string directory)
    {
        if (files.Read(Path.Combine(directory, "master.cf")).Text is { Length: > 0 } text) return new MasterCf(text, "master.cf");
        return Output("-M") is { Length: > 0 } entries ? new MasterCf(entries, "postconf -M") : null;
    }

    private string Output(params string[] arguments) => Ask(arguments) is ({ Status: 0 } said, _) ? said.Output : "";

    private (Said? Said, string? WhyNot) Ask(params string[] arguments)
    {
        string[] all = folder is null ? arguments : ["-c", folder, .. arguments];
        if (Start(all) is not { } process)
            return (null, $"The configuration can not be read: there is no program '{program}' here. Copy the directory with main.cf, or save the output of postconf -n on the mail host, and name it with --config.");
        using (process)
        {
            var output = new StringBuilder();
            var complaint = new StringBuilder();
            process.OutputDataReceived += (_, line) => Append(output, line.Data);
            process.ErrorDataReceived += (_, line) => Append(complaint, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return (null, $"The configuration can not be read: {program} gave no answer within {Patience.TotalSeconds:0} seconds.");
            }
            process.WaitForExit(); // the readers finish too
            lock (output) lock (complaint) return (new Said(output.ToString(), complaint.ToString(), process.ExitCode), null);
        }
    }

    /// <summary>Users often have no sbin in their path.</summary>
    private Process? Start(string[] arguments)
    {
        foreach (string name in program.Contains('/') ? [program] : new[] { program, $"/usr/sbin/{program}", $"/usr/local/sbin/{program}" })
        {
            var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["LC_ALL"] = "C";
            try { return Process.Start(start); }
            catch (Win32Exception) { }
        }
        return null;
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text)
            if (text.Length + line.Length < LongestOutput) text.Append(line).Append('\n');
    }

    private static string Short(string complaint)
    {
        string text = Redaction.OfText(complaint.ReplaceLineEndings(" ").Trim());
        return text.Length > 300 ? text[..300] + " …" : text;
    }
}
