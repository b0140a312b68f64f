using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>The queue of this host as <c>postqueue</c> lists it now. Everybody may ask, unless authorized_mailq_users says otherwise.</summary>
public sealed class LiveQueue(TimeProvider clock, HostPrograms? programs)
{
    private const string Begin = "The queue can not be listed: ";
    private readonly HostPrograms _programs = programs ?? new HostPrograms();

    /// <param name="instance">Null: of all instances. One of several that can not be listed is named in the note.</param>
    /// <exception cref="InputException">The queue can not be listed: the message says why, and what helps.</exception>
    public QueueSnapshot Read(string? instance = null)
    {
        var instances = PostfixInstance.Of(_programs, instance);
        if (instances.Count == 1) return Of(instances[0]);
        var listed = new List<QueueSnapshot>();
        var notes = new List<string>();
        InputException? failure = null;
        foreach (var one in instances)
        {
            try
            {
                var queue = Of(one);
                listed.Add(queue);
                if (queue.Note is { } note) notes.Add($"{one.Name}: {note}");
            }
            catch (InputException e)
            {
                failure ??= e;
                notes.Add($"{one.Name}: {e.Message}");
            }
        }
        if (listed.Count == 0) throw failure!;
        return new QueueSnapshot(string.Join(" and ", listed.Select(queue => queue.Source)), [.. listed.SelectMany(queue => queue.Messages)])
        {
            Note = notes.Count == 0 ? null : string.Join(" ", notes),
        };
    }

    private QueueSnapshot Of(PostfixInstance instance)
    {
        string option = "-j";
        var said = Ask(instance, option);
        // Postfix before 3.1 does not know -j.
        if (said.Status > 0
            && Complaint(said) is var usage
            && (usage.Contains("invalid option", StringComparison.Ordinal) || usage.Contains("usage: postqueue", StringComparison.Ordinal)))
            said = Ask(instance, option = "-p");
        string complaint = Complaint(said);
        if (said.Status != 0) throw Failure(said.Status, complaint);
        var queue = QueueListing.Of(said.Output, string.Join(' ', ["postqueue", .. instance.Options, option]))
            .DatedBy(ListingClock.At(clock.GetUtcNow(), clock.LocalTimeZone));
        return complaint.Length == 0 ? queue : queue with { Note = queue.Note ?? $"postqueue warned: {complaint.Replace("postqueue: warning: ", "")}" };
    }

    private ProgramAnswer Ask(PostfixInstance instance, string option) =>
        _programs.Run("postqueue", [.. instance.Options, option])
            ?? throw new InputException(Begin + "there is no program postqueue here. Save postqueue -j on the mail host and name the file with --queue.")
            {
                Remedy = "postqueue -j > queue.json   # on the mail host, then: --queue queue.json",
            };

    private InputException Failure(int? status, string complaint)
    {
        if (status is null)
            return new InputException($"{Begin}postqueue did not answer within {_programs.Patience.TotalSeconds:0.#} seconds.")
            {
                Remedy = "sudo postfix status",
            };
        if (complaint.Contains("accessing queue directly", StringComparison.Ordinal)) // as root, and not even so
            return new InputException(Begin
                + "the mail system is down, and its queue can not be read without it. Start Postfix.") { Remedy = "postfix start", IsDown = true };
        if (complaint.Contains("mail system is down", StringComparison.OrdinalIgnoreCase))
            return new InputException(Begin + "the mail system is down. Start Postfix, or run as root, who may read the queue all the same.")
            {
                Remedy = "sudo postfix start",
                IsDown = true,
            };
        if (complaint.Contains("not allowed to view", StringComparison.Ordinal))
            return new InputException(Begin
                + "this user may not view it (authorized_mailq_users). Run as a user who may, or save postqueue -j there and name the file with --queue.")
                {
                    Remedy = "sudo postqueue -j > queue.json   # then: --queue queue.json",
                };
        return new InputException(Begin
            + (complaint.Length > 0 ? $"postqueue said: {complaint.TrimEnd('.')}." : $"postqueue ended with status {status}.")) { Remedy = "postqueue -j" };
    }

    private static string Complaint(ProgramAnswer said) => PlainText.Of(said.Complaint.AsSpan().Trim("\r\n "u8)).Replace("\\x0A", " ");
}
