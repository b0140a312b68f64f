namespace MxAudit.Writers;

/// <summary>A result can not be written. The message is a whole sentence.</summary>
public sealed class OutputException(string message) : Exception(message);
