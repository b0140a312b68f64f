using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>What the servers of the world say, and what is meant.</summary>
public class ReasonTests
{
    private const string U = "u@example.com";

    internal static ReasonClass Reason(string reply, string dsn, string command = "RCPT TO")
    {
        using var audit = new Letters()
            .Arrives("A00001")
            .Tried("A00001", U, dsn[0] == '4' ? "deferred" : "bounced",
                $"host mx1.example.com[192.0.2.10] said: {reply} (in reply to {command} command)", dsn: dsn)
            .Audited();
        return audit.Mail.Recipients.Single().ReasonClass;
    }

    [Theory]
    [InlineData(
        "550 5.4.1 Recipient address rejected: Access denied. For more information see https://outlook.example/errors [MX1.example.com 2026-11-22T12:00:00.000Z]",
        "5.4.1")]
    [InlineData("550 sorry, no mailbox here by that name. (#5.1.1)", "5.0.0")]
    [InlineData("550 #5.1.0 Address rejected.", "5.0.0")]
    [InlineData("550 No Such User Here", "5.0.0")]
    [InlineData("550 Unroutable address", "5.0.0")]
    [InlineData("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10")]
    [InlineData("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient u@example.com not found by SMTP address lookup", "5.1.10")]
    [InlineData("550 User not found: u@example.com", "5.0.0")]
    [InlineData("550 5.7.1 <spf-reports@example.com>: User unknown", "5.7.1")]
    [InlineData("550 <u@example.com>: User doesn't exist", "5.0.0")]
    [InlineData("554 delivery error: This user doesn't have an account here: unknown mailbox", "5.0.0")]
    [InlineData("550 <u@example.com>: mailbox disabled", "5.0.0")]
    [InlineData("550-\"The recipient cannot be verified.  Please check all recipients of this 550 message to verify they are valid.\"", "5.0.0")]
    [InlineData("554 delivery error: This account is disabled", "5.0.0")]
    [InlineData("553 sorry, this recipient is not in my validrcptto list (#5.7.1)", "5.7.1")]
    [InlineData("550 <u@example.com> is not a valid recipient", "5.0.0")]
    [InlineData("551 This mail can not be forwarded; user not local", "5.0.0")]
    [InlineData("550 unknown or illegal alias: u@example.com", "5.0.0")]
    [InlineData("550 User not exist", "5.0.0")]
    [InlineData("550 Account not available", "5.0.0")]
    [InlineData("550 This account is not allowed. Addressee unknown", "5.0.0")]
    [InlineData("550 Recipient verify failed", "5.0.0")]
    [InlineData("450 4.1.1 <u@example.com>: Recipient address rejected: User unknown in local recipient table", "4.1.1")]
    public void Servers_have_many_words_for_an_unknown_user(string reply, string dsn) => Assert.Equal(ReasonClass.UserUnknown, Reason(reply, dsn));

    [Fact]
    public void Some_servers_know_only_behind_the_data_that_a_user_is_gone() =>
        Assert.Equal(ReasonClass.UserUnknown,
            Reason("554 delivery error: Sorry, your message to u@example.com cannot be delivered. This account has been disabled", "5.0.0", "end of DATA"));

