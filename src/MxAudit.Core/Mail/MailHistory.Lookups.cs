using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What the views ask for.</summary>
public sealed partial class MailHistory
{
    /// <summary>Attempt rows in the order of lives, recipients and time; <see cref="_firstOfLife"/> tells where a life's begin.</summary>
    private Numbers _order, _firstOfLife;
    private MessageClass[] _classes = [];
    private readonly Dictionary<int, List<int>> _next = [];
    private readonly Dictionary<int, int> _nonDeliveryNotices = [];

    /// <summary>All non-delivery notices about a message, where there are several.</summary>
    private readonly Dictionary<int, List<int>> _severalNotices = [];

    /// <summary>Rows of the attempts that are probes, in the order of the log.</summary>
    internal Numbers ProbeAttempts { get; }

    internal string Text(int reference) => reference == 0 ? "" : PlainText.Of(Texts.Bytes(reference));

    internal bool HasName(int client) => !Texts.Bytes(client).StartsWith("unknown["u8);

    internal static DateTimeOffset? TimeOf(long milliseconds) =>
        milliseconds == long.MinValue || milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    internal static string DomainIn(string address)
    {
        int at = address.LastIndexOf('@');
        return at < 0 ? "" : address[(at + 1)..].ToLowerInvariant();
    }

    /// <summary>Names of recipient domains, lower case, each once; an address keeps the number of its own. Number 0 is not known yet, 1 none.</summary>
    private readonly List<string> _domainNames = ["", ""];

    internal string DomainOf(int address) => address == 0 ? "" : _domainNames[DomainNumberOf(address)];

    internal int DomainNumberOf(int address)
    {
        ref int number = ref Texts.Domain(address);
        if (number > 0) return number;
        int found = NumberOfDomain(Texts.Bytes(address));
        return number < 0 ? found : number = found; // below zero: it is a relay's text as well, and keeps its hop
    }

    /// <summary>Each way to write a domain is looked at once.</summary>
    private int NumberOfDomain(ReadOnlySpan<byte> address)
    {
        int at = address.LastIndexOf((byte)'@');
        if (at < 0 || at == address.Length - 1) return 1;
        var domain = address[(at + 1)..];
        ref int number = ref _domainTexts.Domain(_domainTexts.Of(domain));
        return number != 0 ? number : number = NumberOfName(PlainText.Of(domain).ToLowerInvariant());
    }

    private int NumberOfName(string name)
    {
        ref int number = ref _domainTexts.Domain(_domainTexts.Of(System.Text.Encoding.UTF8.GetBytes(name)));
        if (number != 0) return number;
        _domainNames.Add(name);
        return number = _domainNames.Count - 1;
    }

