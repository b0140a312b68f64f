using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MxAudit.Input;

namespace MxAudit.Mail.Storage;

/// <summary>Every text that the model keeps, once: addresses, clients, relays. A reference is a small number; 0 means none.</summary>
/// <remarks>
/// An entry holds length and bytes together, so that a hit touches one cache line; a slot of the hash table holds 32 bits of hash and
/// the reference, so that a miss or a growing table touches no entry. <see cref="Later"/> queues a text and resolves it 8 texts later,
/// with the memory prefetched in between: looking up is waiting for memory, and this hides it (a quarter of the CPU time on a 1 GB log).
/// The hash is seeded, since strangers choose the texts.
/// </remarks>
internal sealed unsafe class TextTable : IDisposable
{
    private const int UnitBytes = 2, UnitsPerBlockBits = 16, HeaderBytes = 7;
    private const uint UnitsPerBlock = 1 << UnitsPerBlockBits;
    private const int RingSize = 8, PrefetchEntryAfter = 4;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Header
    {
        public ushort Length;
        public byte Note;
        public int Domain;
    }

    private struct Pending
    {
        public byte* Text;
        public int* Result;
        public int Length;
        public uint Tag;
    }

    private readonly Arena _arena;
    private byte** _blocks;
    private int _blockCount, _blockCapacity;
    private uint _nextUnit, _unitsLeft;
    private Pages _slotPages;
    private ulong* _slots;
    private uint _mask;
    private readonly Seeded _hash;
    private readonly int _mostBlocks;
    private readonly Pending* _ring;
    private int _put, _prefetched, _resolved;

    /// <param name="mostBlocks">A reference has 32 bits, and counts units.</param>
    public TextTable(Seeded hash, Arena arena, int mostBlocks = 1 << (32 - UnitsPerBlockBits))
    {
        _hash = hash;
        _arena = arena;
        _mostBlocks = mostBlocks;
        TakeSlots(1 << 14);
        _ring = (Pending*)arena.Take(RingSize * sizeof(Pending));
        AddBlock();
        _ = TakeUnits((HeaderBytes + UnitBytes - 1) / UnitBytes); // reference 0 is none, and has a header to itself
    }

    public int Count { get; private set; }

