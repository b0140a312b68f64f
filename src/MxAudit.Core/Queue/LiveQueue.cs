using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>The queue of this host as <c>postqueue</c> lists it now. Everybody may ask, unless authorized_mailq_users says otherwise.</summary>
/// <param name="programs">Tried in this order: cron has no sbin in its path.</param>
/// <param name="patience">A mail system that hangs must not hang the audit.</param>
public sealed class LiveQueue(TimeProvider clock, IReadOnlyList<string>? programs = null, TimeSpan? patience = null)
{
    private static readonly string[] Places = ["postqueue", "/usr/sbin/postqueue", "/usr/local/sbin/postqueue"];
    private readonly IReadOnlyList<string> _programs = programs ?? Places;
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(20);

    /// <exception cref="InputException">The queue can not be listed: the message says why, and what helps.</exception>
    public QueueSnapshot Read()
    {
        var said = Run("-j");
        // Postfix before 3.1 does not know -j.
        bool isOld = said.Status != 0 && (said.Complaint.Contains("invalid option", StringComparison.Ordinal) || said.Complaint.Contains("usage: postqueue", StringComparison.Ordinal));
        if (isOld) said = Run("-p");
        if (said.Status != 0) throw new InputException(Sentence(said));
        var queue = QueueListing.Of(said.Output, isOld ? "postqueue -p" : "postqueue -j").DatedBy(ListingClock.At(clock.GetUtcNow(), clock.LocalTimeZone));
        return said.Complaint.Length == 0 ? queue : queue with { Note = queue.Note ?? $"postqueue warned: {said.Complaint}" };
    }

    private sealed record Answer(int Status, byte[] Output, string Complaint);

    private static string Sentence(Answer said)
    {
        const string begin = "The queue can not be listed: ";
        if (said.Complaint.Contains("mail system is down", StringComparison.OrdinalIgnoreCase)) return begin + "the mail system is down. Start Postfix, or run as root, who may read the queue all the same.";
        if (said.Complaint.Contains("not allowed to view", StringComparison.Ordinal)) return begin + "this user may not view it (authorized_mailq_users). Run as a user who may, or save postqueue -j there and name the file with --queue.";
        return begin + (said.Complaint.Length > 0 ? $"postqueue said: {said.Complaint.TrimEnd('.')}." : $"postqueue ended with status {said.Status}.");
    }

    private Answer Run(string option)
    {
        using var process = Start(option);
        using var output = new MemoryStream();
        using var complaint = new MemoryStream();
        var both = Task.WhenAll(Task.Run(() => process.StandardOutput.BaseStream.CopyTo(output)), Task.Run(() => process.StandardError.BaseStream.CopyTo(complaint)));
        var begun = Stopwatch.StartNew();
        if (!both.Wait(_patience) || !process.WaitForExit(Left(begun)))
        {
            try { process.Kill(entireProcessTree: true); }
            catch (InvalidOperationException) { } // it ended just now
            throw new InputException($"The queue can not be listed: postqueue did not answer within {_patience.TotalSeconds:0} seconds.");
        }
        return new Answer(process.ExitCode, output.ToArray(), PlainText.Of(complaint.ToArray().AsSpan().Trim("\r\n "u8)).Replace("\\x0A", " "));
    }

    private TimeSpan Left(Stopwatch begun) => begun.Elapsed < _patience ? _patience - begun.Elapsed : TimeSpan.Zero;

    private Process Start(string option)
    {
        foreach (string program in _programs)
        {
            try { return Process.Start(new ProcessStartInfo(program, [option]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardErrorEncoding = Encoding.UTF8 })!; }
            catch (Win32Exception) { } // not there
        }
        throw new InputException("The queue can not be listed: there is no program postqueue here. Save postqueue -j on the mail host and name the file with --queue.");
    }
}
