using System.Text;

namespace MxAudit.Benchmarks;

/// <summary>
/// Everybody a fallback MX meets. Only names and addresses that are reserved for examples; those from 10.0.0.0/8 are
/// refused every time, because mail accepted from private networks would be trusted.
/// </summary>
sealed class Neighbourhood
{
    const int RecipientCount = 5_000, PartnerCount = 800;
    static readonly string[] FirstNames =
        ["alice", "bob", "carol", "info", "sales", "mary", "john", "anna", "peter", "office", "li", "ivan", "web", "h+tag"];
    static readonly string[] LastNames = ["meyer", "smith", "jansen", "rossi", "novak", "kim", "garcia", "dubois", "o'neil", "de-vries"];

    readonly Dice dice;
    readonly Mailbox[] mailboxes = new Mailbox[RecipientCount];
    readonly double[] popularity = new double[RecipientCount];
    readonly (string Name, int Weight, NextHop Hop)[] relayDomains;
    readonly NextHop?[] partners = new NextHop?[PartnerCount];

    public Neighbourhood(Dice dice)
    {
        this.dice = dice;
        var hour = MailDay.HourMicros;
        relayDomains =
        [
            ("example.com", 35, Primary("mx1.example.com", 10)),
            ("example.org", 25, Primary("mx1.example.org", 11)),
            ("example.net", 16, Primary("mx1.example.net", 12, (hour * 55 / 6, hour * 41 / 3))),
            ("shop.example", 12, Primary("mx1.shop.example", 13)),
            ("school.example", 7, Primary("mx1.school.example", 14)),
            ("club.example", 4, Primary("mx1.club.example", 15)),
            ("moved.example", 1, Primary("mx1.moved.example", 16, (0, long.MaxValue))),
        ];
        var sum = 0.0;
        for (var i = 0; i < RecipientCount; i++)
        {
            var (domain, hop) = RelayDomain();
            mailboxes[i] = new(Ascii($"{dice.Pick(FirstNames)}.{dice.Pick(LastNames)}{i}@{domain}"), hop, StandingOf(i));
            popularity[i] = sum += 1.0 / (i + 8);
        }
    }

    /// <summary>The one mailbox of this host: root, postmaster.</summary>
    public Mailbox Root { get; } =
        new("root@mx2.fallback.example"u8.ToArray(), new("local", "local", "") { IsLocal = true }, Standing.Valid);

    public Mailbox Known()
    {
        var at = Array.BinarySearch(popularity, dice.Share() * popularity[^1]);
        return mailboxes[Math.Min(at < 0 ? ~at : at, RecipientCount - 1)];
    }

    /// <summary>An address that the primary does not have; quoted now and then, and rarely one that plays a log line.</summary>
    public Mailbox Ghost()
    {
        var (domain, hop) = RelayDomain();
        var number = dice.Below(100_000_000);
        var local = dice.Below(2_000) switch
        {
            0 => $"\"y{number}>, relay=none, status=sent (ok)\"",
            < 5 => $"\"{dice.Pick(FirstNames)} {dice.Pick(LastNames)}{number}\"",
            _ => $"{dice.Pick(FirstNames)}{number}",
        };
        return new(Ascii($"{local}@{domain}"), hop, Standing.Unknown);
    }

    /// <summary>At a primary that is up all day.</summary>
    public Mailbox AtExampleCom(string localPart, Standing standing) =>
        new(Ascii($"{localPart}@example.com"), relayDomains[0].Hop, standing);

    public Mailbox Elsewhere() => new(Ascii($"user{dice.Below(1_000_000)}@elsewhere{dice.Below(90)}.example"), Partner(0), Standing.Valid);

    /// <summary>Whoever is named as sender: honest, or forged and then often not there.</summary>
    public Mailbox Sender(bool isForged)
    {
        var partner = dice.Popular(PartnerCount);
        var local = dice.Below(10) == 0
            ? $"bounces+{dice.Next() & 0xFFFFFF}-{dice.Next() & 0xFFFFFFFF:x8}"
            : $"{dice.Pick(FirstNames)}.{dice.Pick(LastNames)}{dice.Below(200_000)}";
        var standing = isForged && dice.PerCent(35) ? Standing.Unknown : dice.OneIn(25) ? Standing.Greylisted : Standing.Valid;
        return new(Ascii($"{local}@partner{partner}.example"), Partner(partner), standing);
    }

    public Client PartnerClient()
    {
        var partner = dice.Popular(PartnerCount);
        var address = dice.PerCent(35)
            ? $"2001:db8:{partner:x}:{dice.Below(60):x}::{dice.Between(1, 0xFFF):x}"
            : $"203.0.113.{(partner * 7 + dice.Below(3)) % 253 + 1}";
        var name = $"mail{dice.Below(4)}.partner{partner}.example";
        return new(dice.OneIn(12) ? "unknown" : name, address, name);
    }

    /// <summary>Whoever sends junk: tens of thousands, few of them with a name.</summary>
    public Client Bot(bool willBeRefused)
    {
        var number = dice.Popular(90_000);
        var address = willBeRefused && number % 4 != 0
            ? $"10.{number % 200 + 20}.{number / 200 % 250}.{number % 241 + 2}"
            : number % 3 == 0
                ? $"198.51.100.{number % 250 + 1}"
                : $"2001:db8:{number % 0xFFF0 + 1:x}::{number % 251 + 1:x}";
        var helo = dice.Below(6) switch
        {
            0 => "localhost",
            1 => $"win-{number:x}",
            _ => $"dyn-{number}.botnet.example",
        };
        return new(dice.OneIn(5) ? $"dyn-{number}.botnet.example" : "unknown", address, helo);
    }

    public Client Customer()
    {
        var number = dice.Popular(400);
        return new("unknown", $"198.51.100.{number % 250 + 1}", $"[192.168.1.{number % 200 + 2}]")
        {
            LoginName = Ascii($"{FirstNames[number % 5]}{number}"),
            IsTrusted = true,
        };
    }

    public Client Inside() => dice.OneIn(3)
        ? new("localhost", "127.0.0.1", "localhost") { IsTrusted = true }
        : new("app3.fallback.example", "10.0.0.13", "app3.fallback.example") { IsTrusted = true };

    NextHop Partner(int number) => partners[number] ??= new(
        "smtp",
        $"mx.partner{number}.example",
        number % 3 == 0 ? $"2001:db8:a{number:x3}::25" : $"198.51.100.{number % 250 + 1}")
    {
        Outage = number % 11 == 5 ? (0, long.MaxValue) : default,
        WhyUnreachable = number % 2 == 0 ? "Connection refused"u8.ToArray() : "Connection timed out"u8.ToArray(),
    };

    (string Name, NextHop Hop) RelayDomain()
    {
        var throwOf = dice.Below(100);
        foreach (var (name, weight, hop) in relayDomains)
            if ((throwOf -= weight) < 0)
                return (name, hop);
        throw new InvalidOperationException("the weights of the relay domains are less than 100");
    }

    static NextHop Primary(string host, int lastByte, (long From, long Until) outage = default) =>
        new("relay/smtp", host, $"192.0.2.{lastByte}")
        {
            Outage = outage,
            WhyUnreachable = lastByte % 2 == 0 ? "Connection timed out"u8.ToArray() : "Connection refused"u8.ToArray(),
        };

    static Standing StandingOf(int mailbox) => (mailbox % 97) switch
    {
        50 => Standing.Full,
        51 or 52 or 53 => Standing.Greylisted,
        54 => Standing.TooBusy,
        _ => Standing.Valid,
    };

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
