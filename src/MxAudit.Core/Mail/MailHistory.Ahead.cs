using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>
/// Rows that belong together lie all over the memory. Who walks through many asks for those of some steps later: otherwise each step waits for them.
/// </summary>
public sealed partial class MailHistory
{
    private const int Ahead = 16, AheadOfEach = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchAttempt(int index)
    {
        if ((uint)index < (uint)_order.Length) AttemptRows.Prefetch(_order[index]);
    }

    /// <summary>Two steps: the row, and later the recipient that it names.</summary>
    private void FetchReject(int row)
    {
        RejectRows.Prefetch(row + Ahead);
        if (row < RejectRows.Count) Texts.Prefetch(RejectRows[row].Recipient);
    }

    /// <summary>Two steps: its attempt, and later the recipient that the attempt names.</summary>
    private void FetchProbe(int probe)
    {
        if (probe + Ahead < ProbeAttempts.Length) AttemptRows.Prefetch(ProbeAttempts[probe + Ahead]);
        if (probe < ProbeAttempts.Length) Texts.Prefetch(AttemptRows[ProbeAttempts[probe]].Recipient);
    }

    /// <summary>A list of something about these recipients.</summary>
    internal Rows<T> About<T>(List<int> recipients, Func<int, T> at) =>
        new(recipients.Count, at, place => FetchRecipients(CollectionsMarshal.AsSpan(recipients), place));

    /// <summary>
    /// Four steps, each of which needs what the one before has fetched: the row, the order of its attempts, the last attempt, and what that names.
    /// </summary>
    private void FetchRecipients(ReadOnlySpan<int> rows, int place)
    {
        const int Row = 4 * AheadOfEach, Order = 3 * AheadOfEach, Attempt = 2 * AheadOfEach;
        if (place + Row < rows.Length) RecipientRows.Prefetch(rows[place + Row]);
        if (place + Order < rows.Length) Memory.Fetch(ref _order[LastPlaceOf(RecipientRows[rows[place + Order]])]);
        if (place + Attempt < rows.Length) AttemptRows.Prefetch(LastAttemptOf(RecipientRows[rows[place + Attempt]]));
        if (place + AheadOfEach >= rows.Length) return;
        ref var attempt = ref AttemptRows[LastAttemptOf(RecipientRows[rows[place + AheadOfEach]])];
        Texts.Prefetch(attempt.Recipient);
        Lives.Prefetch(attempt.Life);
    }

    /// <summary>Three steps: the row, the lives that it names, and the first attempt of the one that it is about.</summary>
    private void FetchNotices(ReadOnlySpan<int> rows, int place)
    {
        const int Row = 3 * AheadOfEach, Life = 2 * AheadOfEach;
        if (place + Row < rows.Length) NoticeRows.Prefetch(rows[place + Row]);
        if (place + Life < rows.Length) FetchLivesOf(NoticeRows[rows[place + Life]]);
        if (place + AheadOfEach < rows.Length && NoticeRows[rows[place + AheadOfEach]].About is > 0 and var about) FetchAttempt(_firstOfLife[about - 1]);
    }

    private void FetchLivesOf(in NoticeRow notice)
    {
        Lives.Prefetch(notice.Itself - 1);
        if (notice.About == 0) return;
        Lives.Prefetch(notice.About - 1);
        Memory.Fetch(ref _firstOfLife[notice.About - 1]);
    }
}
