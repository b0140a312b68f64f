namespace MxAudit.Benchmarks;

/// <summary>The sessions of the day, one method for each kind of visitor.</summary>
sealed class Visits(MailDay day)
{
    readonly Dice dice = day.Dice;
    readonly Neighbourhood places = day.Places;

    public IEnumerable<long> Any() => dice.Below(1_000) switch
    {
        < 420 => Mail(places.PartnerClient(), isJunk: false),
        < 450 => Mail(places.Bot(willBeRefused: false), isJunk: true),
        < 465 => Submission(),
        < 475 => FromInside(),
        < 620 => UnknownRecipients(),
        < 790 => Refused(),
        < 820 => GoneEarly(),
        _ => new PostscreenVisit(day, places.Bot(willBeRefused: true)).TurnedAway(),
    };

    IEnumerable<long> Mail(Client client, bool isJunk)
    {
        foreach (var pause in new PostscreenVisit(day, client).LetIn())
            yield return pause;
        var smtpd = new SmtpdLines(day, client);
        if (client.Name == "unknown" && dice.OneIn(2))
            smtpd.NameDoesNotResolve();
        smtpd.Connect();
        yield return Reply();
        if (!isJunk && dice.PerCent(45))
        {
            smtpd.Encrypted();
            yield return Reply();
        }
        var (messages, taken, refused) = (dice.OneIn(9) ? dice.Between(2, 5) : 1, 0, 0);
        var accepted = 0;
        for (var i = 0; i < messages; i++)
        {
            var sender = places.Sender(isForged: isJunk);
            var recipients = new List<Recipient>();
            QueueId? open = null;
            for (var left = dice.OneIn(7) ? dice.Between(2, 6) : 1; left > 0; left--)
            {
                var mailbox = isJunk && dice.PerCent(60) ? places.Ghost() : places.Known();
                if (recipients.Exists(recipient => recipient.Mailbox == mailbox))
                    continue;
                // The verify cache knows most; an unknown recipient gets in because the cache remembers it from better days.
                if (mailbox.Standing != Standing.Unknown && !dice.PerCent(82))
                {
                    var probe = new Probe(day, mailbox);
                    day.Start(probe.Life());
                    yield return 3_000_000 + Reply();
                    if (probe.Verdict != ProbeVerdict.Deliverable)
                    {
                        smtpd.Reject(probe.Verdict == ProbeVerdict.Unknown ? RejectReason.Unverified : RejectReason.InProgress, sender, mailbox);
                        refused++;
                        continue;
                    }
                }
                else if (recipients.Count > 0 && dice.OneIn(40))
                {
                    // A second recipient is refused after the first has opened the queue file: no NOQUEUE then.
                    smtpd.Accept((open = day.Queue.Open(day.Now)).Value);
                    yield return Reply();
                    smtpd.Reject(RejectReason.Undeliverable, sender, places.Ghost(), open);
                    refused++;
                    break;
                }
                recipients.Add(new(mailbox) { OriginalTo = dice.OneIn(25) ? "list@example.com"u8.ToArray() : null });
            }
            if (recipients.Count == 0)
                continue;
            if (open is null)
                smtpd.Accept((open = day.Queue.Open(day.Now)).Value);
            yield return Reply();
            if (dice.OneIn(400))
            {
                // Never a message: the client went away before its end.
                smtpd.LostConnection("DATA (2817 bytes)"u8);
                day.Queue.Remove(open.Value);
                continue;
            }
            day.Start(LetterFrom(client, sender, recipients, open.Value).Life());
            accepted++;
            taken += recipients.Count;
            yield return Reply();
        }
        smtpd.Disconnect(accepted, taken, refused);
    }

    Letter LetterFrom(Client client, Mailbox sender, List<Recipient> recipients, QueueId id)
    {
        var isNullSender = dice.OneIn(40);
        return new(day, isNullSender ? [] : sender.Address, isNullSender ? null : sender, [.. recipients], id)
        {
            FromStranger = !client.IsTrusted,
            WantsDeliveryStatus = dice.OneIn(300),
        };
    }

    IEnumerable<long> Submission()
    {
        var client = places.Customer();
        var smtpd = new SmtpdLines(day, client, isSubmission: true);
        smtpd.Connect();
        yield return Reply();
        smtpd.Encrypted();
        yield return Reply();
        if (dice.OneIn(10))
        {
            smtpd.LoginFailed();
            smtpd.Disconnect("ehlo=2 starttls=1 auth=0/1 quit=1 commands=4/5"u8);
            yield break;
        }
        var id = day.Queue.Open(day.Now);
        smtpd.Accept(id);
        yield return Reply();
        var to = dice.OneIn(12) ? places.Ghost() : dice.OneIn(2) ? places.Known() : places.Elsewhere();
        day.Start(LetterFrom(client, places.Sender(isForged: false), [new(to)], id).Life());
        yield return Reply();
        smtpd.Disconnect("ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8"u8);
    }

