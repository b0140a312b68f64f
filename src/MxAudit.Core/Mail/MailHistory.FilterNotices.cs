using System.Buffers.Text;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What a content filter of this host wrote to the sender of mail that it did not hand back. It comes like mail, by SMTP from the filter.</summary>
public sealed partial class MailHistory
{
    private readonly IReadOnlyList<ReturnedByFilter> _returnedByFilter;

    /// <summary>By the line of the delivery that it is about. It stands before that line: the filter writes first, and replies then.</summary>
    private readonly Dictionary<ulong, int> _noticeOfFilter = [];

    /// <remarks>
    /// Joined by what can not be chance: from where the filter is, with an empty sender, to the very sender, while the filter had the mail. Two transactions of
    /// one message have two notices, and recipients that were handed over together have one: each takes what is left.
    /// </remarks>
    private void LinkNoticesOfFilters()
    {
        if (_returnedByFilter.Count + _returnedInFront.Count == 0) return;
        Dictionary<int, FilterRelay> relays = [];
        var written = WrittenToSenders();
        LinkNoticesInFront(written);
        var leftOut = LeftOut();
        HashSet<int>? handBack = null;
        var told = new Dictionary<int, int>(); // of messages that a notice was found about, the last
        int[] found = FindNotices(relays, written);
        for (int place = 0; place < _returnedByFilter.Count; place++)
        {
            var returned = _returnedByFilter[place];
            ref var attempt = ref AttemptRows[returned.Attempt];
            if (FilterOf(attempt, relays) is not { } relay) continue;
            if (found[place] is >= 0 and var notice)
            {
                AddNoticeOfFilter(attempt.Life, notice);
                told[attempt.Life] = NoticeRows.Count - 1;
            }
            bool isReturned = returned.Recipients > 0 ? IsLeftOut(attempt) && leftOut[(attempt.Life, returned.HandedBack)] == returned.Recipients
                : relay.IsLoopback || relay.IsNamed || told.ContainsKey(attempt.Life) || (handBack ??= RelaysThatHandBack()).Contains(attempt.Relay);
            if (!isReturned) continue;
            Return(ref attempt);
            if (told.TryGetValue(attempt.Life, out int last)) _noticeOfFilter[attempt.Line] = last;
        }
        _further = [];
    }

    /// <summary>For each reply the notice that it tells of; -1: none. Where a sender has several, they were written in the order of the replies.</summary>
    private int[] FindNotices(Dictionary<int, FilterRelay> relays, Dictionary<int, List<int>> written)
    {
        int[] found = new int[_returnedByFilter.Count];
        var toldOfSome = new HashSet<(int Life, int HandedBack)>();
        var ofSender = new Dictionary<int, List<int>>();
        for (int place = 0; place < found.Length; place++)
        {
            found[place] = -1;
            var returned = _returnedByFilter[place];
            ref var attempt = ref AttemptRows[returned.Attempt];
            if (FilterOf(attempt, relays) is not { } relay || (returned.Recipients > 0 && !toldOfSome.Add((attempt.Life, returned.HandedBack)))) continue;
            if (NoticeAbout(attempt, relay, written) is not (>= 0 and var notice)) continue;
            found[place] = notice;
            Lives[notice].Flags |= LifeFlags.Notice;
            int sender = Lives[attempt.Life].Sender;
            if (!ofSender.TryGetValue(sender, out var places)) ofSender.Add(sender, places = []);
            places.Add(place);
            for (int i = places.Count - 1; i > 0 && i > places.Count - DeepestChain && found[places[i - 1]] > found[places[i]]; i--)
            {
                if (Lives[found[places[i]]].BornAt < WrittenSince(AttemptRows[_returnedByFilter[places[i - 1]].Attempt])) break;
                (found[places[i - 1]], found[places[i]]) = (found[places[i]], found[places[i - 1]]);
            }
        }
        return found;
    }

    /// <summary>Of those that were handed back for some: how many recipients are not among these, as far as the log tells.</summary>
    private Dictionary<(int Life, int HandedBack), int> LeftOut()
    {
        var leftOut = new Dictionary<(int Life, int HandedBack), int>();
        foreach (var returned in _returnedByFilter)
        {
            ref var attempt = ref AttemptRows[returned.Attempt];
            if (returned.Recipients == 0 || !IsLeftOut(attempt)) continue;
            var key = (attempt.Life, returned.HandedBack);
            leftOut[key] = leftOut.GetValueOrDefault(key) + 1;
        }
        return leftOut;
    }

    private bool IsLeftOut(in AttemptRow attempt) => attempt.NextLife == 0 || !WasFor(attempt.NextLife - 1, attempt.Recipient);

    /// <summary>The same words from a server that never handed anything back are the next hop's own affair.</summary>
    private HashSet<int> RelaysThatHandBack()
    {
        var relays = new HashSet<int>();
        foreach (ref var attempt in AttemptRows)
            if (attempt.NextLife != 0 && (attempt.Flags & AttemptFlags.LoopHop) == 0 && (Lives[attempt.NextLife - 1].Flags & LifeFlags.Reinjected) != 0)
                relays.Add(attempt.Relay);
        return relays;
    }

    /// <summary>The filter took it, and told the sender itself that it goes no further.</summary>
    private static void Return(ref AttemptRow attempt) =>
        (attempt.Status, attempt.Reason, attempt.Stage, attempt.NextOrHop) = (DeliveryStatus.Bounced, ReasonClass.Content, Stage.EndOfData, 0);

