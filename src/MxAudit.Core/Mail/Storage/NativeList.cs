using System.Runtime.CompilerServices;
using MxAudit.Input;

namespace MxAudit.Mail.Storage;

/// <summary>A growing list of rows outside the garbage collector's heap. Rows never move: a reference or pointer to one stays good.</summary>
/// <param name="mostBlocks">Rows are counted in 31 bits.</param>
internal sealed unsafe class NativeList<T>(Arena arena, int mostBlocks = int.MaxValue >> NativeList<T>.RowsPerBlockBits) where T : unmanaged
{
    private const int RowsPerBlockBits = 11, RowsPerBlock = 1 << RowsPerBlockBits;

    private T** _blocks;
    private int _blockCount, _capacity, _room;

    public int Count { get; private set; }

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Count) ThrowOutOfRange(index);
            return ref _blocks[index >> RowsPerBlockBits][index & (RowsPerBlock - 1)];
        }
    }

    /// <summary>Asks for the memory of a row that will be wanted soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int index)
    {
        if ((uint)index < (uint)Count) Memory.Fetch(ref _blocks[index >> RowsPerBlockBits][index & (RowsPerBlock - 1)]);
    }

    /// <summary>Every row that is there now, in less steps than by number.</summary>
    public Enumerator GetEnumerator() => new(this);

    public ref struct Enumerator(NativeList<T> list)
    {
        private T* _row, _end;
        private int _block;

        public readonly ref T Current => ref *_row;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext() => ++_row < _end || NextBlock();

        private bool NextBlock()
        {
            int rows = Math.Min(list.Count - (_block << RowsPerBlockBits), RowsPerBlock);
            if (rows <= 0) return false;
            _row = list._blocks[_block++];
            _end = _row + rows;
            return true;
        }
    }

    /// <summary>Appends a row of zeros and gives a reference to it.</summary>
    public ref T Add()
    {
        if (Count == _room) AddBlock();
        return ref _blocks[Count >> RowsPerBlockBits][Count++ & (RowsPerBlock - 1)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddBlock()
    {
        if (_blockCount == mostBlocks)
            throw new InputException("The logs have more lines of one kind than can be kept at once. Audit a part of them (--since, --until).");
        if (_blockCount == _capacity)
            _blocks = (T**)arena.TakeLonger((byte*)_blocks, _blockCount * sizeof(T*), (_capacity = Math.Max(16, _capacity * 2)) * sizeof(T*));
        _blocks[_blockCount++] = (T*)arena.Take(RowsPerBlock * sizeof(T));
        _room += RowsPerBlock;
    }

    private void ThrowOutOfRange(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, $"The list has {Count} rows.");
}
