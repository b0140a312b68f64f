namespace MxAudit.Log;

/// <summary>
/// The Postfix program that wrote a line. The <c>defer</c> and <c>trace</c> services are <see cref="Bounce"/>, <c>retry</c> is <see cref="Error"/>.
/// </summary>
public enum Daemon : byte
{
    /// <summary>Not known: the prefix lost it, as rsyslog's RFC 5424 template does.</summary>
    Unknown,
    Smtpd, Cleanup, Qmgr, Smtp, Lmtp, Local, Virtual, Pipe, Error, Discard, Bounce, Verify, TrivialRewrite, Postscreen, Tlsproxy,
    Dnsblog, Anvil, Pickup, Scache, Flush, Showq, Proxymap, Tlsmgr, Spawn, Qmqpd, Master, Postlogd, Postsuper, Postdrop, Postqueue,
    Script, Sendmail, Other,
}

/// <summary>What one line says. From <see cref="Unread"/> to <see cref="Disconnect"/> Postfix wrote it.</summary>
public enum EventKind : byte
{
    /// <summary>A line of another program.</summary>
    NotPostfix,
    /// <summary>A Postfix line that no reader understands.</summary>
    Unread,
    /// <summary>Understood, and of no consequence for the model.</summary>
    Ignored,
    /// <summary><c>QID: client=name[addr]…</c></summary>
    Client,
    /// <summary><c>NOQUEUE: client=name[addr]…</c>: a filter before the queue gets the message.</summary>
    ClientOfNone,
    /// <summary><c>QID: uid=N from=&lt;…&gt; [orig_id=OLD]</c></summary>
    Pickup,
    /// <summary><c>QID: message-id=…</c></summary>
    MessageId,
    /// <summary><c>QID: from=&lt;…&gt;, size=N, nrcpt=N (queue active)</c>, at every activation.</summary>
    QueueActive,
    /// <summary><c>QID: removed [(canceled|discarded)]</c>, by qmgr at the end of a life, by postsuper for a deletion.</summary>
    Removed,
    /// <summary><c>QID: from=&lt;…&gt;, status=expired|force-expired, returned to sender</c></summary>
    Expired,
    /// <summary>One attempt: <c>QID: to=&lt;…&gt;, relay=…, delay=…, dsn=…, status=… (…)</c></summary>
    Delivery,
    /// <summary><c>OLD: sender non-delivery notification: NEW</c> and its kin.</summary>
    NoticeLink,
    /// <summary>A reply 4xx or 5xx to a client: <c>reject:</c>, <c>milter-reject:</c>, of smtpd, cleanup or postscreen.</summary>
    Reject,
    /// <summary>An access, header or milter action that is no refusal: hold, discard, redirect, warn, filter …</summary>
    Action,
    /// <summary>postsuper on one message: hold, release, requeue, expire.</summary>
    Postsuper,
    /// <summary>A session begins or ends.</summary>
    Connect, Disconnect,
    /// <summary>
    /// A message was begun and not taken: <c>[QID: ]lost connection after DATA (N bytes) from name[addr]</c>,
    /// <c>warning: QID: queue file size limit exceeded</c>
    /// </summary>
    NotTaken,
    /// <summary>
    /// <c>proxy-accept: END-OF-MESSAGE: 250 … queued as ID; from=&lt;…&gt; …</c>: a filter before the queue took the message of this session.
    /// </summary>
    ProxyAccept,
    /// <summary>Something worth remembering that is about no single recipient; see <see cref="RemarkKind"/>.</summary>
    Remark,
    /// <summary><c>last message repeated N times</c>: the line before it, of the same host, again.</summary>
    RepeatedLast,
    /// <summary>MailScanner, which is no part of Postfix: <c>Requeue: OLD.A1B2C to NEW</c>. Held mail goes on under another id.</summary>
    PutBack,
}

public enum DeliveryStatus : byte { None, Sent, Deferred, Bounced, SoftBounce, Deliverable, Undeliverable, UndeliverableNotCached }

public enum NoticeKind : byte { NonDelivery, Delay, DeliveryStatus, Postmaster }

/// <summary>Where in the SMTP dialogue a reply was given.</summary>
public enum Stage : byte { None, Connect, Helo, Mail, Rcpt, Data, EndOfData }

public enum ActionKind : byte { None, Reject, RejectWarning, Hold, Discard, Redirect, Filter, Warn, Other }

public enum PostsuperAct : byte { None, Hold, Release, Requeue, Expire }