    /// <summary>Mail of clients with an empty sender, by the first recipient, in the order of birth.</summary>
    private Dictionary<int, List<int>> WrittenToSenders()
    {
        var written = new Dictionary<int, List<int>>();
        for (int life = 0; life < Lives.Count; life++)
        {
            ref var row = ref Lives[life];
            const LifeFlags FromClient = LifeFlags.HasClient | LifeFlags.WasActive | LifeFlags.HasAttempt;
            if ((row.Flags & FromClient) != FromClient || row.Previous != 0 || !Texts.Bytes(row.Sender).IsEmpty) continue;
            int first = AttemptRowsOf(life)[0], to = OriginalOf(first) is not 0 and var original ? original : AttemptRows[first].Recipient;
            if (!written.TryGetValue(to, out var lives)) written.Add(to, lives = []);
            lives.Add(life);
        }
        return written;
    }

    /// <summary>Of those that nobody has taken yet the latest; -1: none.</summary>
    private int NoticeAbout(in AttemptRow attempt, FilterRelay relay, Dictionary<int, List<int>> written)
    {
        if (!written.TryGetValue(Lives[attempt.Life].Sender, out var lives)) return -1;
        long since = WrittenSince(attempt);
        foreach (int life in LatestOf(lives, attempt.Time))
        {
            ref var row = ref Lives[life];
            if (row.BornAt < since) break;
            if (row.BornAt <= attempt.Time && (row.Flags & LifeFlags.Notice) == 0 && Origins[row.Origin].Host == Origins[Lives[attempt.Life].Origin].Host
                && IsFrom(relay, row)) return life;
        }
        return -1;
    }

    /// <summary>The last that a filter does before its reply is to write the notice, however long it had the mail.</summary>
    private const long LongestWritingMilliseconds = 300_000;

    private long WrittenSince(in AttemptRow attempt) => Math.Max(HandedOver(attempt), attempt.Time - LongestWritingMilliseconds);

    /// <summary>When the filter got the mail: the last of <c>delays=0.1/3598/0/0.5</c>. Where the line can not be read again: when this host got it.</summary>
    private long HandedOver(in AttemptRow attempt)
    {
        float seconds = attempt.DelaySeconds;
        var line = Lines is null ? default : Lines.LineAt(new LinePosition(attempt.Line));
        if (line.IndexOf(", delays="u8) is >= 0 and var at)
        {
            var delays = line[(at + ", delays=".Length)..];
            delays = delays[..Math.Max(0, delays.IndexOf((byte)','))];
            if (Utf8Parser.TryParse(delays[(delays.LastIndexOf((byte)'/') + 1)..], out float last, out _) && last < seconds) seconds = last;
        }
        return attempt.Time - (long)(seconds * 1000) - StampSlackMilliseconds;
    }

    /// <summary>What a filter before the queue took has no id on this host; the client that brought it is known by its session.</summary>
    private readonly IReadOnlyList<ReturnedInFront> _returnedInFront;

    private readonly Dictionary<int, ReturnedInFront> _aboutInFront = [];

    /// <summary>What such filters wrote, in the order of their replies.</summary>
    internal IEnumerable<Notice> NoticesInFront => _aboutInFront.Keys.Order().Select(row => new Notice(this, row));

    /// <summary>The reply that tells of it, where the notice is about mail that never was in the queue.</summary>
    internal ReturnedInFront? InFrontOf(int notice) => _aboutInFront.TryGetValue(notice, out var returned) ? returned : null;

    /// <summary>The filter writes while the client waits for its reply: what was born in that time, with an empty sender, for that very sender.</summary>
    private void LinkNoticesInFront(Dictionary<int, List<int>> written)
    {
        foreach (var returned in _returnedInFront)
        {
            if (!written.TryGetValue(returned.Sender, out var lives)) continue;
            int end = lives.BinarySearch(returned.Until), last = (end < 0 ? ~end : end) - 1;
            for (int i = last; i >= 0 && i > last - DeepestChain && lives[i] >= returned.Since; i--)
            {
                if ((Lives[lives[i]].Flags & (LifeFlags.FromLoopback | LifeFlags.Notice)) != LifeFlags.FromLoopback) continue;
                AddNoticeOfFilter(-1, lives[i]);
                _aboutInFront.Add(NoticeRows.Count - 1, returned);
                break;
            }
        }
    }

    private void AddNoticeOfFilter(int about, int itself)
    {
        ref var row = ref Lives[itself];
        ref var notice = ref NoticeRows.Add();
        notice.Line = row.FirstLine;
        notice.Time = row.BornAt;
        notice.About = about + 1; // nothing is left here of what was in front of the queue
        notice.Itself = itself + 1;
        notice.Kind = NoticeKind.NonDelivery;
        row.Flags = (row.Flags | LifeFlags.Notice) & ~LifeFlags.HasClient; // written on this host, like those of bounce(8)
        row.NoticeRow = NoticeRows.Count;
    }
}

/// <summary>A delivery whose reply tells that a content filter wrote to the sender itself.</summary>
/// <param name="Attempt">Its row.</param>
/// <param name="Recipients">For so many of those that were handed over with it; 0: for all.</param>
/// <param name="HandedBack">The life that was handed back for the others; -1: none.</param>
internal readonly record struct ReturnedByFilter(int Attempt, int Recipients, int HandedBack);

/// <summary>A reply of a filter before the queue which tells that it wrote to the sender itself.</summary>
/// <param name="Sender">The text of the address that it wrote to.</param>
/// <param name="Client">The text of who brought the mail.</param>
/// <param name="SaslUser">As whom; 0: not logged in.</param>
/// <param name="Since">The notice is not one of the lives before this one,</param>
/// <param name="Until">and none from this one on.</param>
/// <param name="Line">Where the reply stands.</param>
internal readonly record struct ReturnedInFront(int Sender, int Client, int SaslUser, int Since, int Until, ulong Line);
