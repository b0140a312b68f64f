using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>A fact about the host, gathered from all lines of one kind and subject.</summary>
public sealed record Remark(RemarkKind Kind, string Subject, Origin Origin, DateTimeOffset? First, DateTimeOffset? Last, int Count, long Number,
    LinePosition FirstLine, LinePosition LastLine)
{
    /// <summary>
    /// Of a server that does not answer: what was logged since mail was taken last. Of a program that does not start: since smtpd served a client last; null
    /// where it has since.
    /// </summary>
    public Remark? Lasting { get; init; }
}
