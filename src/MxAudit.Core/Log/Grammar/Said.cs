namespace MxAudit.Log.Grammar;

/// <summary>What a message says, and how often it stands for itself again.</summary>
internal sealed record Said(EventKind Kind, IReadOnlyList<(string Name, string Text)> Fields, int Repeats = 0)
{
    /// <summary>Fields without a text are left out.</summary>
    public static Said Say(EventKind kind, params (string Name, string Text)[] fields) => new(kind, [.. fields.Where(field => field.Text.Length > 0)]);

    public static Said Remark(RemarkKind remark, string subject, long number = 0, string client = "") =>
        Say(EventKind.Remark, ("remark", remark.ToString()), ("subject", subject), ("number", TokenGrammar.Plain(number)), ("client", client));

    public static Said Known { get; } = Say(EventKind.Ignored);

    public Said About(string queueId) => Kind == EventKind.Ignored ? this : this with { Fields = [("queue_id", queueId), .. Fields] };
}
