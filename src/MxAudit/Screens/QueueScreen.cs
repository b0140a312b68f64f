using MxAudit.Queue;
using MxAudit.Tables;
using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>How long what waits for which destination; below, what waits, why, and when it would be tried again and be returned.</summary>
internal sealed class QueueScreen(Shell shell) : TableScreen(shell, "Queue", "Recipients that wait in the queue", QueueTable.Definition,
[
    new("queue_id", 15), new("queue", 8, 90), new("arrival", 14, 110), new("sender", 0, 120), new("recipient", 0), new("reason_class", 13, Heading: "Why"),
    new("next_retry", 11, 70), new("expires_at", 11), new("reason", 0, 160),
])
{
    private const int NumberWidth = 6, LeastName = 12, LongAge = 4, VeryLongAge = 7;

    private AgeMatrix? _matrix;

    protected override Screen? Behind(object row) =>
        TraceScreen.OfQueueId(Shell, ((QueuedLine)row).Message.QueueId) ?? (Screen)new QueuedScreen(Shell, (QueuedLine)row);
    protected override bool IsOfLog => false;
    protected override string Nothing =>
        Audit?.Queue is null ? "The queue was not looked at: --queue live, or a saved \"postqueue -j\"." : "The queue is empty.";

    public override void Renew()
    {
        _matrix = Audit is { } audit ? MatrixOf(audit) : null;
        base.Renew();
    }

    public override Action Prepare(AuditResult audit)
    {
        var (matrix, renew) = (MatrixOf(audit), base.Prepare(audit));
        return () =>
        {
            renew();
            _matrix = matrix;
        };
    }

    /// <summary>Null also when all mail is held.</summary>
    private static AgeMatrix? MatrixOf(AuditResult audit) =>
        audit is { Queue: { } queue, Mail.Now: { } now } && AgeMatrix.OfRecipients(queue, now) is { Rows.Count: > 0 } matrix ? matrix : null;

    public override void Draw(Canvas canvas)
    {
        if (_matrix is not { } matrix)
        {
            base.Draw(canvas);
            return;
        }
        int height = Math.Min(matrix.Rows.Count + 2, canvas.Height / 3);
        canvas.Rule(0, "how long recipients wait, in minutes, by destination; held mail is left out");
        DrawMatrix(canvas.Part(0, 1, canvas.Width, height), matrix);
        base.Draw(canvas.Part(0, height + 2, canvas.Width, canvas.Height - height - 2));
    }

    /// <summary>Where there is no room for all ages, those of the youngest are one column: the oldest matter.</summary>
    private static void DrawMatrix(Canvas canvas, AgeMatrix matrix)
    {
        int youngest = Math.Max(0, matrix.Shown + 1 - (canvas.Width - LeastName) / NumberWidth), ages = matrix.Shown - youngest;
        int name = Math.Clamp(matrix.Rows.Max(row => row.Name.Length), LeastName, Math.Max(LeastName, canvas.Width - NumberWidth * (ages + 1)));
        for (int age = 0; age < ages; age++) canvas.WriteRight(EndOf(age), 0, AgeMatrix.Heading(youngest + age), Tone.Heading);
        canvas.WriteRight(EndOf(-1), 0, "all", Tone.Heading);
        DrawRow(1, matrix.Total);
        int room = canvas.Height - 2, shown = matrix.Rows.Count <= room ? matrix.Rows.Count : room - 1;
        for (int i = 0; i < shown; i++) DrawRow(2 + i, matrix.Rows[i]);
        if (shown < matrix.Rows.Count) canvas.Write(0, 2 + shown, $"and {Phrases.Count(matrix.Rows.Count - shown, "destination")} more", Tone.Dim);

        int EndOf(int age) => name + NumberWidth * (age + 2);

        void DrawRow(int y, AgeRow row)
        {
            canvas.Write(0, y, row.Name, width: name);
            canvas.WriteRight(EndOf(-1), y, Phrases.Number(row.Total), Tone.Heading);
            for (int age = 0; age < ages; age++)
            {
                int count = age == 0 ? row.ByAge.Take(youngest + 1).Sum() : row.ByAge[youngest + age];
                canvas.WriteRight(EndOf(age), y, count == 0 ? "·" : Phrases.Number(count),
                    count == 0 ? Tone.Dim : youngest + age >= VeryLongAge ? Tone.High : youngest + age >= LongAge ? Tone.Deferred : Tone.Plain);
            }
        }
    }
}
