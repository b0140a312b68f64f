namespace MxAudit.Config;

/// <summary>Where something is written: <c>main.cf</c>, line 12. The source is named as seen from the directory that was audited.</summary>
public readonly record struct Place(string Source, int Line)
{
    public override string ToString() => $"{Source}:{Line}";
}

/// <summary>One <c>name = value</c>, as it is written; continuation lines are joined.</summary>
public sealed record Setting(string Name, string Value, Place Place);
