using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>Which life an open queue id means right now. Holds only ids that are open, or were removed a moment ago.</summary>
/// <remarks>
/// A slot is half hash, half row: eight bytes, so that the table stays in the cache. The id itself stands in the row, which is looked at next anyway.
/// After an outage it gets smaller again: most of the time of a lookup is the way to memory.
/// </remarks>
internal sealed unsafe class LiveTable : IDisposable
{
    private const uint FewestSlots = 1 << 12;

    private readonly Seeded _hash;
    private readonly NativeList<LifeRow> _lives;
    private Pages _pages;
    private ulong* _slots;
    private uint _mask, _count;

    public LiveTable(Seeded hash, NativeList<LifeRow> lives)
    {
        (_hash, _lives) = (hash, lives);
        TakeSlots(FewestSlots);
    }

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
        ref var row = ref _lives[life];
        if (++_count * 4L > _mask * 3L) Resize((_mask + 1) * 2);
        ulong wanted = SlotOf(life);
        uint i = (uint)(wanted >> 32) & _mask;
        int before = -1;
        for (; _slots[i] != 0; i = (i + 1) & _mask)
        {
            if (_slots[i] >> 32 != wanted >> 32 || !IsOf((int)(uint)_slots[i] - 1, row.Id, row.Origin)) continue;
            before = (int)(uint)_slots[i] - 1;
            _count--;
            break;
        }
        _slots[i] = wanted;
        _latest = life;
        return before;
    }

    /// <summary>Forgets this life, if its id still means it.</summary>
    public void Remove(int life) => Forget(SlotOf(life));

    /// <summary>What to say to <see cref="Forget"/> later, when the row is far from the cache. 0 is no life.</summary>
    public ulong SlotOf(int life) => ((ulong)Tag(_lives[life].Id, _lives[life].Origin) << 32) | (uint)(life + 1);

    /// <inheritdoc cref="Remove"/>
    public void Forget(ulong wanted)
    {
        if (_latest == (int)(uint)wanted - 1) _latest = -1;
        uint i = (uint)(wanted >> 32) & _mask;
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
        if (_count * 8 < _mask && _mask >= FewestSlots) Resize((_mask + 1) / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOf(int life, in QueueId id, ushort origin)
    {
        ref var row = ref _lives[life];
        return row.Id.A == id.A && row.Id.B == id.B && row.Id.C == id.C && row.Origin == origin;
    }

    private uint Tag(in QueueId id, ushort origin) => _hash.Hash(id.A, id.B, id.C, origin);

    [MemberNotNull(nameof(_pages))]
    private void TakeSlots(uint count)
    {
        _pages = new Pages(count * sizeof(ulong));
        _slots = (ulong*)_pages.Start;
        _mask = count - 1;
        Pages.Populate(_pages.Start, count * sizeof(ulong));
    }

    private void Resize(uint count)
    {
        using var oldPages = _pages;
        var old = new ReadOnlySpan<ulong>(_slots, (int)_mask + 1);
        TakeSlots(count);
        Slots.Move(old, _slots, _mask);
    }

    public void Dispose() => _pages.Dispose();
}
