namespace MxAudit.Benchmarks;

/// <summary>What postscreen(8) does with a client before smtpd(8) sees it, if ever. Its rejects have commas where smtpd's have none.</summary>
sealed class PostscreenVisit(MailDay day, Client client)
{
    readonly Dice dice = day.Dice;
    readonly int port = day.Dice.Between(1_025, 65_000);

    LogWriter Line => day.Log.Postfix("postscreen"u8, Pids.Postscreen);

    public IEnumerable<long> LetIn()
    {
        Connect();
        yield return dice.Between(100, 900);
        Address(Line.Text("PASS OLD "u8)).End();
        yield return dice.Between(800, 9_000);
    }

    public IEnumerable<long> TurnedAway()
    {
        Connect();
        yield return dice.Between(100_000, 2_000_000);
        if (dice.OneIn(3))
        {
            Address(Line.Text("PREGREET "u8).Number(dice.Between(11, 40)).Text(" after 0.0"u8).Number(dice.Between(1, 9)).Text(" from "u8))
                .Text(": EHLO "u8).Text(client.HeloName).Text("\\r\\n"u8).End();
            yield return dice.Between(100, 90_000);
        }
        var isListed = dice.PerCent(70);
        if (isListed)
        {
            day.Log.Postfix("dnsblog"u8, 20_300 + dice.Below(9)).Text("addr "u8).Text(client.AddressOnly)
                .Text(" listed by domain zen.blocklist.example as 127.0.0."u8).Number(dice.Between(2, 11)).End();
            yield return dice.Between(3_000_000, 5_900_000);
            Address(Line.Text("DNSBL rank "u8).Number(dice.Between(3, 9)).Text(" for "u8)).End();
            yield return dice.Between(50_000, 400_000);
        }
        if (dice.PerCent(65))
            Reject(isListed);
        else
            Address(Line.Text("HANGUP after 0."u8).Number(dice.Between(1, 9)).Text(" from "u8)).Text(" in tests after SMTP handshake"u8).End();
        yield return dice.Between(1_000, 90_000);
        if (!isListed && dice.OneIn(2))
            Address(Line.Text("PASS NEW "u8)).End();
        Address(Line.Text("DISCONNECT "u8)).End();
    }

    void Connect() => Address(Line.Text("CONNECT from "u8)).Text(" to [198.51.100.25]:25"u8).End();

    void Reject(bool isListed)
    {
        day.Truth.PostscreenRejects++;
        var line = Address(Line.Text("NOQUEUE: reject: RCPT from "u8));
        if (isListed)
            line.Text(": 550 5.7.1 Service unavailable; client ["u8).Text(client.AddressOnly).Text("] blocked using zen.blocklist.example"u8);
        else
            line.Text(": 450 4.3.2 Service currently unavailable"u8);
        line.Text("; from=<"u8).Text(day.Places.Sender(isForged: true).Address).Text(">, to=<"u8).Text(day.Places.Known().Address)
            .Text(">, proto=ESMTP, helo=<"u8).Text(client.HeloName).Text(">"u8).End();
    }

    LogWriter Address(LogWriter line) => line.Text("["u8).Text(client.AddressOnly).Text("]:"u8).Number(port);
}
