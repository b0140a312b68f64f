using System.Runtime.ExceptionServices;
using MxAudit.Input;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>What may go wrong around the screens is said, and they stay. A bug ends them, and is thrown where they were opened.</summary>
internal static class Trouble
{
    /// <summary>Files and evidence; its message is for people.</summary>
    public static bool IsExpected(Exception trouble) => trouble is InputException or OutputException or IOException or UnauthorizedAccessException;

    /// <summary>From a thread that nobody waits for.</summary>
    public static void Tell(Shell shell, Exception trouble) => shell.Post(() =>
    {
        if (IsExpected(trouble)) shell.Say(trouble.Message);
        else ExceptionDispatchInfo.Throw(trouble);
    });
}
