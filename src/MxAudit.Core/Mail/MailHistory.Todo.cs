namespace MxAudit.Mail;
public sealed partial class MailHistory
{
    internal NextHop? HopOf(int attempt) => throw new NotImplementedException();
    internal bool WasAccepted(int life) => throw new NotImplementedException();
    internal Answer TrustOf(int life) => throw new NotImplementedException();
    internal Reject? RejectCausedBy(int probe) => throw new NotImplementedException();
    internal bool AcceptanceFollows(int probe) => throw new NotImplementedException();
}
