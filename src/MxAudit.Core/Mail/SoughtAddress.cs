using System.Text;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>An address that somebody looks for; where it begins with <c>@</c>, every address of that domain. Upper and lower case are one.</summary>
public sealed class SoughtAddress
{
    private readonly string _text;

    /// <summary>Null: the log may write it in other bytes than it is shown in.</summary>
    private readonly byte[]? _bytes;

    private SoughtAddress(string text)
    {
        _text = text;
        _bytes = Ascii.IsValid(text) && !text.Contains('\\') ? Encoding.ASCII.GetBytes(text) : null;
    }

    /// <summary>Null: it has no domain.</summary>
    public static SoughtAddress? Of(string text) => text.LastIndexOf('@') is var at && at >= 0 && at < text.Length - 1 ? new SoughtAddress(text) : null;

    public bool IsDomain => _text[0] == '@';

    public override string ToString() => _text;

    /// <summary>A history is asked about a million addresses: most are told apart by their length.</summary>
    internal bool Is(ReadOnlySpan<byte> address)
    {
        if (_bytes is null) return Is(PlainText.Of(address));
        if (IsDomain ? address.Length <= _bytes.Length : address.Length != _bytes.Length) return false;
        return Ascii.EqualsIgnoreCase(address[^_bytes.Length..], _bytes);
    }

    public bool Is(string address) => IsDomain
        ? address.Length > _text.Length && address.EndsWith(_text, StringComparison.OrdinalIgnoreCase)
        : address.Equals(_text, StringComparison.OrdinalIgnoreCase);
}
