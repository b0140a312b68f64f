namespace MxAudit.Benchmarks;

/// <summary>What other hosts say. Every reply differs a little from the last, as real ones do.</summary>
static class RemoteReplies
{
    public static LogWriter Accepted(LogWriter line, MailDay day)
    {
        var dice = day.Dice;
        return dice.Below(10) switch
        {
            < 7 => line.Text("250 2.0.0 Ok: queued as "u8).Id(day.Queue.Elsewhere(day.Now)),
            7 => line.Text("250 OK id="u8).Hex(dice.Between(0x100000, 0xFFFFFF), 1).Text("-"u8)
                .Hex(dice.Between(0x100000, 0xFFFFFF), 1).Text("-2F"u8),
            8 => line.Text("250 2.6.0 <"u8).Hex((long)(dice.Next() >> 8), 1).Text("@partner.example> [InternalId="u8)
                .Number((long)(dice.Next() >> 20)).Text(", Hostname=exch1.example.com] "u8).Number(dice.Below(90_000))
                .Text(" bytes in 0."u8).Number(dice.Between(100, 999)).Text(", 93.2 KB/sec Queued mail for delivery"u8),
            _ => line.Text("250 2.0.0 "u8).Hex((long)(dice.Next() >> 12), 1).Text(" Message accepted for delivery"u8),
        };
    }

    public static LogWriter NoSuchUser(LogWriter line, NextHop hop, Mailbox mailbox)
    {
        line.Text("host "u8).Text(hop.HostAndAddress).Text(" said: 550 5.1.1 <"u8).Text(mailbox.Address).Text(">: "u8);
        line.Text((hop.HostAndAddress.Length % 3) switch
        {
            0 => "Recipient address rejected: User unknown in virtual mailbox table"u8,
            1 => "Recipient address rejected: User unknown in local recipient table"u8,
            _ => "no such mailbox here (contact postmaster)"u8,
        });
        return line.Text(" (in reply to RCPT TO command)"u8);
    }

    public static LogWriter Unwanted(LogWriter line, NextHop hop, Dice dice) =>
        line.Text("host "u8).Text(hop.HostAndAddress).Text(" said: 554 5.7.1 Spam message rejected, score "u8)
            .Number(dice.Between(8, 40)).Text(" (in reply to end of DATA command)"u8);

    /// <summary>The rest of the delivery record, from dsn= on, of a recipient that may be tried again.</summary>
    public static LogWriter NotNow(LogWriter line, NextHop hop, Mailbox mailbox)
    {
        line.Text(mailbox.Standing switch
        {
            Standing.Full => ", dsn=4.2.2, status=deferred ("u8,
            Standing.TooBusy => ", dsn=4.4.2, status=deferred ("u8,
            Standing.NotLookedUp => ", dsn=4.3.0, status=deferred ("u8,
            _ => ", dsn=4.7.1, status=deferred ("u8,
        });
        return mailbox.Standing switch
        {
            Standing.TooBusy => line.Text("lost connection with "u8).Text(hop.HostAndAddress).Text(" while sending RCPT TO"u8),
            Standing.Full => line.Text("host "u8).Text(hop.HostAndAddress).Text(" said: 452 4.2.2 <"u8).Text(mailbox.Address)
                .Text(">: Mailbox full (in reply to RCPT TO command)"u8),
            Standing.NotLookedUp => line.Text("host "u8).Text(hop.HostAndAddress).Text(" said: 451 4.3.0 <"u8).Text(mailbox.Address)
                .Text(">: Temporary lookup failure (in reply to RCPT TO command)"u8),
            _ => line.Text("host "u8).Text(hop.HostAndAddress).Text(" said: 450 4.7.1 <"u8).Text(mailbox.Address)
                .Text(">: Recipient address rejected: Greylisted (in reply to RCPT TO command)"u8),
        };
    }

    public static LogWriter Unreachable(LogWriter line, NextHop hop) =>
        line.Text("connect to "u8).Text(hop.HostAndAddress).Text(":25: "u8).Text(hop.WhyUnreachable);

    public static LogWriter Encrypted(LogWriter line, NextHop hop) =>
        line.Text("Untrusted TLS connection established to "u8).Text(hop.HostAndAddress)
            .Text(":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"u8);
}
