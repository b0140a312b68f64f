using System.Runtime.CompilerServices;

namespace MxAudit.Mail.Storage;

/// <summary>As many numbers as are wanted, zeros at first. A large array of the garbage collector would lie in ordinary pages.</summary>
internal readonly unsafe struct Numbers(Arena arena, int count)
{
    private readonly int* _first = (int*)arena.Take((nint)count * sizeof(int));

    public int Length { get; } = count;

    public ref int this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Length) ThrowOutOfRange(index);
            return ref _first[index];
        }
    }

    public Span<int> AsSpan(int start, int length) => new Span<int>(_first, Length).Slice(start, length);

    private void ThrowOutOfRange(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Length} numbers.");
}
