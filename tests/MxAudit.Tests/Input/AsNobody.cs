using System.Runtime.InteropServices;

namespace MxAudit.Tests.Input;

/// <summary>
/// While it lives, this thread has the rights of nobody on files: root may read everything else. On a thread of its own, since a pool goes on with it.
/// </summary>
internal static partial class AsNobody
{
    private const uint Nobody = 65534;

    public static void Do(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            _ = SetFileUser(Nobody); // without root nothing changes, and the mode of a file is enough
            try { work(); }
            catch (Exception error) { failure = error; }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new Xunit.Sdk.XunitException(failure.ToString(), failure);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(uint user);
}
