using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>Which life an open queue id means right now. Holds only ids that are open, or were removed a moment ago.</summary>
/// <remarks>A slot is half hash, half row: eight bytes, so that the table stays in the cache. The id itself stands in the row, which is looked at next anyway.</remarks>
internal sealed unsafe class LiveTable(Seeded hash, NativeList<LifeRow> lives) : IDisposable
{
    private ulong* _slots = (ulong*)NativeMemory.AllocZeroed(1 << 12, sizeof(ulong));
    private uint _mask = (1 << 12) - 1;
    private uint _count;

    /// <summary>The life that was asked for last, or -1: lines about one id often follow each other.</summary>
    private int _latest = -1;

    /// <returns>The row of the life, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in QueueId id, ushort origin) => _latest >= 0 && IsOf(_latest, id, origin) ? _latest : LookUp(id, origin);

    private int LookUp(in QueueId id, ushort origin)
    {
        uint tag = Tag(id, origin);
        for (uint i = tag & _mask; ; i = (i + 1) & _mask)
        {
            ulong slot = _slots[i];
            if (slot == 0) return -1;
            if ((uint)(slot >> 32) == tag && IsOf((int)(uint)slot - 1, id, origin)) return _latest = (int)(uint)slot - 1;
        }
    }

    /// <summary>From now on the id of this life means it.</summary>
    /// <returns>The life that it meant before, or -1.</returns>
    public int Set(int life)
    {
        ref var row = ref lives[life];
        if (++_count * 2 > _mask) Grow();
        uint tag = Tag(row.Id, row.Origin);
        uint i = tag & _mask;
        int before = -1;
        for (; _slots[i] != 0; i = (i + 1) & _mask)
        {
            if ((uint)(_slots[i] >> 32) != tag || !IsOf((int)(uint)_slots[i] - 1, row.Id, row.Origin)) continue;
            before = (int)(uint)_slots[i] - 1;
            _count--;
            break;
        }
        _slots[i] = ((ulong)tag << 32) | (uint)(life + 1);
        _latest = life;
        return before;
    }

    /// <summary>Forgets this life, if its id still means it.</summary>
    public void Remove(int life)
    {
        if (_latest == life) _latest = -1;
        uint tag = Tag(lives[life].Id, lives[life].Origin);
        ulong wanted = ((ulong)tag << 32) | (uint)(life + 1);
        uint i = tag & _mask;
        while (_slots[i] != wanted)
        {
            if (_slots[i] == 0) return;
            i = (i + 1) & _mask;
        }
        _count--;
        // Close the gap: whatever was pushed beyond its home by this slot moves back.
        for (uint next = (i + 1) & _mask; _slots[next] != 0; next = (next + 1) & _mask)
        {
            uint home = (uint)(_slots[next] >> 32) & _mask;
            if (((next - home) & _mask) < ((next - i) & _mask)) continue;
            _slots[i] = _slots[next];
            i = next;
        }
        _slots[i] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOf(int life, in QueueId id, ushort origin)
    {
        ref var row = ref lives[life];
        return row.Id.A == id.A && row.Id.B == id.B && row.Id.C == id.C && row.Origin == origin;
    }

    private uint Tag(in QueueId id, ushort origin) => hash.Hash(id.A, id.B, id.C, origin);

    private void Grow()
    {
        var old = _slots;
        uint oldMask = _mask;
        _mask = _mask * 2 + 1;
        _slots = (ulong*)NativeMemory.AllocZeroed((nuint)_mask + 1, sizeof(ulong));
        for (uint i = 0; i <= oldMask; i++)
        {
            if (old[i] == 0) continue;
            uint at = (uint)(old[i] >> 32) & _mask;
            while (_slots[at] != 0) at = (at + 1) & _mask;
            _slots[at] = old[i];
        }
        NativeMemory.Free(old);
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        _slots = null;
    }
}
