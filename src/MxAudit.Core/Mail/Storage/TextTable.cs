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
    private const int BlockBytes = 1 << 20, UnitBytes = 2, UnitsPerBlockBits = 19, HeaderBytes = 7;
    private const uint UnitsPerBlock = 1 << UnitsPerBlockBits, UnitsPerStretch = 1 << 15;
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

    private readonly List<nint> _blocks = [];
    private byte** _blockPointers;
    private int _blockCapacity;
    private uint _nextUnit, _readyUnits;
    private ulong* _slots;
    private uint _mask;
    private readonly Seeded _hash;
    private readonly int _mostBlocks;
    private Pending* _ring;
    private int _put, _prefetched, _resolved;

    /// <param name="mostBlocks">A reference has 32 bits, and counts units.</param>
    public TextTable(Seeded hash, int mostBlocks = 1 << (32 - UnitsPerBlockBits))
    {
        _hash = hash;
        _mostBlocks = mostBlocks;
        _mask = (1 << 14) - 1;
        _slots = (ulong*)NativeMemory.AllocZeroed(_mask + 1, sizeof(ulong));
        _ring = (Pending*)NativeMemory.AllocZeroed(RingSize, (nuint)sizeof(Pending));
        AddBlock();
        _nextUnit = (HeaderBytes + UnitBytes - 1) / UnitBytes; // reference 0 is none, and has a header to itself
    }

    public int Count { get; private set; }

    /// <summary>Writes the reference of <paramref name="text"/> into <paramref name="result"/> soon: at the latest by <see cref="Settle"/>. Both must stay where they are until then.</summary>
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
        NativeMemory.Free(_slots);
        _mask = 0;
        _slots = (ulong*)NativeMemory.AllocZeroed(1, sizeof(ulong));
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
        if (_nextUnit + units > _readyUnits) MakeReady(units);
        int reference = (int)_nextUnit;
        _nextUnit += units;
        var header = HeaderOf(reference);
        header->Length = (ushort)text.Length;
        text.CopyTo(new Span<byte>((byte*)header + HeaderBytes, text.Length));
        _slots[at] = ((ulong)tag << 32) | (uint)reference;
        if (++Count * 10L > (_mask + 1L) * 6) Grow();
        return reference;
    }

    /// <summary>Room for so many units, in one block.</summary>
    private void MakeReady(uint units)
    {
        if (_nextUnit % UnitsPerBlock + units > UnitsPerBlock || _nextUnit / UnitsPerBlock >= _blocks.Count) AddBlock();
        while (_nextUnit + units > _readyUnits)
        {
            Memory.Populate(HeaderOf((int)_readyUnits), UnitsPerStretch * UnitBytes);
            _readyUnits += UnitsPerStretch;
        }
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
        (Header*)(_blockPointers[(uint)reference >> UnitsPerBlockBits] + ((uint)reference & ((1 << UnitsPerBlockBits) - 1)) * UnitBytes);

    /// <exception cref="InputException">More texts than references can tell apart: 8 GB of them.</exception>
    private void AddBlock()
    {
        if (_blocks.Count == _mostBlocks) throw new InputException("The logs name more addresses and hosts than can be kept at once. Audit a part of them (--since, --until).");
        _nextUnit = _readyUnits = (uint)_blocks.Count << UnitsPerBlockBits;
        _blocks.Add((nint)NativeMemory.AllocZeroed(BlockBytes));
        if (_blocks.Count > _blockCapacity)
        {
            _blockCapacity = Math.Max(64, _blockCapacity * 2);
            _blockPointers = (byte**)NativeMemory.Realloc(_blockPointers, (nuint)_blockCapacity * (nuint)sizeof(byte*));
        }
        _blockPointers[_blocks.Count - 1] = (byte*)_blocks[^1];
    }

    private void Grow()
    {
        uint newMask = _mask * 2 + 1;
        var slots = (ulong*)NativeMemory.AllocZeroed((nuint)newMask + 1, sizeof(ulong));
        Memory.Populate(slots, ((nuint)newMask + 1) * sizeof(ulong));
        for (uint i = 0; i <= _mask; i++)
        {
            ulong slot = _slots[i];
            if (slot == 0) continue;
            uint at = (uint)(slot >> 32) & newMask;
            while (slots[at] != 0) at = (at + 1) & newMask;
            slots[at] = slot;
        }
        NativeMemory.Free(_slots);
        _slots = slots;
        _mask = newMask;
    }

    private uint Hash(ReadOnlySpan<byte> text) => (uint)(_hash.Hash(text) >> 32);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>As with the columns.</summary>
    ~TextTable() => Free();

    private void Free()
    {
        foreach (nint block in _blocks) NativeMemory.Free((void*)block);
        _blocks.Clear();
        NativeMemory.Free(_blockPointers);
        NativeMemory.Free(_slots);
        NativeMemory.Free(_ring);
        _blockPointers = null;
        _slots = null;
        _ring = null;
    }
}
