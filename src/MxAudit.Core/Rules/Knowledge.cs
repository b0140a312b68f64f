using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>What several rules want to know about the mail.</summary>
internal static class Knowledge
{
    /// <inheritdoc cref="Evidence.Backscatter"/>
    internal static IReadOnlyList<SentBack> FindBackscatter(Evidence evidence)
    {
        var mail = evidence.MailIfAny;
        var relayed = evidence.Relayed();
        List<int> recipients = [], notices = [];
        foreach (var recipient in mail.Bounces)
            if ((recipient.ReasonClass is not (ReasonClass.Loop or ReasonClass.TooManyHops) || recipient.IsForwardingLoop())
                && recipient.NonDeliveryNotice is { ToStranger: Answer.Yes, ToOwnUser: false } notice
                && !(notice.About is { } about && IsOwn(relayed, about)))
            {
                recipients.Add(recipient.Number);
                notices.Add(notice.Number);
            }
        var all = mail.About(recipients, i => new SentBack(mail, recipients[i], notices[i]));
        return all.Count > 0 && evidence.Config is { } config && AdmittedSenders.AreCertain(config)
            ? [.. all.Where(failed => !AdmittedSenders.Wrote(config, failed.Recipient))] : all;
    }

    /// <summary>The sender is one whom this host serves, and no address of it that stands for a stranger.</summary>
    private static bool IsOwn(RelayedDomains relayed, Message about) =>
        relayed.Serves(about.SenderDomain) && (DomainBehindSrs(about.Sender ?? "") is not { } behind || relayed.Serves(behind));

    /// <summary>
    /// <c>SRS0=HHH=TT=victim.example=joe@fallback.example</c>, <c>SRS1=HHH=forwarder.example==HHH=TT=victim.example=joe@fallback.example</c>: an address of
    /// this host that stands for another sender's, and a notice goes on to him. Null: it is none.
    /// </summary>
    private static string? DomainBehindSrs(string sender)
    {
        if (sender.Length < 5 || sender[4] is not ('=' or '+' or '-')) return null;
        string[] parts = sender[5..].Split('=');
        int at = sender.StartsWith("SRS0", StringComparison.OrdinalIgnoreCase) ? 2 : sender.StartsWith("SRS1", StringComparison.OrdinalIgnoreCase) ? 5 : -1;
        return at > 0 && at + 1 < parts.Length ? parts[at].ToLowerInvariant() : null;
    }

    /// <summary>Forwarding among this host's own mailboxes leads in a circle, or a sender wrote Delivered-To himself: no other host has part in it.</summary>
    public static bool IsForwardingLoop(this Recipient recipient) =>
        recipient.ReasonClass == ReasonClass.Loop && recipient.LastAttemptMade?.Daemon is Daemon.Local or Daemon.Virtual or Daemon.Pipe;

    /// <summary>A client's message was taken after this moment: whatever was broken then, smtpd works again.</summary>
    /// <param name="host">Of a log of several; null: any of them.</param>
    /// <param name="ofStrangers">Trusted clients do not count: smtpd looks nothing up for them.</param>
    /// <param name="fewest">So many messages.</param>
    public static bool TookMailAfter(this MailHistory mail, DateTimeOffset? moment, string? host = null, bool ofStrangers = false, int fewest = 1)
    {
        if (host is not null && !ofStrangers && fewest == 1) return mail.LastTaken.TryGetValue(host, out var last) && !(last <= moment);
        for (int i = mail.Messages.Count - 1; i >= 0; i--)
        {
            var message = mail.Messages[i];
            if (message.AcceptedAt <= moment) return false;
            if (message.WasAccepted && message.Client.Length > 0 && (host is null || message.Host == host)
                && (!ofStrangers || message.FromStranger) && --fewest == 0)
                return true;
        }
        return false;
    }

    /// <summary>The same of each host that these lines are of: what another one took shows nothing.</summary>
    public static bool TookMailAfter(this MailHistory mail, IEnumerable<Remark> remarks) =>
        remarks.GroupBy(remark => remark.Origin.Host).All(host => mail.TookMailAfter(host.Max(remark => remark.Last), host.Key));

    /// <summary>A client was answered after this moment, if only by a refusal: smtpd runs again. 451 is what a fault in its configuration says, too.</summary>
    public static bool SmtpdAnsweredAfter(this MailHistory mail, IEnumerable<Remark> remarks) =>
        remarks.GroupBy(remark => remark.Origin.Host).All(host => host.Max(remark => remark.Last) is var last && (mail.TookMailAfter(last, host.Key)
            || mail.Rejects.Any(reject => reject is { Daemon: Daemon.Smtpd, Code: not 451 } && reject.Time > last && reject.Origin.Host == host.Key)));

    private const int FewestInSpite = 3;

    /// <summary>A recipient's last probe is over shortly before it is taken; <c>client=</c> is logged with the first one of a message.</summary>
    private static readonly TimeSpan OneAnswer = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Recipients whose probe had failed and was forgotten, accepted all the same, as the log alone proves; empty where it is too little, or the
    /// configuration is known.
    /// </summary>
    public static Recipient[] AcceptedInSpite(Evidence evidence)
    {
        if (evidence.Config is not null || evidence.MailIfAny.Totals.Probes.NotCached == 0) return [];
        var mail = evidence.MailIfAny;
        var probed = mail.AddressesOf(mail.ProbesNotCached.Select(probe => probe.Addressee));
        Recipient[] bounced = [.. mail.BouncesFor(ReasonClass.UserUnknown).Where(bounced => bounced.FromStranger && probed.Contains(bounced.Addressee))];
        if (bounced.Length < FewestInSpite) return [];
        var forgotten = mail.ProbesNotCached.Where(probe => probe.Time is not null).GroupBy(probe => probe.Recipient, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(probes => probes.Key, probes => probes.Select(probe => probe.Time!.Value).Order().ToArray(), StringComparer.OrdinalIgnoreCase);
        Recipient[] accepted = [.. bounced.Where(one => one.Message.AcceptedAt is { } taken
            && forgotten.TryGetValue(one.Address, out var times)
            && FirstFrom(taken - OneAnswer, times) <= one.FirstAttempt)];
        return accepted.Select(bounced => bounced.Address).Distinct(StringComparer.OrdinalIgnoreCase).Count() < FewestInSpite ? [] : accepted;
    }

    /// <summary>One address may be asked about for each of its many messages: the times are in order, and not gone through for each.</summary>
    private static DateTimeOffset? FirstFrom(DateTimeOffset moment, DateTimeOffset[] times)
    {
        int at = Array.BinarySearch(times, moment);
        return at >= 0 ? times[at] : ~at < times.Length ? times[~at] : null;
    }

    /// <summary>Recipients of a domain that this host took mail for.</summary>
    public static int AcceptedFor(this MailHistory mail, string name) => mail.DomainsByName.GetValueOrDefault(name)?.Accepted ?? 0;

    /// <summary>How many there are when capitals make no difference.</summary>
    public static int CountDifferent(IEnumerable<string> addresses) => addresses.Distinct(StringComparer.OrdinalIgnoreCase).Count();
}

/// <summary>One recipient that failed after acceptance, and the notice that went to a stranger for it. Kept as numbers: there can be a million.</summary>
internal readonly struct SentBack(MailHistory mail, int recipient, int notice)
{
    public Recipient Recipient => new(mail, recipient);
    public Notice Notice => new(mail, notice);
}
