namespace MxAudit.Mail.Storage;

/// <summary>The slots of a hash table: half hash, half number of the entry; 0 is nobody's.</summary>
internal static unsafe class Slots
{
    /// <summary>Puts every slot of a table into one of another size.</summary>
    public static void Move(ReadOnlySpan<ulong> from, ulong* into, uint mask)
    {
        foreach (ulong slot in from)
        {
            if (slot == 0) continue;
            uint at = (uint)(slot >> 32) & mask;
            while (into[at] != 0) at = (at + 1) & mask;
            into[at] = slot;
        }
    }
}
