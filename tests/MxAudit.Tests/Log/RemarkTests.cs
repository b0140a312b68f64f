using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class RemarkTests
{
    [Theory]
    [InlineData("smtp", "C0FFEE1: mail for example.com loops back to myself", "LoopsBackToMyself", "example.com")]
    [InlineData("smtp", "warning: host mx1.example.com[10.9.0.1]:25 greeted me with my own hostname mx2.example.com", "GreetedWithOwnName",
        "mx1.example.com[10.9.0.1]:25")]
    [InlineData("smtp", "warning: host mx1.example.com[10.9.0.1]:25 replied to HELO/EHLO with my own hostname mx2.example.com", "GreetedWithOwnName",
        "mx1.example.com[10.9.0.1]:25")]
    [InlineData("qmgr", "warning: saving corrupt file \"12F471B0853\" from queue \"active\" to queue \"corrupt\"", "CorruptQueueFile", "12F471B0853")]
    [InlineData("trivial-rewrite", "warning: do not list domain example.com in BOTH virtual_alias_domains and relay_domains", "DomainInTwoClasses",
        "example.com in BOTH virtual_alias_domains and relay_domains")]
    [InlineData("smtpd",
        "using backwards-compatible default setting \"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error for recipient \"a\" from client \"b\"",
        "BackwardsCompatibleDefault", "smtpd_relay_restrictions")]
    [InlineData("smtpd", "using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain \"x\"",
        "BackwardsCompatibleDefault", "relay_domains")]
    [InlineData("smtpd", "fatal: bad configuration: unverified_recipient_tempfail_action = permit", "BadConfiguration",
        "unverified_recipient_tempfail_action = permit")]
    [InlineData("master", "/etc/postfix/master.cf: line 11: using backwards-compatible default setting chroot=y", "BackwardsCompatibleDefault", "chroot")]
    [InlineData("smtpd", "NOQUEUE: fatal: bad configuration: unverified_recipient_tempfail_action = permit", "BadConfiguration",
        "unverified_recipient_tempfail_action = permit")]
    [InlineData("virtual", "NOQUEUE: fatal: update queue file active/C0FFEE1: File too large", "OtherFatal",
        "update queue file active/C0FFEE1: File too large")]
    [InlineData("smtpd", "fatal: open database /etc/postfix/x.db: No such file or directory", "SmtpdFatal",
        "open database /etc/postfix/x.db: No such file or directory")]
    [InlineData("smtpd", "warning: hash:/etc/postfix/x is unavailable. open database /etc/postfix/x.db: No such file or directory",
        "TableTrouble", "hash:/etc/postfix/x")]
    [InlineData("trivial-rewrite", "warning: hash:/etc/postfix/x lookup error for \"example.com\"", "TableTrouble", "hash:/etc/postfix/x")]
    [InlineData("trivial-rewrite", "warning: relay_domains: hash:/etc/postfix/x: table lookup problem", "TableTrouble", "hash:/etc/postfix/x")]
    [InlineData("cleanup", "warning: C0FFEE1: header_checks map lookup problem -- message not accepted, try again later", "TableTrouble", "header_checks")]
    [InlineData("smtpd", "warning: relay_clientcerts: lookup error for fingerprint '00:11', pkey fingerprint 22:33", "TableTrouble", "relay_clientcerts")]
    [InlineData("smtpd", "warning: hash:/etc/postfix/x: table lookup problem", "TableTrouble", "hash:/etc/postfix/x")]
    [InlineData("smtpd", "warning: restriction `reject' after `permit' is ignored", "ConfigurationWarning", "restriction `reject' after `permit' is ignored")]
    [InlineData("smtpd", "warning: /etc/postfix/main.cf, line 42: overriding earlier entry: a=b", "ConfigurationWarning",
        "/etc/postfix/main.cf, line 42: overriding earlier entry: a=b")]
    [InlineData("postdrop", "warning: mail_queue_enter: create file maildrop/1.2: No space left on device", "QueueSpace", "")]
    [InlineData("cleanup", "error: unsupported dictionary type: pcre", "TableTrouble", "pcre")]
    [InlineData("cleanup", "error: unsupported dictionary type: pcre. Is the postfix-pcre package installed?", "TableTrouble", "pcre")]
    [InlineData("cleanup", "warning: pcre:/etc/postfix/x lookup error for \"Subject: map lookup problem\"", "TableTrouble", "pcre:/etc/postfix/x")]
    [InlineData("cleanup", "C0FFEE10005: masquerade_exceptions map lookup problem -- message not accepted, try again later",
        "TableTrouble", "masquerade_exceptions")]
    [InlineData("smtp", "fatal: proxy:mysql:/etc/postfix/relay.cf(0,lock|fold_fix): table lookup problem", "TableTrouble", "proxy:mysql:/etc/postfix/relay.cf")]
    [InlineData("cleanup", "warning: table socketmap:inet:localhost:10003:forward lookup error: time limit exceeded", "TableTrouble",
        "socketmap:inet:localhost:10003:forward")]
    [InlineData("master", "daemon started", "MasterStarted", "")]
    [InlineData("smtpd", "warning: problem talking to server 127.0.0.1:10023: Connection refused", "ServerSilent", "127.0.0.1:10023")]
    [InlineData("smtpd", "warning: connect to Milter service inet:127.0.0.1:11332: Connection refused", "ServerSilent", "inet:127.0.0.1:11332")]
    [InlineData("smtpd", "warning: connect to proxy filter 127.0.0.1:10024: Connection refused", "ServerSilent", "127.0.0.1:10024")]
    [InlineData("smtpd", "warning: lost connection with proxy 127.0.0.1:10024", "ServerSilent", "127.0.0.1:10024")]
    [InlineData("smtpd", "warning: timeout talking to proxy 127.0.0.1:10024", "ServerSilent", "127.0.0.1:10024")]
    [InlineData("master", "warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling", "BadCommandStartup", "/usr/lib/postfix/sbin/smtpd")]
    [InlineData("qmgr", "warning: connect to transport private/nosuch: No such file or directory", "TransportMissing", "nosuch")]
    [InlineData("verify", "cache btree:/var/lib/postfix/verify_cache full cleanup: retained=3 dropped=0 entries", "VerifyCacheCleanup",
        "btree:/var/lib/postfix/verify_cache")]
    [InlineData("smtpd", "warning: verify service failure", "VerifyServiceTrouble", "")]
    [InlineData("smtpd", "warning: support for restriction \"permit_mx_backup\" will be removed from Postfix; instead, specify \"relay_domains\"",
        "DeprecatedRestriction", "permit_mx_backup")]
    [InlineData("smtpd", "warning: unknown smtpd restriction: \"permit_all\"", "ConfigurationWarning", "unknown smtpd restriction: \"permit_all\"")]
    [InlineData("smtpd", "warning: not enough free space in mail queue: 1 bytes < 1.5*message size limit", "QueueSpace", "")]
    [InlineData("qmgr", "warning: mail for example.com is using up 4001 of 5000 active queue entries", "ActiveQueueClogged", "example.com")]
    [InlineData("smtp", "C0FFEE1: passing <a@example.com> to transport=local", "PassedToTransport", "local")]
    [InlineData("bounce", "warning: C0FFEE1: undeliverable postmaster notification discarded", "NoticeFailed", "")]
    [InlineData("bounce", "warning: C0FFEE1: sender notification failed to a@sender.test", "NoticeFailed", "")]
    [InlineData("master", "daemon started -- version 3.7.11, configuration /etc/postfix", "MasterStarted", "3.7.11")]
    [InlineData("master", "reload -- version 3.7.11, configuration /etc/postfix", "MasterReloaded", "3.7.11")]
    [InlineData("master", "terminating on signal 15", "MasterStopped", "")]
    [InlineData("smtpd", "warning: Connection concurrency limit exceeded: 51 from a[10.9.0.50] for service smtp", "ClientLimit", "a[10.9.0.50]")]
    [InlineData("sendmail", "fatal: usage: sendmail [options]", "OtherFatal", "usage: sendmail [options]")]
    public void Lines_that_state_a_fact_are_remarks(string program, string message, string remark, string subject)
    {
        var said = ReadLines.Message("postfix/" + program, message);
        Assert.Equal((EventKind.Remark, remark, subject), (said.Kind, said["remark"], said["subject"]));
    }

    [Theory]
    [InlineData("smtpd", "non-SMTP command from a.test[10.9.0.50]: GET /No space left on device")]
    [InlineData("smtpd", "a.test[10.9.0.50]: SASL LOGIN authentication failed: no, sasl_username=hash:/etc/postfix/x: table lookup problem")]
    [InlineData("smtpd", "Illegal address syntax from a.test[10.9.0.50] in RCPT command: <relay_domains map lookup problem>")]
    [InlineData("smtpd", "Illegal address syntax from a.test[10.9.0.50] in RCPT command: <restriction is ignored")]
    [InlineData("smtpd", "Illegal address syntax from a.test[10.9.0.50] in RCPT command: </etc/postfix/main.cf, line 1: overriding earlier entry: x>")]
    [InlineData("smtpd", "Illegal address syntax from a.test[10.9.0.50] in RCPT command: </etc/postfix/main.cf: unused parameter: x>")]
    [InlineData("smtpd", "non-SMTP command from a.test[10.9.0.50]: x limit exceeded: 5 from b.test[10.9.0.51] for service smtp")]
    [InlineData("smtp", "non-ESMTP response from mx1.example.com[10.9.0.1]: No space left on device")]
    [InlineData("smtp", "mx1.evil.example[203.0.113.9]:25: x map lookup problem")]
    [InlineData("smtp", "mx1.evil.example[203.0.113.9]:25: x: table lookup problem")]
    [InlineData("smtp", "mx1.evil.example[203.0.113.9]: table lookup problem")]
    [InlineData("smtp", "relay_domains: x[203.0.113.9]: table lookup problem")]
    [InlineData("", "non-SMTP command from a.test[10.9.0.50]: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling")]
    public void What_a_stranger_sent_is_no_fact(string program, string warning) =>
        Assert.Equal(EventKind.Ignored, ReadLines.Message(program.Length == 0 ? "postfix" : "postfix/" + program, "warning: " + warning).Kind);

    [Fact]
    public void A_block_list_that_does_not_answer_is_no_table_in_trouble() =>
        Assert.Equal(EventKind.Ignored, ReadLines.Message("postfix/dnsblog",
            "warning: dnsblog_query: lookup error for DNS query 66.113.0.203.bl.example.net: Host or domain name not found. Name service error for name=66.113.0.203.bl.example.net type=A: Host not found, try again").Kind);

    [Theory]
    [InlineData("smtpd", "lost connection after DATA (14 bytes) from client.sender.test[10.9.0.50]", "")]
    [InlineData("smtpd", "timeout after BDAT (14 bytes) from client.sender.test[10.9.0.50]", "")]
    [InlineData("smtpd", "34610B2C489: lost connection after DATA (14 bytes) from client.sender.test[10.9.0.50]", "34610B2C489")]
    [InlineData("cleanup", "warning: 34610B2C489: queue file size limit exceeded", "34610B2C489")]
    public void Mail_that_was_begun_and_not_taken(string program, string message, string id)
    {
        var said = ReadLines.Message("postfix/" + program, message);
        Assert.Equal((EventKind.NotTaken, id), (said.Kind, said["queue_id"]));
    }

    [Fact]
    public void Totals_of_postsuper_are_counted()
    {
        var said = ReadLines.Message("postfix/postsuper", "Released from hold: 12 messages");
        Assert.Equal(("PostsuperTotal", "Released from hold", "12"), (said["remark"], said["subject"], said["number"]));
    }

    [Theory]
    [InlineData("smtpd", "lost connection after RCPT from client.sender.test[10.9.0.50]")]
    [InlineData("smtpd", "NOQUEUE: lost connection after DATA (14 bytes) from client.sender.test[10.9.0.50]")]
    [InlineData("smtpd", "NOQUEUE: lost connection after CONNECT from client.sender.test[10.9.0.50]")]
    [InlineData("smtp", "connect to mx1.example.com[10.9.0.1]:25: Connection refused")]
    [InlineData("smtp", "C0FFEE1: host mx1.example.com[10.9.0.1] said: 450 4.7.1 later (in reply to RCPT TO command)")]
    [InlineData("smtp", "Untrusted TLS connection established to mx1.example.com[10.9.0.1]:25: TLSv1.3 with cipher X (256/256 bits)")]
    [InlineData("smtp", "C0FFEE1: breaking line > 998 bytes with <CR><LF>SPACE")]
    [InlineData("postscreen", "PASS OLD [10.9.0.50]:51501")]
    [InlineData("anvil", "statistics: max cache size 1 at Nov 22 15:49:43")]
    [InlineData("smtpd", "smtpd_check_addr: addr=joe@sender.test")]
    [InlineData("smtpd", "warning: hostname a.test does not resolve to address 10.9.0.50")]
    [InlineData("smtpd", "client=a.test[10.9.0.50], helo=a.test")]
    [InlineData("smtp", "TLSRPT: status=failure, domain=example.com, receiving_mx=mx1.example.com[192.0.2.10], failure_type=starttls_not_supported")]
    [InlineData("smtp", "using DANE RR: _25._tcp.mx1.example.com IN TLSA 3 1 1 00:11:22")]
    [InlineData("smtp", "mx1.example.com[192.0.2.10]:25: certificate verification depth=1 verify=1 subject=/CN=Example CA")]
    [InlineData("tlsmgr", "open smtpd TLS cache btree:/var/lib/postfix/smtpd_scache")]
    [InlineData("tlsmgr", "put smtpd session id=00112233&s=smtp&l=269488143 [data 173 bytes]")]
    [InlineData("tlsmgr", "exiting to reopen external entropy source dev:/dev/urandom")]
    [InlineData("trivial-rewrite", "table has changed -- exiting")]
    [InlineData("smtpd", "lookup table has changed -- exiting")]
    [InlineData("postfix-script", "postfix/postlog: starting the Postfix mail system")]
    [InlineData("smtpd", "read from 0x55d0c0 [0x55e1d0] (5 bytes => -1 (0xFFFFFFFFFFFFFFFF))")]
    [InlineData("smtpd", "auxpropfunc error no mechanism available")]
    [InlineData("smtpd", "OTP unavailable because can't read/write key database /etc/opiekeys: No such file or directory")]
    [InlineData("smtpd", "gethostbyaddr: mail.partner.example. != 203.0.113.44")]
    [InlineData("smtp", "begin example.com address list")]
    [InlineData("smtp",
        "SMTPS wrappermode (TCP port 465) requires setting \"smtp_tls_wrappermode = yes\", and \"smtp_tls_security_level = encrypt\" (or stronger)")]
    [InlineData("smtp", "mx1.example.com[192.0.2.10]:25: re-using session with untrusted peer credential, look for details earlier in the log")]
    [InlineData("cleanup", "redirecting hash:/etc/postfix/transport to lmdb:/etc/postfix/transport")]
    [InlineData("nbdb_reindexd", "successfully executed 'postmap lmdb:/etc/postfix/transport' as uid 0")]
    [InlineData("dnsblog", "warning: dnsblog_query: lookup error for DNS query 50.0.9.10.list.example: Host not found, try again")]
    [InlineData("postscreen", "[2001:db8::1]:51501: replacing command \"HELO\" with \"EHLO a.test\"")]
    [InlineData("postscreen", "[10.9.0.50]51501: discarding EHLO keywords: STARTTLS")]
    [InlineData("smtp", "mx1.example.com[10.9.0.1]:25: re-using session with untrusted certificate, look for details earlier in the log")]
    [InlineData("verify", "close database /var/lib/postfix/verify_cache.db: No such file or directory (possible Berkeley DB bug)")]
    [InlineData("smtp", "skipping SRV lookup for _smtp._tcp.partner.example: Host or domain name not found.")] // since 3.8
    [InlineData("smtp", "reloaded session relay&example.com&mx1.example.com&192.0.2.10&2&&&F74E from smtp cache")]
    [InlineData("smtp", "remove session relay&example.com&mx1.example.com&192.0.2.10&2&&&F74E from client cache")]
    [InlineData("smtpd", "lmdb:/etc/postfix/relay_recipients lookup: \"\"quo ted\"@example.com\" = \"not_found\"")] // debug:lmdb:…, since 3.11
    [InlineData("smtpd", "inline:{ {a@example.com=x} } lookup: \"a@example.com\" = \"x\"")]
    [InlineData("postmap", "lmdb:/etc/postfix/relay_recipients sequence: found EOF")]
    public void Lines_of_no_consequence_are_known(string program, string message) =>
        Assert.Equal(EventKind.Ignored, ReadLines.Message("postfix/" + program, message).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("NOQUEUE: ")]
    [InlineData("host of wonders")]
    [InlineData("C0FFEE1: host of wonders")]
    [InlineData("C0FFEE1: no idea")]
    [InlineData("C0FFEE1: bad hair day")]
    [InlineData("close to the edge")]
    [InlineData("check_ in")]
    [InlineData("NOQUEUE: error: no idea")]
    [InlineData("client=a.test[10.9.0.50]")]
    [InlineData("Deleted: 12 messages")]
    [InlineData("postfix/postlog: fatal: the Postfix mail system is not running")]
    [InlineData("/etc/postfix/master.cf: line 11: using backwards-compatible default setting chroot=y")]
    [InlineData("mx1.example.com[10.9.0.1]:25: and so on")]
    [InlineData("what mx1.example.com[10.9.0.1]:25: re-using session with untrusted certificate")]
    public void Chatter_is_not_called_understood(string message) => Assert.Equal(EventKind.Unread, ReadLines.Message("postfix/smtp", message).Kind);
}