    /// <summary>This host's own programs: by SMTP from a trusted network, or by sendmail(1) and pickup(8).</summary>
    IEnumerable<long> FromInside()
    {
        var id = day.Queue.Open(day.Now);
        if (dice.OneIn(2))
        {
            day.Log.Postfix("pickup"u8, Pids.Pickup, id).Text("uid=0 from=<root>"u8).End();
            yield return dice.Between(300, 2_000);
            var to = new Recipient(places.Root) { OriginalTo = "root"u8.ToArray() };
            day.Start(new Letter(day, places.Root.Address, places.Root, [to], id).Life());
            yield break;
        }
        var client = places.Inside();
        var smtpd = new SmtpdLines(day, client);
        smtpd.Connect();
        yield return Reply();
        smtpd.Accept(id);
        yield return Reply();
        var recipient = dice.OneIn(5) ? places.Ghost() : places.Known();
        day.Start(LetterFrom(client, places.Sender(isForged: false), [new(recipient)], id).Life());
        smtpd.Disconnect(1, 1, 0);
    }

    public IEnumerable<long> UnknownRecipients(int perSession = 3, bool alwaysProbe = false)
    {
        var client = places.Bot(willBeRefused: true);
        if (!alwaysProbe)
            foreach (var pause in new PostscreenVisit(day, client).LetIn())
                yield return pause;
        var smtpd = new SmtpdLines(day, client);
        smtpd.Connect();
        var recipients = dice.Between(1, perSession);
        for (var i = 0; i < recipients; i++)
        {
            yield return Reply();
            var (sender, ghost) = (places.Sender(isForged: true), places.Ghost());
            var reason = RejectReason.Undeliverable;
            if (alwaysProbe || dice.PerCent(55) || !day.CachesNegatives)
            {
                var probe = new Probe(day, ghost);
                day.Start(probe.Life());
                yield return 3_000_000 + Reply();
                if (probe.Verdict == ProbeVerdict.InProgress)
                    yield return 3_000_000;
                reason = probe.Verdict == ProbeVerdict.Unknown ? RejectReason.Unverified
                    : probe.Verdict == ProbeVerdict.Undeliverable && day.CachesNegatives ? RejectReason.Undeliverable
                    : RejectReason.InProgress;
            }
            smtpd.Reject(reason, sender, ghost);
        }
        yield return Reply();
        if (dice.OneIn(3))
            smtpd.LostConnection("RCPT"u8);
        smtpd.Disconnect("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"u8);
    }

    IEnumerable<long> Refused()
    {
        var client = places.Bot(willBeRefused: true);
        foreach (var pause in new PostscreenVisit(day, client).LetIn())
            yield return pause;
        var smtpd = new SmtpdLines(day, client);
        if (dice.OneIn(3))
            smtpd.NameDoesNotResolve();
        smtpd.Connect();
        yield return Reply();
        var reason = dice.Below(10) switch
        {
            < 4 => RejectReason.RelayDenied,
            < 6 => RejectReason.BlockList,
            6 => RejectReason.HeloNotFound,
            7 => RejectReason.HeloNotQualified,
            8 => RejectReason.SenderDomain,
            _ => RejectReason.NoReverseName,
        };
        var sender = places.Sender(isForged: true);
        var to = reason == RejectReason.RelayDenied ? places.Elsewhere() : places.Known();
        smtpd.Reject(reason, sender, to);
        if (dice.OneIn(150))
        {
            yield return Reply();
            smtpd.RejectAgain(dice.Between(2, 9), reason, sender, to);
        }
        yield return Reply();
        if (dice.OneIn(2))
            smtpd.LostConnection("RCPT"u8);
        smtpd.Disconnect("ehlo=1 mail=1 rcpt=0/1 commands=2/3"u8);
    }

    IEnumerable<long> GoneEarly()
    {
        var client = places.Bot(willBeRefused: true);
        foreach (var pause in new PostscreenVisit(day, client).LetIn())
            yield return pause;
        var smtpd = new SmtpdLines(day, client);
        smtpd.Connect();
        yield return Reply() * 10;
        smtpd.LostConnection(dice.OneIn(2) ? "CONNECT"u8 : "EHLO"u8);
        smtpd.Disconnect("commands=0/0"u8);
    }

    long Reply() => dice.Between(3_000, 180_000);
}
