namespace MxAudit.Input;

/// <summary>Evidence that was asked for can not be read. The message is a whole sentence for the administrator.</summary>
public sealed class InputException(string message) : Exception(message)
{
    /// <summary>The one command that would help; empty where none is known.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>It is there, and this user may not read it.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Postfix does not run, and so can not be asked.</summary>
    public bool IsDown { get; init; }
}
