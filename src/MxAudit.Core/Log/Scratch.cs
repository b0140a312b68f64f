namespace MxAudit.Log;

/// <summary>
/// Room for lines that are decoded. Texts of a line are looked up by their address a moment later (<c>TextTable.Later</c>), and a garbage collection
/// that another thread causes may come before: the room must not be moved.
/// </summary>
internal static class Scratch
{
    public static byte[] Of(int bytes) => GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
}
