namespace MxAudit.Commands;

/// <summary>The exit statuses, those of Nagios plug-ins.</summary>
internal static class ExitStatus
{
    public const int Ok = 0;
    public const int Warning = 1;
    public const int Critical = 2;

    /// <summary>No audit was performed.</summary>
    public const int Unknown = 3;

    /// <summary>As <c>grep</c>: nothing matched.</summary>
    public const int NothingFound = 1;
}

/// <summary>The command line asks for something that can not be done. The message is a whole sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);
