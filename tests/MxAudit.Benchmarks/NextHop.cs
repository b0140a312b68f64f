using System.Text;

namespace MxAudit.Benchmarks;

/// <summary>Where mail goes on to: a primary of a relay domain, the mail host of a sender, or this host's own mailboxes.</summary>
sealed class NextHop(string service, string host, string address)
{
    public byte[] Service { get; } = Encoding.ASCII.GetBytes(service);
    public byte[] HostAndAddress { get; } = Encoding.ASCII.GetBytes($"{host}[{address}]");
    public byte[] WhyUnreachable { get; init; } = "Connection refused"u8.ToArray();
    public bool IsLocal { get; init; }

    /// <summary>Microseconds since the day began.</summary>
    public (long From, long Until) Outage { get; init; }

    /// <summary>qmgr lets nobody try a dead destination again before this moment: error(8) defers its mail.</summary>
    public long SuspendedUntil { get; set; }

    public bool IsDown(long now) => now - MailDay.StartMicros >= Outage.From && now - MailDay.StartMicros < Outage.Until;
}

enum Standing { Valid, Unknown, Full, Greylisted, TooBusy, NotLookedUp }

/// <summary>An address, the host that it is looked after by, and what that host says to it.</summary>
sealed record Mailbox(byte[] Address, NextHop Hop, Standing Standing);

/// <summary>One recipient of one message.</summary>
sealed class Recipient(Mailbox mailbox)
{
    public Mailbox Mailbox { get; } = mailbox;
    public byte[]? OriginalTo { get; init; }
    public bool IsFinal { get; set; }
    public bool IsDeferred { get; set; }
    public int Attempts { get; set; }
}

/// <summary>Somebody who connects. Trusted are this host's own networks and those who logged in.</summary>
sealed record Client(string Name, string Address, string Helo)
{
    public byte[] NameAndAddress { get; } = Encoding.ASCII.GetBytes($"{Name}[{Address}]");
    public byte[] AddressOnly { get; } = Encoding.ASCII.GetBytes(Address);
    public byte[] HeloName { get; } = Encoding.ASCII.GetBytes(Helo);
    public byte[]? LoginName { get; init; }
    public bool IsTrusted { get; init; }
}
