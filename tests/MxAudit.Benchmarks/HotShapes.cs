namespace MxAudit.Benchmarks;

/// <summary>Logs in which one thing is as large as the log: where an audit that scans a list per line would never end.</summary>
static class HotShapes
{
    const long DayMicros = 24 * MailDay.HourMicros;

    public static IEnumerable<IEnumerable<long>> Stories(MailDay day, GenerateOptions options)
    {
        var isoBytes = options.Stamps == StampForm.Iso ? 21 : 0;
        // Divided by what one recipient, message or retry costs in bytes, on average.
        return options.Shape switch
        {
            LogShape.OneMessageManyRecipients => [ManyRecipients(day, (int)(day.Size / (261 + isoBytes)))],
            LogShape.OneSessionManyMessages => [ManyMessages(day, day.Size / (665 + 5 * isoBytes))],
            LogShape.OneMessageManyRetries => [ManyRetries(day, day.Size / (462 + 2 * isoBytes))],
            LogShape.PrimaryInTrouble => [PrimaryInTrouble(day, (int)(day.Size / (341 + isoBytes)))],
            LogShape.DictionaryAttack => Enumerable.Range(0, (int)Math.Max(8, day.Size / 4_000_000)).Select(_ => Attacker(day)),
            var shape => throw new InvalidOperationException($"{shape} is not a hot shape"),
        };
    }

    /// <summary>Of a hundred recipients two bounce and one stays deferred. None is remembered here: there may be millions.</summary>
    static IEnumerable<long> ManyRecipients(MailDay day, int count)
    {
        var (smtpd, letter) = Receive(day, count, []);
        letter.WriteMessageId();
        yield return 1_000;
        letter.WriteActive(isFirst: true);
        smtpd.Disconnect(1, count, 0);
        for (var number = 0; number < count; number++)
        {
            yield return Math.Max(1, (DayMicros - 60_000_000) / count);
            var standing = (number % 100) switch { 33 or 66 => Standing.Unknown, 99 => Standing.Full, _ => Standing.Valid };
            DeliveryAgent.Deliver(day, letter, new(day.Places.AtExampleCom($"reader{number}", standing)));
        }
        foreach (var pause in letter.Tell(NoticeKind.NonDelivery))
            yield return pause;
    }

    static IEnumerable<long> ManyMessages(MailDay day, long count)
    {
        var client = day.Places.PartnerClient();
        var smtpd = new SmtpdLines(day, client);
        smtpd.Connect();
        for (var number = 0L; number < count; number++)
        {
            yield return Math.Max(1, (DayMicros - 60_000_000) / count);
            var id = day.Queue.Open(day.Now);
            smtpd.Accept(id);
            var to = new Recipient(day.Places.AtExampleCom($"reader{number % 5_000}", Standing.Valid));
            var sender = day.Places.Sender(isForged: false);
            day.Start(new Letter(day, sender.Address, sender, [to], id) { FromStranger = true }.Life(), 500);
        }
        yield return 5_000_000;
        smtpd.Disconnect(count, count, 0);
    }

    static IEnumerable<long> ManyRetries(MailDay day, long count)
    {
        var full = new Recipient(day.Places.AtExampleCom("archive", Standing.Full));
        var (smtpd, letter) = Receive(day, 1, [full]);
        letter.WriteMessageId();
        yield return 1_000;
        smtpd.Disconnect(1, 1, 0);
        for (var number = 0L; number < count; number++)
        {
            letter.WriteActive(isFirst: number == 0);
            var attempt = Math.Max(2, (DayMicros - 60_000_000) / count);
            yield return attempt / 2;
            full.Attempts = 0;
            DeliveryAgent.Deliver(day, letter, full);
            yield return attempt - attempt / 2;
        }
    }

    /// <summary>A list of five thousand, none of whom the primary can look up: it says so all day, and words have to be read in each line.</summary>
    static IEnumerable<long> PrimaryInTrouble(MailDay day, int attempts)
    {
        const int readers = 5_000;
        Recipient[] recipients = [.. Enumerable.Range(0, readers).Select(number => new Recipient(day.Places.AtExampleCom($"reader{number}", Standing.NotLookedUp)))];
        var (smtpd, letter) = Receive(day, readers, recipients);
        letter.WriteMessageId();
        yield return 1_000;
        smtpd.Disconnect(1, readers, 0);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            if (attempt % readers == 0) letter.WriteActive(isFirst: attempt == 0);
            yield return Math.Max(1, (DayMicros - 60_000_000) / attempts);
            DeliveryAgent.Deliver(day, letter, recipients[attempt % readers]);
        }
    }

    static IEnumerable<long> Attacker(MailDay day)
    {
        var visits = new Visits(day);
        yield return day.Dice.Below(3_000_000);
        while (true)
            foreach (var pause in visits.UnknownRecipients(perSession: 20, alwaysProbe: true))
                yield return pause;
    }

    static (SmtpdLines Smtpd, Letter Letter) Receive(MailDay day, int recipientCount, Recipient[] recipients)
    {
        var smtpd = new SmtpdLines(day, day.Places.PartnerClient());
        smtpd.Connect();
        var (id, sender) = (day.Queue.Open(day.Now), day.Places.Sender(isForged: false));
        smtpd.Accept(id);
        var letter = new Letter(day, sender.Address, sender, recipients, id) { FromStranger = true, RecipientCount = recipientCount };
        return (smtpd, letter);
    }
}