/// <summary>Lines that state a fact about the host rather than about one message.</summary>
public enum RemarkKind : byte
{
    None,
    /// <summary><c>mail for D loops back to myself</c> of one MX host, without a status. Subject: D.</summary>
    LoopsBackToMyself,
    /// <summary><c>host H[A]:25 greeted me with my own hostname N</c> or <c>replied to HELO/EHLO with my own hostname</c>. Subject: H[A]:port.</summary>
    GreetedWithOwnName,
    /// <summary><c>message rejected: hopcount exceeded</c>. Subject: empty; about a queue id.</summary>
    HopcountExceeded,
    /// <summary><c>saving corrupt file "F" from queue "Q" to queue "corrupt"</c>, and <c>damaged message: corrupt/F</c>. Subject: the queue id.</summary>
    CorruptQueueFile,
    /// <summary><c>do not list domain D in BOTH P1 and P2</c>. Subject: <c>D P1 P2</c> as in the line.</summary>
    DomainInTwoClasses,
    /// <summary><c>using backwards-compatible default setting S</c>. Subject: S up to the first blank or <c>=</c>.</summary>
    BackwardsCompatibleDefault,
    /// <summary><c>fatal: bad configuration: P = V</c>. Subject: <c>P = V</c>.</summary>
    BadConfiguration,
    /// <summary><c>fatal:</c> of smtpd, another. Subject: the text.</summary>
    SmtpdFatal,
    /// <summary>master: <c>…/smtpd: bad command startup -- throttling</c>. Subject: the program's path.</summary>
    BadCommandStartup,
    /// <summary><c>connect to transport private/T: …</c>. Subject: T.</summary>
    TransportMissing,
    /// <summary><c>cache … cleanup: retained=N dropped=N entries</c>. Subject: the map.</summary>
    VerifyCacheCleanup,
    /// <summary><c>verify service failure</c>, <c>verify service update error</c>.</summary>
    VerifyServiceTrouble,
    /// <summary>Lines were lost before they reached this file: rsyslog's or journald's rate limit. Subject: the program; Number: lines lost.</summary>
    LinesLost,
    /// <summary><c>to=&lt;…&gt;, relay=…, status=…</c> and its kin without a queue id: it is known what the line is, and not of which message.</summary>
    WithoutQueueId,
    /// <summary><c>support for restriction "R" will be removed</c>. Subject: R.</summary>
    DeprecatedRestriction,
    /// <summary>
    /// <c>unknown smtpd restriction</c>, <c>restriction … is ignored</c>, <c>overriding earlier entry</c>, <c>unused parameter</c>. Subject: the text.
    /// </summary>
    ConfigurationWarning,
    /// <summary>A lookup table can not be opened or read. Subject: the table.</summary>
    TableTrouble,
    /// <summary>
    /// A policy server, a milter or a filter before the queue does not answer: <c>problem talking to server S: …</c>,
    /// <c>connect to Milter service S: …</c>, <c>connect to proxy filter S: …</c>. Subject: S; what lasts is told apart once mail was taken.
    /// </summary>
    ServerSilent,
    /// <summary>
    /// A DNS block list answers with an error of its own: dnsblog's <c>addr A listed by domain D as 127.255.255.N</c>. Subject: D. ClientName: A.
    /// </summary>
    BlockListError,
    /// <summary>
    /// What block lists say of a client comes to so much that postscreen_dnsbl_action decides: <c>DNSBL rank N for [A]:P</c>. Number: N.
    /// ClientName: <c>[A]:P</c>.
    /// </summary>
    BlockListRank,
    /// <summary>Queue disk: <c>not enough free space</c>, <c>queue file write error</c>, <c>No space left</c>.</summary>
    QueueSpace,
    /// <summary>qmgr: <c>mail for D is using up N of N active queue entries</c>. Subject: D.</summary>
    ActiveQueueClogged,
    /// <summary><c>passing &lt;R&gt; to transport=T</c>. Subject: T.</summary>
    PassedToTransport,
    /// <summary><c>sender notification failed to A</c>, <c>undeliverable postmaster notification discarded</c>, <c>bounce message failure</c>.</summary>
    NoticeFailed,
    /// <summary>master: daemon started, reload, terminating. Subject: the version.</summary>
    MasterStarted, MasterReloaded, MasterStopped,
    /// <summary>postsuper totals. Number: messages.</summary>
    PostsuperTotal,
    /// <summary>A client exceeded an anvil limit. Subject: the client.</summary>
    ClientLimit,
    /// <summary>Another fatal: or panic: line. Subject: the text.</summary>
    OtherFatal,
}
