using MxAudit.Rules;

namespace MxAudit.Screens;

/// <summary>One screen. To add one: a file here, and a line in <see cref="AllScreens"/>.</summary>
/// <param name="title">In the line of tabs.</param>
/// <param name="purpose">What one sees here, in a few words, for the palette and the help.</param>
internal abstract class Screen(Shell shell, string title, string purpose)
{
    protected Shell Shell => shell;
    public string Title => title;
    public string Purpose => purpose;

    /// <summary>What the audit found; null while it is still at work.</summary>
    protected AuditResult? Audit => shell.Audit;

    /// <summary>What can be pressed here besides the keys of the shell.</summary>
    public abstract IReadOnlyList<KeyHint> Keys { get; }

    /// <summary><c>e</c> and <c>E</c>: the next finding, or the one before.</summary>
    /// <returns>Why there is none; null when it is shown.</returns>
    public virtual string? StepFinding(int step)
    {
        if (Audit is not { } audit) return "The audit is still at work.";
        var findings = Related(audit);
        if (findings.Count == 0) return "There is no finding about this.";
        shell.Open(new FindingScreen(shell, findings[step > 0 ? 0 : ^1], findings));
        return null;
    }

    /// <summary>Findings about what is seen here.</summary>
    protected virtual IReadOnlyList<Finding> Related(AuditResult audit) => audit.Findings;

    /// <summary>Draws everything. The canvas is as big as the room that the screen has.</summary>
    public abstract void Draw(Canvas canvas);

    /// <summary>Esc, before it goes back.</summary>
    /// <returns>Whether there was work to stop.</returns>
    public virtual bool Stop() => false;

    /// <summary>Another audit of the same evidence will be shown: does on its thread what takes long.</summary>
    /// <returns>What is left to do on the thread of the screens, once the audit is there. Cursor, filter and order stay.</returns>
    public virtual Action Prepare(AuditResult audit) => Renew;

    /// <summary>The audit is there, or there again: what was derived from the one before is out of date.</summary>
    public virtual void Renew() { }
}