    /// <summary>
    /// Writes the reference of <paramref name="text"/> into <paramref name="result"/> soon: at the latest by
    /// <see cref="Settle"/>. Both must stay where they are until then.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Later(ReadOnlySpan<byte> text, ref int result)
    {
        uint tag = Hash(text);
        ref var pending = ref _ring[_put & (RingSize - 1)];
        if (_put - _resolved == RingSize) Resolve(ref _ring[_resolved++ & (RingSize - 1)]);
        pending.Text = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(text));
        pending.Length = text.Length;
        pending.Tag = tag;
        pending.Result = (int*)Unsafe.AsPointer(ref result);
        Memory.Fetch(ref _slots[tag & _mask]);
        _put++;
        if (_put - _prefetched > PrefetchEntryAfter) PrefetchEntry(_ring[_prefetched++ & (RingSize - 1)].Tag);
    }

    private void PrefetchEntry(uint tag)
    {
        ulong slot = _slots[tag & _mask];
        if (slot != 0) Prefetch((int)(uint)slot);
    }

    /// <summary>Resolves everything that <see cref="Later"/> queued.</summary>
    public void Settle()
    {
        while (_resolved != _put) Resolve(ref _ring[_resolved++ & (RingSize - 1)]);
        _prefetched = _put;
    }

    /// <summary>No more texts will come, and none is looked up: the hash table, a fifth of the memory of all texts, is let go. References stay good.</summary>
    public void Close()
    {
        Settle();
        _slotPages.Dispose();
        TakeSlots(1);
    }

    [MemberNotNull(nameof(_slotPages))]
    private void TakeSlots(uint count)
    {
        nuint bytes = (nuint)count * sizeof(ulong);
        _slotPages = new Pages(bytes);
        _slots = (ulong*)_slotPages.Start;
        _mask = count - 1;
        Pages.Populate(_slotPages.Start, bytes);
    }

    private void Resolve(ref Pending pending) =>
        *pending.Result = Find(new ReadOnlySpan<byte>(pending.Text, pending.Length), pending.Tag);

    /// <summary>The reference of <paramref name="text"/>, now.</summary>
    public int Of(ReadOnlySpan<byte> text) => Find(text, Hash(text));

    private int Find(ReadOnlySpan<byte> text, uint tag)
    {
        for (uint i = tag & _mask; ; i = (i + 1) & _mask)
        {
            ulong slot = _slots[i];
            if (slot == 0) return Insert(text, tag, i);
            if ((uint)(slot >> 32) == tag && TextBytes.AreAlike(Bytes((int)(uint)slot), text)) return (int)(uint)slot;
        }
    }

    private int Insert(ReadOnlySpan<byte> text, uint tag, uint at)
    {
        if (text.Length > ushort.MaxValue) text = text[..ushort.MaxValue]; // no line is so long
        uint units = (uint)(HeaderBytes + text.Length + UnitBytes - 1) / UnitBytes;
        int reference = TakeUnits(units);
        var header = HeaderOf(reference);
        header->Length = (ushort)text.Length;
        text.CopyTo(new Span<byte>((byte*)header + HeaderBytes, text.Length));
        _slots[at] = ((ulong)tag << 32) | (uint)reference;
        if (++Count * 10L > (_mask + 1L) * 6) Grow();
        return reference;
    }

    /// <summary>So many, in one block.</summary>
    private int TakeUnits(uint units)
    {
        if (units > _unitsLeft) AddBlock();
        uint taken = _nextUnit;
        _nextUnit += units;
        _unitsLeft -= units;
        return (int)taken;
    }

    public ReadOnlySpan<byte> Bytes(int reference)
    {
        if (reference == 0) return default;
        var header = HeaderOf(reference);
        return new ReadOnlySpan<byte>((byte*)header + HeaderBytes, header->Length);
    }

    /// <summary>A small number that the owner may keep with a text; 0 at first.</summary>
    public ref byte Note(int reference) => ref HeaderOf(reference)->Note;

    /// <summary>Room for the number of an address's or a name's domain, or, below zero, of a relay's hop; 0 at first.</summary>
    public ref int Domain(int reference) => ref HeaderOf(reference)->Domain;

    /// <summary>Asks for the memory of a text that will be wanted soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int reference) => Memory.Fetch(ref *HeaderOf(reference));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Header* HeaderOf(int reference) =>
        (Header*)(_blocks[(uint)reference >> UnitsPerBlockBits] + ((uint)reference & ((1 << UnitsPerBlockBits) - 1)) * UnitBytes);

    /// <exception cref="InputException">More texts than references can tell apart: 8 GB of them.</exception>
    private void AddBlock()
    {
        if (_blockCount == _mostBlocks)
            throw new InputException("The logs name more addresses and hosts than can be kept at once. Audit a part of them (--since, --until).");
        if (_blockCount == _blockCapacity)
            _blocks = (byte**)_arena.TakeLonger((byte*)_blocks, _blockCount * sizeof(byte*),
                (_blockCapacity = Math.Max(64, _blockCapacity * 2)) * sizeof(byte*));
        (_nextUnit, _unitsLeft) = ((uint)_blockCount << UnitsPerBlockBits, UnitsPerBlock);
        _blocks[_blockCount++] = _arena.Take((int)UnitsPerBlock * UnitBytes);
    }

    private void Grow()
    {
        using var oldPages = _slotPages;
        var old = new ReadOnlySpan<ulong>(_slots, (int)_mask + 1);
        TakeSlots((_mask + 1) * 2);
        Slots.Move(old, _slots, _mask);
    }

    private uint Hash(ReadOnlySpan<byte> text) => (uint)(_hash.Hash(text) >> 32);

    public void Dispose() => _slotPages.Dispose();
}
