using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MxAudit.Tables;

/// <summary>
/// SipHash-2-4 (Aumasson, Bernstein, 2012): who has not the key can not tell what was hashed, not even by
/// trying. The hashes of the platform would load OpenSSL.
/// </summary>
public sealed class KeyedHash
{
    public const int KeyLength = 16;

    private readonly ulong _k0, _k1;

    public KeyedHash(ReadOnlySpan<byte> key) =>
        (_k0, _k1) = (BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..KeyLength]));

    public ulong Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong a = _k0 ^ 0x736f6d6570736575, b = _k1 ^ 0x646f72616e646f6d, c = _k0 ^ 0x6c7967656e657261, d = _k1 ^ 0x7465646279746573;
        void Round()
        {
            a += b; b = BitOperations.RotateLeft(b, 13) ^ a; a = BitOperations.RotateLeft(a, 32);
            c += d; d = BitOperations.RotateLeft(d, 16) ^ c;
            a += d; d = BitOperations.RotateLeft(d, 21) ^ a;
            c += b; b = BitOperations.RotateLeft(b, 17) ^ c; c = BitOperations.RotateLeft(c, 32);
        }
        void Take(ulong word)
        {
            d ^= word;
            Round();
            Round();
            a ^= word;
        }
        ulong last = (ulong)bytes.Length << 56;
        for (; bytes.Length >= 8; bytes = bytes[8..]) Take(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        for (int i = 0; i < bytes.Length; i++) last |= (ulong)bytes[i] << (8 * i);
        Take(last);
        c ^= 0xff;
        for (int i = 0; i < 4; i++) Round();
        return a ^ b ^ c ^ d;
    }
}
