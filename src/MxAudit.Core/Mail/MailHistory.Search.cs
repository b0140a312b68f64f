using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>What has to do with an address that somebody looks for.</summary>
public sealed partial class MailHistory
{
    /// <summary>Messages whose sender it is, or one of whose recipients, in the order of birth.</summary>
    public IEnumerable<Message> MessagesOf(SoughtAddress address)
    {
        for (int life = 0; life < Lives.Count; life++)
            if (IsText(Lives[life].Sender, address) || IsTried(life, address)) yield return new Message(this, life);
    }

    private bool IsTried(int life, SoughtAddress address)
    {
        foreach (int attempt in AttemptRowsOf(life))
            if (IsText(AttemptRows[attempt].Recipient, address) || IsText(OriginalOf(attempt), address)) return true;
        return false;
    }

    /// <summary>
    /// Replies that refused something from this sender or to this recipient, in the order of the log. Where the recipient is another one, the
    /// line is read again: only there stands the sender.
    /// </summary>
    public IEnumerable<Reject> RefusalsOf(SoughtAddress address)
    {
        for (int row = 0; row < RejectRows.Count; row++)
        {
            FetchReject(row + Ahead);
            var (line, recipient) = (new LinePosition(RejectRows[row].Line), RejectRows[row].Recipient);
            if (!RejectRows[row].WarnOnly && (IsText(recipient, address) || IsRefusedSender(line, address))) yield return new Reject(this, row);
        }
    }

    private bool IsRefusedSender(LinePosition line, SoughtAddress address) =>
        Lines is not null && Lines.TryRead(line, out var happened) && happened.Kind == EventKind.Reject && address.Is(happened.Sender);

    private bool IsText(int reference, SoughtAddress address) => reference != 0 && address.Is(Texts.Bytes(reference));
}
