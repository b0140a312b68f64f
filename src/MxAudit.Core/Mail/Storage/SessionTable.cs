using MxAudit.Log;

namespace MxAudit.Mail.Storage;

/// <summary>What smtpd sessions said before a queue id was made. Small and forgetful: one place for a process, the last one wins.</summary>
internal sealed unsafe class SessionTable : IDisposable
{
    private const int Places = 1 << 14;

    public struct Session
    {
        public ushort Origin;
        public ActionKind PendingAction;
        public bool Redirected;
        public int Recipient, Sender;
        /// <summary>Known where a filter before the queue gets the mail; 0 = not known.</summary>
        public int Client;
        /// <summary>How many lives had been born when it was heard of.</summary>
        public int Born;
        /// <summary>As whom that client logged in; 0 = not.</summary>
        public int SaslUser;
        /// <summary>The life that is to be discarded, plus one; 0 = none.</summary>
        public int Discarded;
        /// <summary>A line that tells the HELO name, plus one, since the first line of a log may be it; 0 = none.</summary>
        public ulong HeloLine;
        public ulong ActionLine;
        public long ActionTime;
    }

    private readonly Pages _pages = new((nuint)(Places * (sizeof(Session) + sizeof(Begun) + sizeof(int))));
    private readonly Session* _places;

    /// <summary>Whose place it is; 0: nobody's. Apart from the places, so that it stays in the cache: every connection asks.</summary>
    private readonly int* _owners;

    /// <summary>What a process is at, by the same places: the life that it began last.</summary>
    private readonly Begun* _begun;

    private record struct Begun(int Pid, int Life);

    public SessionTable()
    {
        _places = (Session*)_pages.Start;
        _begun = (Begun*)(_places + Places);
        _owners = (int*)(_begun + Places);
    }

    /// <summary><c>client=</c>: the process takes a message now.</summary>
    public void Began(int pid, ushort origin, int life) => _begun[PlaceOf(pid, origin)] = new Begun(pid, life);

    /// <summary>The life that the process began last, or -1.</summary>
    public int BegunBy(int pid, ushort origin) => _begun[PlaceOf(pid, origin)] is var begun && pid != 0 && begun.Pid == pid ? begun.Life : -1;

    private static uint PlaceOf(int pid, ushort origin) => (uint)(pid * 31 + origin) & (Places - 1);

    private bool IsMine(uint place, int pid, ushort origin) => _owners[place] == pid && _places[place].Origin == origin;

    /// <returns>The life that the session had discarded at RCPT, plus one; 0 = none.</returns>
    public int Forget(int pid, ushort origin)
    {
        uint place = PlaceOf(pid, origin);
        if (!IsMine(place, pid, origin)) return 0;
        _owners[place] = 0;
        return _places[place].Discarded;
    }

    public void Discarded(int pid, ushort origin, int life) => Mine(pid, origin).Discarded = life + 1;

    public void HeardHelo(int pid, ushort origin, ulong line)
    {
        if (pid == 0 || line == 0) return;
        Mine(pid, origin).HeloLine = line;
    }

    public void HeardClient(int pid, ushort origin, int client, int saslUser, int born)
    {
        if (pid == 0) return;
        ref var session = ref Mine(pid, origin);
        (session.Client, session.SaslUser, session.Born) = (client, saslUser, born);
    }

    public int ClientOf(int pid, ushort origin)
    {
        uint place = PlaceOf(pid, origin);
        return pid != 0 && IsMine(place, pid, origin) ? _places[place].Client : 0;
    }

    /// <summary>How many lives had been born when that client was heard of: what it hands over is none of them.</summary>
    public int BornBefore(int pid, ushort origin) => ClientOf(pid, origin) != 0 ? _places[PlaceOf(pid, origin)].Born : 0;

    /// <summary>As whom the client logged in that <see cref="ClientOf"/> tells; 0 = not.</summary>
    public int SaslUserOf(int pid, ushort origin) => ClientOf(pid, origin) != 0 ? _places[PlaceOf(pid, origin)].SaslUser : 0;

    public void Redirected(int pid, ushort origin)
    {
        if (pid != 0) Mine(pid, origin).Redirected = true;
    }

    public void Acted(int pid, ushort origin, ActionKind action, ulong line, long time, int recipient, int sender)
    {
        if (pid == 0) return;
        ref var session = ref Mine(pid, origin);
        session.PendingAction = action;
        session.ActionLine = line;
        session.ActionTime = time;
        session.Recipient = recipient;
        session.Sender = sender;
    }

    private ref Session Mine(int pid, ushort origin)
    {
        uint place = PlaceOf(pid, origin);
        ref var session = ref _places[place];
        if (IsMine(place, pid, origin)) return ref session;
        session = default;
        session.Origin = origin;
        _owners[place] = pid;
        return ref session;
    }

    /// <summary>Gives what the session said so far; an action is given once.</summary>
    public bool TryTake(int pid, ushort origin, out Session taken)
    {
        uint place = PlaceOf(pid, origin);
        if (pid == 0 || !IsMine(place, pid, origin)) { taken = default; return false; }
        ref var session = ref _places[place];
        taken = session;
        session.PendingAction = ActionKind.None;
        session.Redirected = false;
        return true;
    }

    public void Dispose() => _pages.Dispose();
}
