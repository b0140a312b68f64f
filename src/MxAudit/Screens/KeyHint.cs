namespace MxAudit.Screens;

/// <summary>A key and what it does: the status bar, the <c>?</c> screen and the documentation print it, and the shell presses it.</summary>
/// <param name="Key">As on the keyboard: <c>j</c>, <c>G</c>, <c>Enter</c>, <c>Ctrl+D</c>. Several keys that do the same are parted by a space.</param>
/// <param name="Does">A few words.</param>
/// <param name="Press">Does it, and answers with a sentence where the reader must be told something: what was done, or why nothing was.</param>
/// <param name="InBar">Whether the status bar has room for it.</param>
internal sealed record KeyHint(string Key, string Does, Func<string?> Press, bool InBar = true)
{
    public KeyHint(string key, string does, Action press, bool InBar = true) : this(key, does, () => { press(); return null; }, InBar) { }

    public IEnumerable<string> Keys => Key.Split(' ');
}
