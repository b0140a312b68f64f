using MxAudit.Input;

namespace MxAudit.Mail;

/// <summary>One message that came back to this host again and again: every hop is a queue id of its own with the same Message-ID.</summary>
/// <param name="Lives">In the order of acceptance.</param>
/// <param name="Domain">Of the recipient.</param>
/// <param name="Through">The host that sent it back, as the client of the later lives names it.</param>
public sealed record Circulation(IReadOnlyList<Message> Lives, string Domain, string Through, LinePosition FirstLine);
