namespace MxAudit.Benchmarks;

enum RejectReason
{
    RelayDenied, Undeliverable, Unverified, InProgress, BlockList, HeloNotFound, HeloNotQualified, SenderDomain, NoReverseName,
}

/// <summary>The lines of one smtpd(8) session, and one of its rejects (smtpd_check.c).</summary>
sealed class SmtpdLines(MailDay day, Client client, bool isSubmission = false)
{
    readonly LogWriter log = day.Log;
    readonly int pid = day.Smtpd.Hire();

    ReadOnlySpan<byte> Service => isSubmission ? "submission/smtpd"u8 : "smtpd"u8;

    LogWriter Line => log.Postfix(Service, pid);

    public void Connect() => Line.Text("connect from "u8).Text(client.NameAndAddress).End();

    public void NameDoesNotResolve() => Line.Text("warning: hostname "u8).Text(client.HeloName)
        .Text(" does not resolve to address "u8).Text(client.AddressOnly).Text(": Name or service not known"u8).End();

    public void Encrypted() => Line.Text("Anonymous TLS connection established from "u8).Text(client.NameAndAddress)
        .Text(": TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"u8)
        .End();

    public void LoginFailed() => Line.Text("warning: "u8).Text(client.NameAndAddress)
        .Text(": SASL LOGIN authentication failed: UGFzc3dvcmQ6"u8).End();

    public void Accept(QueueId id)
    {
        var line = log.Postfix(Service, pid, id).Text("client="u8).Text(client.NameAndAddress);
        if (client.LoginName is { } login)
            line.Text(", sasl_method=PLAIN, sasl_username="u8).Text(login);
        line.End();
    }

    public void LostConnection(ReadOnlySpan<byte> after) =>
        Line.Text("lost connection after "u8).Text(after).Text(" from "u8).Text(client.NameAndAddress).End();

    public void Disconnect(ReadOnlySpan<byte> commands)
    {
        Line.Text("disconnect from "u8).Text(client.NameAndAddress).Text(" "u8).Text(commands).End();
        day.Smtpd.Release(pid);
    }

    /// <summary>How a session that took mail ends: x/y says that x of y commands were answered with success.</summary>
    public void Disconnect(long messages, long recipients, long refused)
    {
        var line = Line.Text("disconnect from "u8).Text(client.NameAndAddress).Text(" ehlo=1 mail="u8).Number(messages);
        line.Text(" rcpt="u8).Number(recipients);
        if (refused > 0)
            line.Text("/"u8).Number(recipients + refused);
        line.Text(" data="u8).Number(messages).Text(" quit=1 commands="u8).Number(2 + 2 * messages + recipients);
        if (refused > 0)
            line.Text("/"u8).Number(2 + 2 * messages + recipients + refused);
        line.End();
        day.Smtpd.Release(pid);
    }

    public void Reject(RejectReason reason, Mailbox from, Mailbox to, QueueId? message = null)
    {
        day.Truth.SmtpdRejects++;
        RejectText(message is { } id ? log.Postfix(Service, pid, id) : Line.Text("NOQUEUE: "u8), reason, from, to).End();
    }

    /// <summary>What rsyslog makes of equal lines; the first of them is in the log besides.</summary>
    public void RejectAgain(int times, RejectReason reason, Mailbox from, Mailbox to)
    {
        day.Truth.SmtpdRejects += times;
        var line = Line.Text("message repeated "u8).Number(times).Text(" times: [ NOQUEUE: "u8);
        RejectText(line, reason, from, to).Text("]"u8).End();
    }

    LogWriter RejectText(LogWriter line, RejectReason reason, Mailbox from, Mailbox to)
    {
        line.Text("reject: RCPT from "u8).Text(client.NameAndAddress).Text(": "u8);
        _ = reason switch
        {
            RejectReason.RelayDenied => line.Text("554 5.7.1 <"u8).Text(to.Address).Text(">: Relay access denied"u8),
            RejectReason.Undeliverable => line.Text("550 5.1.1 <"u8).Text(to.Address)
                .Text(">: Recipient address rejected: undeliverable address: Address lookup failed"u8),
            RejectReason.Unverified => line.Text("450 4.1.1 <"u8).Text(to.Address)
                .Text(">: Recipient address rejected: unverified address: Address lookup failed"u8),
            RejectReason.InProgress => line.Text("450 4.1.1 <"u8).Text(to.Address)
                .Text(">: Recipient address rejected: unverified address: Address verification in progress"u8),
            RejectReason.BlockList => line.Text("554 5.7.1 Service unavailable; Client host ["u8).Text(client.AddressOnly)
                .Text("] blocked using zen.blocklist.example; https://www.blocklist.example/query/ip/"u8).Text(client.AddressOnly),
            RejectReason.HeloNotFound => line.Text("450 4.7.1 <"u8).Text(client.HeloName).Text(">: Helo command rejected: Host not found"u8),
            RejectReason.HeloNotQualified => line.Text("504 5.5.2 <"u8).Text(client.HeloName)
                .Text(">: Helo command rejected: need fully-qualified hostname"u8),
            RejectReason.SenderDomain => line.Text("450 4.1.8 <"u8).Text(from.Address).Text(">: Sender address rejected: Domain not found"u8),
            _ => line.Text("450 4.7.1 Client host rejected: cannot find your reverse hostname, ["u8).Text(client.AddressOnly).Text("]"u8),
        };
        return line.Text("; from=<"u8).Text(from.Address).Text("> to=<"u8).Text(to.Address)
            .Text("> proto=ESMTP helo=<"u8).Text(client.HeloName).Text(">"u8);
    }
}
