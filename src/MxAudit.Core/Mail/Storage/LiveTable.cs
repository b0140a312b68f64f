using System.Runtime.InteropServices;
using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>Which life an open queue id means right now. Holds only ids that are open, or were removed a moment ago.</summary>
internal sealed unsafe class LiveTable(Seeded hash) : IDisposable
{
    private struct Slot
    {
        public QueueId Id;
        public int Life; // plus one; 0 = free
        public ushort Origin;
    }

    private Slot* _slots = (Slot*)NativeMemory.AllocZeroed(1 << 12, (nuint)sizeof(Slot));
    private uint _mask = (1 << 12) - 1;
    private uint _count;

    /// <returns>The row of the life, or -1.</returns>
    public int Find(in QueueId id, ushort origin)
    {
        for (uint i = Home(id, origin); ; i = (i + 1) & _mask)
        {
            ref var slot = ref _slots[i];
            if (slot.Life == 0) return -1;
            if (slot.Id.A == id.A && slot.Id.B == id.B && slot.Id.C == id.C && slot.Origin == origin) return slot.Life - 1;
        }
    }

    public void Set(in QueueId id, ushort origin, int life)
    {
        if (++_count * 2 > _mask) Grow();
        uint i = Home(id, origin);
        for (; _slots[i].Life != 0; i = (i + 1) & _mask)
        {
            if (_slots[i].Origin != origin || _slots[i].Id != id) continue;
            _count--;
            break;
        }
        ref var slot = ref _slots[i];
        slot.Id = id;
        slot.Origin = origin;
        slot.Life = life + 1;
    }

    /// <summary>Forgets the id if it still means this life.</summary>
    public void Remove(in QueueId id, ushort origin, int life)
    {
        uint i = Home(id, origin);
        for (; ; i = (i + 1) & _mask)
        {
            if (_slots[i].Life == 0) return;
            if (_slots[i].Origin == origin && _slots[i].Id == id) break;
        }
        if (_slots[i].Life != life + 1) return;
        _count--;
        // Close the gap: whatever was pushed beyond its home by this slot moves back.
        for (uint next = (i + 1) & _mask; _slots[next].Life != 0; next = (next + 1) & _mask)
        {
            uint home = Home(_slots[next].Id, _slots[next].Origin);
            if (((next - home) & _mask) < ((next - i) & _mask)) continue;
            _slots[i] = _slots[next];
            i = next;
        }
        _slots[i].Life = 0;
    }

    private uint Home(in QueueId id, ushort origin) => hash.Hash(id.A, id.B, id.C, origin) & _mask;

    private void Grow()
    {
        var old = _slots;
        uint oldMask = _mask;
        _mask = _mask * 2 + 1;
        _slots = (Slot*)NativeMemory.AllocZeroed((nuint)_mask + 1, (nuint)sizeof(Slot));
        for (uint i = 0; i <= oldMask; i++)
        {
            if (old[i].Life == 0) continue;
            uint at = Home(old[i].Id, old[i].Origin);
            while (_slots[at].Life != 0) at = (at + 1) & _mask;
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
