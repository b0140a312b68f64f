namespace MxAudit.Log;

/// <summary>An enhanced status code, RFC 3463: class, subject, detail. The default value means that there is none.</summary>
public readonly record struct Dsn(byte Class, ushort Subject, ushort Detail)
{
    public bool IsNone => Class == 0;
    public bool IsPermanent => Class == 5;

    public bool Is(int subject, int detail) => Subject == subject && Detail == detail;

    public override string ToString() => IsNone ? "" : $"{Class}.{Subject}.{Detail}";
}
