namespace MxAudit.Benchmarks;

/// <summary>
/// A day of a fallback MX: many stories (a session, the life of a message, a probe) that go on side by side. A story
/// writes a line, yields the microseconds until its next one, and the day turns to whichever story is due first.
/// Only stories under way are in memory.
/// </summary>
sealed class MailDay
{
    /// <summary>2026-11-22T00:00:00Z.</summary>
    public const long StartMicros = 1_795_305_600L * 1_000_000;
    public const long HourMicros = 3_600L * 1_000_000;

    readonly PriorityQueue<IEnumerator<long>, ulong> waiting = new();
    readonly long learnsAt;
    ulong started;

    public MailDay(Stream file, GenerateOptions options)
    {
        Size = options.Size;
        Dice = new Dice(options.Seed);
        Log = new LogWriter(file, options.Stamps, Truth) { NowMicros = StartMicros };
        Queue = new QueueFiles(options.Ids, Dice);
        learnsAt = options.Shape == LogShape.Day ? StartMicros + 2 * HourMicros : StartMicros;
        Places = new Neighbourhood(Dice);
    }

    public long Size { get; }
    public Truth Truth { get; } = new();
    public Dice Dice { get; }
    public LogWriter Log { get; }
    public QueueFiles Queue { get; }
    public Neighbourhood Places { get; }
    public Staff Smtpd { get; } = new(2_000);
    public long Now => Log.NowMicros;

    /// <summary>Until two in the morning the host has address_verify_negative_cache = no.</summary>
    public bool CachesNegatives => Now >= learnsAt;

    public bool IsOver => Log.Bytes >= Size;

    public void Start(IEnumerable<long> story, long inMicros = 0) => Wait(story.GetEnumerator(), inMicros);

    /// <summary>Ends when the log has its size: what is under way then stays open, as at any rotation of a log.</summary>
    public void Run(bool cutAtSize)
    {
        while (!(cutAtSize && IsOver) && waiting.TryDequeue(out var story, out var due))
        {
            Log.NowMicros = StartMicros + (long)(due >> 24);
            if (story.MoveNext())
                Wait(story, story.Current);
        }
        Log.Flush();
    }

    /// <summary>Stories that are due in the same microsecond go on in the order in which they were put to wait.</summary>
    void Wait(IEnumerator<long> story, long micros) =>
        waiting.Enqueue(story, ((ulong)(Now - StartMicros + micros) << 24) | (started++ & 0xFFFFFF));
}

/// <summary>Processes of one daemon: a free one serves the next session, and after a hundred sessions it makes way.</summary>
sealed class Staff(int nextPid)
{
    readonly Stack<(int Pid, int Served)> free = [];

    public int Hire() => free.TryPop(out var idle) ? Serve(idle.Pid, idle.Served + 1) : Serve(nextPid++, 1);

    readonly Dictionary<int, int> served = [];

    public void Release(int pid)
    {
        served.Remove(pid, out var sessions);
        if (sessions < 100)
            free.Push((pid, sessions));
    }

    int Serve(int pid, int sessions)
    {
        served[pid] = sessions;
        return pid;
    }
}