    /// <summary>The text of orig_to; 0 where the delivery line has none.</summary>
    internal int OriginalOf(int attempt)
    {
        if ((AttemptRows[attempt].Flags & AttemptFlags.HasOriginal) == 0) return 0;
        int low = 0, high = OriginalRows.Count - 1;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (OriginalRows[middle].Attempt < attempt) low = middle + 1; else high = middle;
        }
        return OriginalRows[low].Recipient;
    }

    internal int OrderedAttempt(int index) => _order[index];

    private static int LastPlaceOf(in RecipientRow recipient) => recipient.FirstAttempt + recipient.AttemptCount - 1;

    private int LastAttemptOf(in RecipientRow recipient) => _order[LastPlaceOf(recipient)];

    internal ReadOnlySpan<int> AttemptRowsOf(int life) => _order.AsSpan(_firstOfLife[life], _firstOfLife[life + 1] - _firstOfLife[life]);

    /// <summary>Of mail that came before this log the <c>delay=</c> of a delivery line tells: it counts from there.</summary>
    internal long ArrivalOf(int life)
    {
        long born = Lives[life].BornAt;
        if ((Lives[life].Flags & LifeFlags.Orphan) == 0) return born;
        foreach (int row in AttemptRowsOf(life)) // the first that has a time
            if ((long)AttemptRows[row].Time is var time && time != long.MinValue) return Math.Min(born, time - (long)(AttemptRows[row].DelaySeconds * 1000d));
        return born;
    }

    internal IEnumerable<int> AttemptsOf(int life)
    {
        int[] rows = AttemptRowsOf(life).ToArray();
        Array.Sort(rows);
        return rows;
    }

    /// <summary>How many addresses these texts are, which differ letter by letter: upper and lower case are one.</summary>
    internal int CountAddresses(IReadOnlyCollection<int> texts) =>
        texts.Any(HasUpperCase) ? texts.Select(Text).Distinct(StringComparer.OrdinalIgnoreCase).Count() : texts.Count;

    private bool HasUpperCase(int text) => Texts.Bytes(text).IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0;

    /// <summary>These addresses as a set, in which upper and lower case are one. Letters are only looked at where there are capitals.</summary>
    internal AddressSet AddressesOf(IEnumerable<int> texts) => new(this, [.. texts]);

    internal sealed class AddressSet(MailHistory history, HashSet<int> texts)
    {
        private readonly bool _hasUpperCase = texts.Any(history.HasUpperCase);
        private HashSet<string>? _names;

        public bool Contains(int text) => texts.Contains(text) || ((_hasUpperCase || history.HasUpperCase(text))
            && (_names ??= texts.Select(history.Text).ToHashSet(StringComparer.OrdinalIgnoreCase)).Contains(history.Text(text)));
    }

    internal MessageClass ClassOf(int life) => _classes[life];

    internal IEnumerable<int> NextLives(int life) => _next.TryGetValue(life, out var rows) ? rows : [];

    internal bool HasNextLife(int life) => _next.ContainsKey(life);

    /// <summary>The lives of some queue ids, each in the order of birth.</summary>
    public ILookup<string, Message> LivesOf(IEnumerable<string> queueIds)
    {
        var wanted = new HashSet<QueueId>();
        foreach (string text in queueIds)
            if (QueueId.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var id)) wanted.Add(id);
        var lives = new List<Message>();
        for (int life = 0; life < Lives.Count && wanted.Count > 0; life++)
            if (wanted.Contains(Lives[life].Id)) lives.Add(new Message(this, life));
        return lives.ToLookup(life => life.QueueId);
    }

    /// <summary>More lives than requeueing and filters give to one message: links that go round, in a log that was put together wrongly, end here.</summary>
    private const int MostLives = 1000;

    internal int FirstLifeOf(int life)
    {
        for (int steps = 0; Lives[life].Previous != 0 && steps < MostLives; steps++) life = Lives[life].Previous - 1;
        return life;
    }

    /// <summary>The life under which its mail was accepted: all of them lead back to it.</summary>
    private int FirstLifeOf(in RecipientRow recipient) => FirstLifeOf(AttemptRows[_order[recipient.FirstAttempt]].Life);

    /// <summary>More are not searched for a recipient's own: time would grow with the square.</summary>
    private const int MostVerpNotices = 200;

    /// <summary>Recipients that fail at different times are reported by different notices; with VERP each recipient has one of its own.</summary>
    internal Notice? NonDeliveryNoticeFor(int life, Outcome outcome, int recipient, ulong lastLine)
    {
        if (outcome is not (Outcome.Bounced or Outcome.Expired) || !_nonDeliveryNotices.TryGetValue(life, out int first)) return null;
        if (_noticeOfFilter.TryGetValue(lastLine, out int ofFilter)) return new Notice(this, ofFilter);
        return _severalNotices.TryGetValue(life, out var all) ? OwnNotice(all, life, outcome, recipient, lastLine) : new Notice(this, first);
    }

    private Notice? OwnNotice(List<int> all, int life, Outcome outcome, int recipient, ulong lastLine)
    {
        ulong failed = outcome == Outcome.Expired && ExpiredLineOf(life) is { } expired ? expired.Packed : lastLine;
        string verp = Text(recipient).Replace('@', '=') + "@";
        int own = all.Count > MostVerpNotices ? -1 : all.FindIndex(row => new Notice(this, row).To.Contains(verp, StringComparison.OrdinalIgnoreCase));
        if (own < 0) own = all.FindIndex(row => NoticeRows[row].Line > failed);
        return own < 0 ? null : new Notice(this, all[own]);
    }

    internal int RecipientCountOf(int life) =>
        Lives[life].RecipientCount > 0
            ? Lives[life].RecipientCount
            : AttemptRowsOf(life).ToArray().Select(row => AttemptRows[row].Recipient).Distinct().Count();

    internal EndState EndStateOf(int life)
    {
        var flags = Lives[life].Flags;
        if (flags.HasFlag(LifeFlags.Deleted)) return EndState.Deleted;
        if (flags.HasFlag(LifeFlags.Canceled)) return EndState.Canceled;
        if (flags.HasFlag(LifeFlags.Discarded)) return IsAbandoned(flags) ? EndState.Unknown : EndState.Discarded;
        if (flags.HasFlag(LifeFlags.Requeued)) return EndState.Requeued;
        if (flags.HasFlag(LifeFlags.Removed)) return EndState.Removed;
        if (flags.HasFlag(LifeFlags.Corrupt)) return EndState.Corrupt;
        if (flags.HasFlag(LifeFlags.Superseded)) return EndState.Unknown;
        if (flags.HasFlag(LifeFlags.Held)) return IsAbandoned(flags) ? EndState.Unknown : EndState.Held;
        return flags.HasFlag(LifeFlags.WasActive) && !EndsQuietly(life) ? EndState.Queued : EndState.Unknown;
    }

    /// <summary>All its recipients are done, though no <c>removed</c> says so.</summary>
    private bool EndsQuietly(int life)
    {
        var rows = AttemptRowsOf(life);
        for (int i = 0; i < rows.Length; i++)
        {
            bool isLast = i + 1 == rows.Length || AttemptRows[rows[i + 1]].Recipient != AttemptRows[rows[i]].Recipient;
            if (isLast && AttemptRows[rows[i]].Status is not (DeliveryStatus.Sent or DeliveryStatus.Bounced)) return false;
        }
        return rows.Length > 0;
    }

    /// <summary>The note of a text holds whether it is a trusted client, and whether it can be a filter's.</summary>
    private const byte IsTrusted = 1, IsStranger = 2, IsNoFilter = 4;

    internal bool TrustsClient(int client)
    {
        if (client == 0) return false;
        ref byte note = ref Texts.Note(client);
        if ((note & (IsTrusted | IsStranger)) == 0) note |= Trusted.Trusts(ClientText.AddressOf(Text(client))) ? IsTrusted : IsStranger;
        return (note & IsTrusted) != 0;
    }

    /// <summary>Read again from the log: replies are kept there, not in memory.</summary>
    internal string ReasonAt(LinePosition line) =>
        Lines is not null && Lines.TryRead(line, out var happened) && happened.Kind == EventKind.Delivery ? PlainText.Of(happened.Text) : "";

    internal RejectDetail RejectDetailAt(LinePosition line) =>
        Lines is not null && Lines.TryRead(line, out var happened) && happened.Kind == EventKind.Reject
            ? new RejectDetail(PlainText.Of(happened.Sender), PlainText.Of(happened.Helo), PlainText.Of(happened.Text))
            : new RejectDetail("", "", "");

    internal string? MessageIdOf(int life) =>
        Lives[life].Flags.HasFlag(LifeFlags.HasMessageId) && Lines is not null && Lines.TryRead(new LinePosition(MessageIdLineOf(life)), out var happened)
            && happened.Kind == EventKind.MessageId ? PlainText.Of(happened.Text) : null;

    private ulong MessageIdLineOf(int life) =>
        Lives[life].MessageIdIsFarAway ? (_messageIds ??= NotesOf(LifeNoteKind.MessageId))[life].Line : Lives[life].MessageIdLine;

    internal static ProbeResult ResultOf(in AttemptRow attempt) => attempt switch
    {
        { Status: DeliveryStatus.Deliverable } => ProbeResult.Deliverable,
        { Dsn.Class: 5 } => ProbeResult.Undeliverable,
        _ => ProbeResult.Unknown,
    };
}
