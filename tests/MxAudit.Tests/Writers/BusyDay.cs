using System.Text;

namespace MxAudit.Tests.Writers;

/// <summary>As much mail as a test wants. Every message has a client, a probe, a reject and an attempt; half of them bounce with a notice.</summary>
internal static class BusyDay
{
    public static string Log(int messages)
    {
        var log = new StringBuilder();
        for (int i = 0; i < messages; i++)
        {
            string time = $"Nov 22 {10 + i / 3600 % 10:00}:{i / 60 % 60:00}:{i % 60:00} mx2 postfix/";
            string id = Id(i), notice = $"2A2B{i:X7}", probe = $"3A2B{i:X7}", to = Recipient(i), client = $"mail{i % 50}.partner.example[203.0.113.{i % 250}]";
            log.Append(
                $"{time}cleanup[8]: {probe}: message-id=<{probe}@mx2>\n{time}qmgr[3]: {probe}: from=<double-bounce@mx2>, size=200, nrcpt=1 (queue active)\n")
                .Append($"{time}smtp[7]: {probe}: to=<{to}>, relay=mx1.example.com[192.0.2.10]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)\n{time}qmgr[3]: {probe}: removed\n")
                .Append($"{time}smtpd[1]: NOQUEUE: reject: RCPT from {client}: 450 4.1.1 <{to}>: Recipient address rejected: unverified address: number {i}; from=<a{i}@partner.example> to=<{to}> proto=ESMTP helo=<h{i}>\n")
                .Append($"{time}smtpd[1]: {id}: client={client}\n{time}cleanup[2]: {id}: message-id=<{i}@partner.example>\n{time}qmgr[3]: {id}: from=<a{i}@partner.example>, size={1000 + i}, nrcpt=1 (queue active)\n")
                .Append($"{time}relay/smtp[4]: {id}: to=<{to}>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)\n");
            if (i % 2 != 0) continue;
            log.Append($"{time}relay/smtp[4]: {id}: to=<{to}>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <{to}>: no such user)\n")
                .Append($"{time}bounce[5]: {id}: sender non-delivery notification: {notice}\n{time}qmgr[3]: {notice}: from=<>, size=3000, nrcpt=1 (queue active)\n{time}qmgr[3]: {id}: removed\n")
                .Append($"{time}smtp[6]: {notice}: to=<a{i}@partner.example>, relay=mail.partner.example[203.0.113.44]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)\n{time}qmgr[3]: {notice}: removed\n");
        }
        return log.ToString();
    }

    /// <summary>What <c>postqueue -j</c> would list, were none delivered.</summary>
    public static string Queue(int messages) => string.Concat(Enumerable.Range(0, messages).Select(i =>
        $"{{\"queue_name\": \"deferred\", \"queue_id\": \"{Id(i)}\", \"arrival_time\": {1795341601 + i}, \"message_size\": {1000 + i}, \"forced_expire\": false, \"sender\": \"a{i}@partner.example\", \"recipients\": [{{\"address\": \"{Recipient(i)}\", \"delay_reason\": \"connect to mx1.example.com[192.0.2.10]:25: number {i}\"}}]}}\n"));

    private static string Id(int message) => $"1A2B{message:X7}";
    private static string Recipient(int message) => $"user{message}@example.com";
}
