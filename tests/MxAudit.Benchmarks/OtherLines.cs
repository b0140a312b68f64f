namespace MxAudit.Benchmarks;

/// <summary>What else is in a mail log: statistics of anvil(8), the care of caches, and programs that are not Postfix.</summary>
static class OtherLines
{
    public static void WriteSome(MailDay day)
    {
        var (log, dice) = (day.Log, day.Dice);
        switch (dice.Below(8))
        {
            case 0:
                AnvilStatistics(log, dice);
                break;
            case 1:
                log.Postfix("verify"u8, Pids.Verify).Text("cache lmdb:/var/lib/postfix/verify_cache full cleanup: retained="u8)
                    .Number(dice.Between(4_000, 9_000)).Text(" dropped="u8).Number(dice.Below(300)).Text(" entries"u8).End();
                break;
            case 2:
                log.OtherProgram("CRON[9120]"u8).Text("(root) CMD (/usr/local/bin/sync-relay-recipients)"u8).End();
                break;
            case < 5:
                log.OtherProgram("opendkim[733]"u8).Id(day.Queue.Elsewhere(day.Now)).Text(": DKIM verification successful"u8).End();
                break;
            default:
                log.OtherProgram("dovecot"u8).Text("imap-login: Disconnected: Connection closed (auth failed, "u8).Number(dice.Between(1, 6))
                    .Text(" attempts in 12 secs): user=<user"u8).Number(dice.Below(900)).Text(">, method=PLAIN, rip=203.0.113."u8)
                    .Number(dice.Between(1, 254)).Text(", lip=198.51.100.25, TLS, session=<"u8).Hex((long)(dice.Next() >> 4), 1).Text(">"u8).End();
                break;
        }
    }

    static void AnvilStatistics(LogWriter log, Dice dice)
    {
        var time = DateTime.UnixEpoch.AddTicks((log.NowMicros - 200_000_000) * 10);
        var line = log.Postfix("anvil"u8, Pids.Anvil).Text("statistics: max connection rate "u8).Number(dice.Between(1, 30))
            .Text("/60s for (smtp:203.0.113."u8).Number(dice.Between(1, 254)).Text(time.Day > 9 ? ") at Nov "u8 : ") at Nov  "u8).Number(time.Day);
        line.Text(" "u8).Padded(time.Hour, 2).Text(":"u8).Padded(time.Minute, 2).Text(":"u8).Padded(time.Second, 2).End();
    }
}
