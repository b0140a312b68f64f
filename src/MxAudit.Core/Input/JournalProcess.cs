using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MxAudit.Input;

/// <summary>A running <c>journalctl</c>, whose output is the source's bytes.</summary>
internal sealed class JournalProcess : ForwardStream
{
    private readonly Process _process;
    private readonly LookAhead _output;
    private readonly StringBuilder _complaints = new();
    private readonly Action<string> _tellIncomplete;

    /// <param name="unit">A systemd unit; null for everything of syslog's facility <c>mail</c>, which is where Postfix logs.</param>
    /// <param name="tellIncomplete">Told, at the end, why records may be missing.</param>
    /// <exception cref="InputException">No journalctl, or it had nothing to say but a complaint.</exception>
    public JournalProcess(string program, string? unit, Action<string> tellIncomplete)
    {
        _tellIncomplete = tellIncomplete;
        string[] which = unit is null ? ["SYSLOG_FACILITY=2"] : ["-u", unit];
        var start = new ProcessStartInfo(program, ["--no-pager", "-o", "export", .. which]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8"; // its hints are looked for below
        try { _process = Process.Start(start)!; }
        catch (Win32Exception)
        {
            throw new InputException(
                $"The journal can not be read: there is no program '{program}' here. Name a log file, or export the journal where it is: journalctl -o export SYSLOG_FACILITY=2 > mail.export")
                {
                    Remedy = "postconf maillog_file   # on the mail host: where Postfix logs, if not to syslog",
                };
        }
        _process.ErrorDataReceived += (_, line) => { if (line.Data is not null) lock (_complaints) _complaints.AppendLine(line.Data); };
        _process.BeginErrorReadLine();
        _output = new LookAhead(_process.StandardOutput.BaseStream);
        if (_output.AtEnd) CheckWhyNothingCame();
    }

    public override int Read(Span<byte> into)
    {
        int read = _output.Read(into);
        if (read == 0 && Complaint() is { } complaint) _tellIncomplete($"The journal may be incomplete: {complaint}");
        return read;
    }

    private void CheckWhyNothingCame()
    {
        string? complaint = Complaint();
        if (complaint is null) return;
        Dispose();
        bool isDenied = complaint.Contains("may not see", StringComparison.Ordinal);
        throw new InputException($"The journal can not be read: {complaint}")
        {
            IsDenied = isDenied,
            Remedy = isDenied
                ? "sudo usermod -aG systemd-journal $USER   # then log in again"
                : "postconf maillog_file   # where Postfix logs, if not to syslog",
        };
    }

    /// <summary>Null when journalctl ended well and has seen all it was asked for.</summary>
    private string? Complaint()
    {
        _process.WaitForExit();
        string said;
        lock (_complaints) said = _complaints.ToString().ReplaceLineEndings(" ").Trim();
        if (said.Contains("permission", StringComparison.OrdinalIgnoreCase) || said.Contains("not seeing messages", StringComparison.Ordinal))
            return "this user may not see the system's records. Add yourself to the group adm or systemd-journal, or run with sudo.";
        if (said.Contains("No journal files", StringComparison.Ordinal))
            return "there are no journal files. Name a log file instead.";
        if (_process.ExitCode == 0) return null;
        return said.Length > 0 ? $"journalctl said: {said}" : $"journalctl ended with status {_process.ExitCode}.";
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try { if (!_process.HasExited) _process.Kill(); }
            catch (InvalidOperationException) { } // it ended just now
            _output.Dispose();
            _process.Dispose();
        }
        base.Dispose(disposing);
    }
}