    [Theory]
    [InlineData("550 5.7.1 Unable to relay", "5.7.1")]
    [InlineData("550 5.7.1 <mx2.fallback.example>: Helo command rejected: Host not found", "5.7.1")]
    [InlineData("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "5.0.0")]
    [InlineData("554 5.7.1 Service unavailable; Client host [198.51.100.25] blocked using bl.example.net", "5.7.1")]
    [InlineData("550 5.7.23 <u@example.com>: Recipient address rejected: Message rejected due to: SPF fail - not authorized", "5.7.23")]
    [InlineData("550 5.7.1 relaying denied: unknown local part", "5.7.1")]
    [InlineData("550 5.7.1 Connection from unknown address [192.0.2.20] not allowed", "5.7.1")]
    [InlineData("550 5.7.1 Client host rejected: Access denied, sender address [192.0.2.20] unknown", "5.7.1")]
    [InlineData("550 Client host rejected: unknown address [192.0.2.20]", "5.0.0")]
    [InlineData("550 Rejected: 192.0.2.20 listed at bl.example.net", "5.0.0")]
    [InlineData("550 No reverse DNS for your IP address", "5.0.0")]
    [InlineData("550 HELO should be a FQDN or address literal", "5.0.0")]
    [InlineData("550 authentication required", "5.0.0")]
    public void A_refusal_of_this_host_is_known_at_rcpt_too(string reply, string dsn) => Assert.Equal(ReasonClass.HostRejected, Reason(reply, dsn));

    [Theory]
    [InlineData("554 5.7.1 <u@example.com>: Recipient address rejected: Access denied", "5.7.1")]
    [InlineData("554 5.7.1 Service unavailable; Sender address [joe@partner.example] blocked using dbl.example.net", "5.7.1")]
    [InlineData("553 5.7.1 <joe@partner.example>: Sender address rejected: not allowed", "5.7.1")]
    [InlineData("550 Sender verify failed: address unknown", "5.0.0")]
    [InlineData("550 5.1.0 <joe@partner.example>: Sender address rejected: User unknown in relay recipient table", "5.1.0")]
    [InlineData("450 4.1.0 <joe@partner.example>: Sender address rejected: User unknown in relay recipient table", "4.1.0")]
    [InlineData("450 4.1.1 <u@example.com>: Recipient address rejected: unverified address: Address verification in progress", "4.1.1")]
    [InlineData("451 4.7.1 Service unavailable - try again later", "4.7.1")]
    public void What_is_about_one_address_is_not_about_this_host(string reply, string dsn) => Assert.Equal(ReasonClass.Other, Reason(reply, dsn));

    [Theory]
    [InlineData("550 5.7.23 The message failed SPF: 192.0.2.20 may not send for partner.example", "5.7.23", ReasonClass.HostRejected)]
    [InlineData("550-5.7.25 [192.0.2.20] The IP address sending this message does not have a PTR record", "5.7.25", ReasonClass.HostRejected)]
    [InlineData("554 5.7.1 <mx2.fallback.example[192.0.2.20]>: Client host rejected: Access denied", "5.7.1", ReasonClass.HostRejected)]
    [InlineData("550-5.7.26 Unauthenticated email from partner.example is not accepted due to its DMARC policy", "5.7.26", ReasonClass.Content)]
    [InlineData("554 5.7.1 Spam message rejected", "5.7.1", ReasonClass.Content)]
    [InlineData("421-4.7.28 [192.0.2.20 15] Our system has detected an unusual rate of unsolicited mail", "4.7.28", ReasonClass.HostRejected)]
    [InlineData("550-5.7.1 [192.0.2.20] The IP you're using to send mail is not authorized to 550-5.7.1 send email directly to our servers", "5.7.1",
        ReasonClass.HostRejected)]
    [InlineData("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "5.7.60", ReasonClass.HostRejected)]
    [InlineData("451 4.3.0 Error: queue file write error", "4.3.0", ReasonClass.Other)]
    [InlineData("451 4.5.0 Error in processing, id=07411-04, virus_scan FAILED: ALL VIRUS SCANNERS FAILED", "4.5.0", ReasonClass.Other)]
    [InlineData("421 4.4.2 mx1.example.com Error: timeout exceeded", "4.4.2", ReasonClass.Other)]
    [InlineData("451 Temporary internal failure - queue message failed", "4.0.0", ReasonClass.Other)]
    [InlineData("451 Message content refused for now", "4.0.0", ReasonClass.Content)]
    [InlineData("552 Blocked by filter: virus found", "5.0.0", ReasonClass.Content)]
    [InlineData("552 message exceeds size limit (#5.3.4)", "5.0.0", ReasonClass.Size)]
    [InlineData("554 5.2.3 message too large", "5.2.3", ReasonClass.Size)]
    [InlineData("550 Too many \"Received\" headers - suspected mail loop", "5.0.0", ReasonClass.TooManyHops)]
    [InlineData("554 mail loop detected", "5.0.0", ReasonClass.Loop)]
    public void A_refusal_of_this_host_is_known_behind_the_data_by_its_code(string reply, string dsn, ReasonClass expected) =>
        Assert.Equal(expected, Reason(reply, dsn, "end of DATA"));

    [Theory]
    [InlineData("delivery via mx1.example.com[192.0.2.10]: host mx1.example.com[192.0.2.10] said: 530 authentication required (in reply to MAIL FROM command)",
        "5.0.0", ReasonClass.HostRejected)]
    [InlineData("delivery temporarily suspended: transport is unavailable", "4.0.0", ReasonClass.Transport)]
    [InlineData("Name service error for name=example.com type=MX: Malformed or unexpected name server reply", "5.4.4", ReasonClass.DnsPermanent)]
    [InlineData("Name service error for name=example.com type=MX: Malformed or unexpected name server reply", "4.4.3", ReasonClass.DnsTemporary)]
    [InlineData("Name server loop for mx1.example.com", "5.4.4", ReasonClass.DnsPermanent)]
    [InlineData("Error looking up name=example.com type=MX: DNS reply filter drops all results", "4.7.0", ReasonClass.DnsTemporary)]
    [InlineData("Server certificate not trusted", "4.7.5", ReasonClass.Tls)]
    [InlineData("TLSA lookup error for mx1.example.com:25", "4.7.5", ReasonClass.Tls)]
    [InlineData("no TLSA records found", "4.7.5", ReasonClass.Tls)]
    [InlineData("temporary failure. Command output: procmail: Quota exceeded while writing \"/var/mail/u\" ", "4.3.0", ReasonClass.MailboxFull)]
    [InlineData("temporary failure. Command output: maildrop: maildir over quota. ", "4.3.0", ReasonClass.MailboxFull)]
    [InlineData("temporary failure. Command output: maildrop: Timeout quota exceeded. ", "4.3.0", ReasonClass.Other)]
    [InlineData("maildir delivery failed: Sorry, the user's maildir has overdrawn his diskspace quota, please try again later.", "5.2.2",
        ReasonClass.MailboxFull)]
    [InlineData("cannot update mailbox /var/mail/u for user u. error writing message: File too large", "5.2.2", ReasonClass.MailboxFull)]
    [InlineData("cannot update mailbox /var/mail/u for user u. unable to lock for exclusive access: Resource temporarily unavailable", "4.2.0",
        ReasonClass.Other)]
    [InlineData("temporary failure", "4.3.0", ReasonClass.Other)]
    [InlineData("connect to mx1.example.com[192.0.2.10]: server refused to talk to me: 451 Message temporarily deferred", "4.0.0", ReasonClass.HostRejected)]
    [InlineData("connect to mx1.example.com[192.0.2.10]: server dropped connection without sending the initial SMTP greeting", "4.0.0",
        ReasonClass.Connection)]
    [InlineData(
        "host mx1.example.com[192.0.2.10] said: 550-5.7.0 Message considered as spam or virus, rejected 550-5.7.0 If you feel this 550-5.7.0 to be an er",
        "5.7.0", ReasonClass.Content)]
    [InlineData(
        "host mx1.example.com[192.0.2.10] said: 554 5.7.1 Service unavailable; Client host [198.51.100.25] blocked using spam.bl.example; see a very long text that ends be",
        "5.7.1", ReasonClass.Other)]
    public void What_Postfix_and_its_helpers_say_themselves(string reason, string dsn, ReasonClass expected)
    {
        using var audit = new Letters().Arrives("A00001").Tried("A00001", U, dsn[0] == '4' ? "deferred" : "bounced", reason, dsn: dsn).Audited();
        Assert.Equal(expected, audit.Mail.Recipients.Single().ReasonClass);
    }

    [Theory]
    [InlineData("552 Requested mail action aborted: exceeded storage allocation", "5.0.0", ReasonClass.MailboxFull)]
    [InlineData("452 <u@example.com>: Mailbox size limit exceeded", "4.0.0", ReasonClass.MailboxFull)]
    [InlineData("450 Mailbox is full", "4.0.0", ReasonClass.MailboxFull)]
    [InlineData("550 5.7.1 The user's mailbox is over the allowed quota", "5.7.1", ReasonClass.MailboxFull)]
    [InlineData("552 Message size exceeds maximum permitted", "5.0.0", ReasonClass.Size)]
    [InlineData("552 5.2.3 Message size exceeds fixed maximum message size (10485760)", "5.2.3", ReasonClass.Size)]
    [InlineData("451 4.7.1 Please try again later", "4.7.1", ReasonClass.Greylisted)]
    [InlineData("451-192.0.2.20 is not yet authorized to deliver mail from 451 <joe@partner.example> to <u@example.com>. Please try later.", "4.0.0",
        ReasonClass.Greylisted)]
    public void Servers_have_many_words_for_what_is_full_too_large_or_too_early(string reply, string dsn, ReasonClass expected) =>
        Assert.Equal(expected, Reason(reply, dsn));

    [Fact]
    public void A_size_that_is_told_before_the_message_is_no_refusal_of_this_host() =>
        Assert.Equal(ReasonClass.Size, Reason("552 Message size exceeds maximum permitted", "5.0.0", "MAIL FROM"));

    [Theory]
    [InlineData("451 4.7.1 Try again later, poor reputation of 198.51.100.25", "MAIL FROM")]
    [InlineData("451 4.7.1 Please try again later", "MAIL FROM")]
    public void Nobody_greylists_before_the_recipient_is_known(string reply, string command) =>
        Assert.Equal(ReasonClass.HostRejected, Reason(reply, "4.7.1", command));

    [Theory]
    [InlineData("450 4.7.1 Greylisted, please try again later", ReasonClass.Greylisted)]
    [InlineData("421 4.7.0 Greylisting in action", ReasonClass.Greylisted)]
    [InlineData("450 4.3.2 Service currently unavailable, try again later", ReasonClass.HostRejected)]
    [InlineData("554 5.7.1 greylist.example: no mail from here", ReasonClass.HostRejected)]
    public void A_server_can_greylist_with_its_first_words(string reply, ReasonClass expected)
    {
        using var audit = new Letters()
            .Arrives("A00001")
            .Tried("A00001", U, "deferred", "host mx1.example.com[192.0.2.10] refused to talk to me: " + reply, dsn: "4.7.1")
            .Audited();
        Assert.Equal(expected, audit.Mail.Recipients.Single().ReasonClass);
    }

    [Fact]
    public void A_primary_at_exchange_online_that_does_not_know_the_users_lets_this_host_in()
    {
        var log = new Letters();
        for (int i = 1; i < 7; i++)
            log.MessageId($"B0000{i}", $"20261122120000.B0000{i}@mx2.fallback.example").Active($"B0000{i}", "double-bounce@mx2.fallback.example", 236)
                .Tried($"B0000{i}", $"ghost{i}@example.com", "undeliverable",
                    "host mx1.example.com[192.0.2.10] said: 550 5.4.1 Recipient address rejected: Access denied. (in reply to RCPT TO command)", dsn: "5.4.1")
                .Removed($"B0000{i}")
                .Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <ghost{i}@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<joe@partner.example> to=<ghost{i}@example.com> proto=ESMTP helo=<h>");
        using var audit = log.Audited();
        Assert.Equal((6, ReasonClass.UserUnknown), (audit.Mail.Probes.Count, audit.Mail.Probes[0].ReasonClass));
        Assert.DoesNotContain(audit.Findings, finding => finding.Rule.Id is "VRF008" or "BKS011");
    }

    [Theory]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 <u@elsewhere.example>: Recipient address rejected: Relay access denied",
        ReasonClass.RelayDenied)]
    [InlineData(
        "RCPT from mail.partner.example[203.0.113.44]: 450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted, see https://postgrey.example/help/example.com.html",
        ReasonClass.Greylisted)]
    [InlineData(
        "RCPT from mail.partner.example[203.0.113.44]: 450 4.2.0 <u@example.com>: Recipient address rejected: Service is unavailable", ReasonClass.Policy)]
    [InlineData(
        "RCPT from mail.partner.example[203.0.113.44]: 451 4.7.1 <u@example.com>: Recipient address rejected: Intentional policy rejection, please try again later",
        ReasonClass.Greylisted)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 450 4.7.1 <u@example.com>: Recipient address rejected: Policy Rejection- Please try later.",
        ReasonClass.Greylisted)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 552 5.2.2 <u@example.com>: Recipient address rejected: Mailbox is full", ReasonClass.MailboxFull)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 450 4.7.1 <u@example.com>: Recipient address rejected: Rate limit reached", ReasonClass.RateLimit)]
    [InlineData("DATA from mail.partner.example[203.0.113.44]: 503 5.5.0 <DATA>: Data command rejected: Improper use of SMTP command pipelining",
        ReasonClass.Protocol)]
    [InlineData("DATA from mail.partner.example[203.0.113.44]: 550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce", ReasonClass.Protocol)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 450 <u@example.com>: User unknown in local recipient table", ReasonClass.UserUnknown)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 451 4.3.5 <joe@partner.example>: Sender address rejected: Server configuration error",
        ReasonClass.Transport)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 451 4.3.5 <u@example.com>: Recipient address rejected: Server configuration problem",
        ReasonClass.Transport)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 451 4.3.0 <u@example.com>: Temporary lookup failure", ReasonClass.Transport)]
    [InlineData("RCPT from mail.partner.example[203.0.113.44]: 421 4.3.0 mx2.fallback.example Server local data error", ReasonClass.Transport)]
    [InlineData("END-OF-MESSAGE from mail.partner.example[203.0.113.44]: 450 4.7.1 <printer>: rate limit exceeded, try again later", ReasonClass.RateLimit)]
    public void Refusals_of_smtpd_are_told_apart(string text, ReasonClass expected) =>
        Assert.Equal(expected, RejectedFor($"NOQUEUE: reject: {text}; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<h>"));

    [Theory]
    [InlineData("4.7.1 Try again later", ReasonClass.Greylisted)]
    [InlineData("4.7.1 Service unavailable - try again later", ReasonClass.Transport)]
    [InlineData("5.7.1 Spam message rejected", ReasonClass.Content)]
    public void A_milter_that_greylists_is_not_one_that_is_broken(string reply, ReasonClass expected) =>
        Assert.Equal(expected, RejectedFor(
            $"A00001: milter-reject: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: {reply}; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<h>",
            "cleanup"));

    private static ReasonClass RejectedFor(string line, string daemon = "smtpd")
    {
        using var audit = new Letters().Line($"{daemon}: {line}").Audited();
        return Assert.Single(audit.Mail.Rejects).ReasonClass;
    }
}
