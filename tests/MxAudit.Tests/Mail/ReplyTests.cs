using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>What the large receivers, and old servers, say where the code alone does not tell.</summary>
public class ReplyTests
{
    private static ReasonClass Reason(string reply, string dsn, string command) => ReasonTests.Reason(reply, dsn, command);

    [Theory]
    [InlineData("550 Mailbox is frozen. See http://mail.example/err/21/", "5.0.0")]
    [InlineData("540 5.7.1 <u@example.com>: recipient address rejected: Inactive", "5.7.1")]
    [InlineData("540 5.7.1 <u@example.com>: recipient address rejected: the recipient's email account has been suspended", "5.7.1")]
    [InlineData("550 Mailbox u@example.com is locked due to inactivity for more than 6 months", "5.0.0")]
    [InlineData("550 u@example.com Account blocked due to inactivity", "5.0.0")]
    [InlineData("550 5.7.1 <u@example.com>: Recipient address rejected: Account closed", "5.7.1")]
    [InlineData("554 Mailaddress is administratively disabled", "5.0.0")]
    [InlineData("551 <u@example.com> is a deactivated mailbox", "5.0.0")]
    [InlineData("550-u@example.com is not an active address at this host", "5.0.0")]
    [InlineData("550 5.7.1 No mailbox found", "5.7.1")]
    [InlineData("550 cuda_nsu u@example.com", "5.0.0")]
    [InlineData("553 sorry, badrcptto (#5.7.1)", "5.0.0")]
    [InlineData("550 No such domain at this location (u@example.com)", "5.0.0")]
    [InlineData("550 5.5.0 Boite du destinataire archivee. Archived recipient.", "5.5.0")]
    [InlineData("550 u@example.com mail receiving disabled", "5.0.0")]
    [InlineData("540 5.7.1 <u@example.com>: recipient address rejected: Blocked", "5.7.1")]
    [InlineData("540 5.7.1 <u@example.com> Recipient address rejected: Account locked by abuse team", "5.7.1")]
    [InlineData("554 5.7.1 User u@example.com should log in to enable receiving the mail", "5.7.1")]
    [InlineData("552 <u@example.com> is a disabled mailbox", "5.0.0")]
    [InlineData("550 This address no longer accepts mail", "5.0.0")]
    public void An_account_that_was_closed_is_no_user_either(string reply, string dsn) =>
        Assert.Equal(ReasonClass.UserUnknown, Reason(reply, dsn, "RCPT TO"));

    [Theory]
    [InlineData("550 mailbox u@example.com unavailable", "5.0.0")]
    [InlineData("550 Mailbox <u@example.com> not found", "5.0.0")]
    [InlineData("550 Recipient rejected. User u@example.com not found", "5.0.0")]
    [InlineData("550 5.7.1 User \"joe doe\"@example.com unknown", "5.7.1")]
    [InlineData("550 <u@example.com> not found", "5.0.0")]
    [InlineData("553 Invalid/inactive user", "5.0.0")]
    [InlineData("553 Invalid user", "5.0.0")]
    [InlineData("550 No such email address", "5.0.0")]
    [InlineData("550 u@example.com...user account is unavailable", "5.0.0")]
    [InlineData("550 Questo indirizzo non esiste", "5.0.0")]
    [InlineData("550 <u@example.com>, destin. sconosciuto", "5.0.0")]
    [InlineData("550 5.4.1 All recipient addresses rejected : Access denied. AS(201806281) [mx1.example.com]", "5.4.1")]
    [InlineData("550 Address not present in directory", "5.0.0")]
    [InlineData("554 5.7.1 recipient verify from ldap failed", "5.7.1")]
    public void Nobody_of_that_name_has_many_words(string reply, string dsn) => Assert.Equal(ReasonClass.UserUnknown, Reason(reply, dsn, "RCPT TO"));

    [Theory]
    [InlineData("550 permanent failure for one or more recipients (u@example.com:550 5.2.1 The email account that you tried to reach is disabled. Learn more)")]
    [InlineData("550 permanent failure for one or more recipients (u@example.com:550 5.4.1 Recipient address rejected: Access denied. [mx1.example.com])")]
    public void A_filter_passes_on_behind_the_data_what_the_mailbox_server_said(string reply) =>
        Assert.Equal(ReasonClass.UserUnknown, Reason(reply, "5.0.0", "end of DATA"));

    [Theory]
    [InlineData("end of DATA")]
    [InlineData("RCPT TO")]
    public void Yandex_greylists_behind_the_data_too(string command) => Assert.Equal(ReasonClass.Greylisted,
        Reason("451 4.7.1 Sorry, the service is currently unavailable. Please come back later. 8ohqT2RI-8ohqQZ6F", "4.7.1", command));

    [Fact]
    public void What_Exchange_says_of_all_recipients_it_says_behind_the_data() => Assert.Equal(ReasonClass.UserUnknown,
        Reason("550 5.4.1 All recipient addresses rejected : Access denied. AS(201806271) [mx1.example.com]", "5.4.1", "end of DATA"));

    [Theory]
    [InlineData("552 5.1.1 Boite du destinataire pleine. Recipient overquota.", "5.1.1")]
    [InlineData("552 Mailbox limit exceeded for this email address", "5.0.0")]
    [InlineData("550 Quota is over for this user", "5.0.0")]
    [InlineData("451 Account u@example.com out of quota. Try later", "4.0.0")]
    [InlineData("450 Disk quota exceed for u@example.com", "4.0.0")]
    [InlineData("552 Message for <u@example.com> would exceed mailbox quota", "5.0.0")]
    [InlineData("552 Quota violation for u@example.com", "5.0.0")]
    [InlineData("552 5.2.0 Account full", "5.2.0")]
    [InlineData("552 The recipient's mailbox has exceeded its disk space limit", "5.0.0")]
    [InlineData("550 <u@example.com> User has too many messages on the server.", "5.0.0")]
    [InlineData("550 Account exceeds storage quota", "5.0.0")]
    [InlineData("552 over the storage quota", "5.0.0")]
    [InlineData("550 Message will exceed maximum mailbox size. Mail rejected", "5.0.0")]
    [InlineData("552 too many messages in this mailbox", "5.0.0")]
    [InlineData("552 The user's space has used up.", "5.0.0")]
    [InlineData("550 Mailbox u@example.com is full", "5.0.0")]
    [InlineData("552 Mailbox has exceeded the limit", "5.0.0")]
    [InlineData("550 u@example.com does not have enough space", "5.0.0")]
    [InlineData("552 5.1.6 recipient storage full", "5.1.6")]
    public void A_full_mailbox_has_many_words(string reply, string dsn) => Assert.Equal(ReasonClass.MailboxFull, Reason(reply, dsn, "RCPT TO"));

    [Theory]
    [InlineData("550 5.7.1 Unfortunately, messages from [192.0.2.20] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).", "5.7.1")]
    [InlineData("451 4.7.650 The mail server [192.0.2.20] has been temporarily rate limited due to IP reputation. (S775)", "4.7.650")]
    [InlineData("421-4.7.0 [192.0.2.20 15] Our system has detected that this message is suspicious due to the very low reputation of the sending IP address.", "4.7.0")]
    [InlineData("554 5.7.1 Service unavailable; Client host [192.0.2.20] blocked using bl.example.net", "5.7.1")]
    [InlineData("550 Ip frequency limited [192.0.2.20]", "5.0.0")]
    [InlineData("550 SPF check failed [mail IP: 192.0.2.20]", "5.0.0")]
    [InlineData("450 4.7.1 Mail from 192.0.2.20 has been blocked by Trend Micro Email Reputation Service. Try again later", "4.7.1")]
    [InlineData("421 4.7.0 [TSS04] Messages from 192.0.2.20 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.example/", "4.7.0")]
    [InlineData("421 4.7.1 [TS03] All messages from 192.0.2.20 will be permanently deferred; Retrying will NOT succeed.", "4.7.1")]
    [InlineData("421 RP-001 (BAY) Unfortunately, some messages from 192.0.2.20 weren't sent. Please try again.", "4.0.0")]
    [InlineData("450 4.7.1 <u@example.com>: Recipient address rejected: MX-02 - Too many messages, try again later.", "4.7.1")]
    [InlineData("451 4.7.500 Server busy. Please try again later from [192.0.2.20]. (S77) [mx1.example.com]", "4.7.500")]
    [InlineData("550-5.7.1 [192.0.2.20] Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records and authentication.", "5.7.1")]
    public void The_reputation_of_this_address_is_not_the_content(string reply, string dsn)
    {
        Assert.Equal(ReasonClass.HostRejected, Reason(reply, dsn, "RCPT TO"));
        Assert.Equal(ReasonClass.HostRejected, Reason(reply, dsn, "end of DATA"));
    }

    [Theory]
    [InlineData("550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.20 is blacklisted using BL-EXAMPLE.", "5.2.1")]
    [InlineData("550 csi.example.org Poor Reputation Sender. - https://community.example/docs#550", "5.0.0")]
    [InlineData("550-Rejected message because 192.0.2.20 is in a black list at bl.example.net", "5.0.0")]
    [InlineData("554-mx1.example.com Your access to this mail system has been rejected due to the sending MTA's poor reputation.", "5.0.0")]
    [InlineData("550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.", "5.7.1")]
    [InlineData("550 5.7.1 Mail from 192.0.2.20 rejected using bl.example.net.", "5.7.1")]
    [InlineData("553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.20, because the ip is in the list", "5.7.1")]
    [InlineData("550 5.7.1 Client was not authenticated", "5.7.1")]
    [InlineData("550 Sender IP reverse lookup rejected", "5.0.0")]
    [InlineData("571 u@example.com prohibited. We do not relay", "5.0.0")]
    [InlineData("421 mx1.example.com ME Too many connections, slow down.", "4.0.0")]
    [InlineData("550 Too many invalid recipients", "5.0.0")]
    [InlineData("550-Requested action not taken: mailbox unavailable 550-Reject due to policy restrictions. 550 For explanation visit https://postmaster.example/", "5.0.0")]
    [InlineData("450 Requested action not taken: dnsbl.example.net, please try again later, your IP 192.0.2.20", "4.0.0")]
    [InlineData("554 Too many unknown RCPT TO addresses from host 192.0.2.20", "5.0.0")]
    [InlineData("550 No RDNS entry for 192.0.2.20", "5.0.0")]
    [InlineData("451 Missing reverse PTR - please fix it and try again", "4.0.0")]
    [InlineData("554 5.7.1 - Connection refused. IP name lookup failed for 192.0.2.20", "5.7.1")]
    [InlineData("550-Bad HELO: mx2 does not exist 550 Please see RFC 2821 section 4.1.1.1", "5.0.0")]
    [InlineData("501 This system is not configured to relay mail to <u@example.com> for 192.0.2.20", "5.0.0")]
    [InlineData("550 We don't handle mail for example.com", "5.0.0")]
    [InlineData("421 Too many concurrent SMTP connections", "4.0.0")]
    [InlineData("553 RP:RDN https://mail.example/help.htm?ip=192.0.2.20", "5.0.0")]
    [InlineData("550 5.7.1 Service refuse. Veuillez essayer plus tard. service refused, please try later. LPN007_510", "5.7.1")]
    [InlineData("421 mx1.example.com ME Trop de connexions, veuillez verifier votre configuration.", "4.0.0")]
    public void A_refusal_of_this_host_has_many_words(string reply, string dsn) => Assert.Equal(ReasonClass.HostRejected, Reason(reply, dsn, "RCPT TO"));

    [Theory]
    [InlineData("550 Envelope blocked - User Entry - https://community.example/docs#550", "5.0.0")]
    [InlineData("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "5.7.133")]
    [InlineData("553 5.1.8 <joe@partner.example>... Domain of sender address joe@partner.example does not exist", "5.1.8")]
    [InlineData("550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages", "5.2.1")]
    [InlineData("550-Requested action not taken: mailbox unavailable 550 invalid DNS MX or A/AAAA resource record", "5.0.0")]
    [InlineData("550 5.4.5 Daily user sending quota exceeded.", "5.4.5")]
    [InlineData("450 4.7.1 <u@example.com>: Recipient address rejected: Policy rejection; Message quota exceeded", "4.7.1")]
    [InlineData("454 Throttling failure: Daily message quota exceeded.", "4.0.0")]
    [InlineData("451 Temporary local problem - please try later", "4.0.0")]
    [InlineData("550 5.1.0 <joe@partner.example> sender rejected: domain does not have neither a valid MX or A record", "5.1.0")]
    [InlineData("550 access denied (sender blacklisted)", "5.0.0")]
    [InlineData("550 Your email address has been blacklisted", "5.0.0")]
    [InlineData("550 You are not allowed to post to this mailing list", "5.0.0")]
    [InlineData("550 Delivery is not allowed to this address", "5.0.0")]
    [InlineData("550 5.7.1 RDENY 192.0.2.20: The receiver denied your mail. Please contact the receiver with another way.: <u@example.com>", "5.7.1")]
    public void What_is_about_the_sender_or_about_nobody_is_told_so(string reply, string dsn) => Assert.Equal(ReasonClass.Other, Reason(reply, dsn, "RCPT TO"));

    [Theory]
    [InlineData("530 5.7.0 Must issue a STARTTLS command first", "5.7.0", "MAIL FROM")]
    [InlineData("451 4.7.4 TLS required", "4.7.4", "MAIL FROM")]
    [InlineData("421-4.7.0 TLS required for RCPT domain, closing connection.", "4.7.0", "RCPT TO")]
    [InlineData("553 This route requires encryption (TLS) - https://community.example/docs#553", "5.0.0", "RCPT TO")]
    [InlineData("554 5.7.1 Session encryption is required", "5.7.1", "MAIL FROM")]
    [InlineData("454 4.7.0 TLS not available due to local problem", "4.7.0", "RCPT TO")]
    [InlineData("421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2.", "4.7.66", "MAIL FROM")]
    public void A_host_that_wants_encryption_says_so_in_reply_to_any_command(string reply, string dsn, string command) =>
        Assert.Equal(ReasonClass.Tls, Reason(reply, dsn, command));

    [Theory]
    [InlineData("554-5.4.6 Message exceeded 50 hops, this may indicate a mail loop.", "5.4.6", ReasonClass.TooManyHops)]
    [InlineData("554 5.4.14 Hop count exceeded - possible mail loop ATTR34", "5.4.14", ReasonClass.TooManyHops)]
    [InlineData("554 5.6.0 Message exceeded 50 hops, this may indicate a mail loop.", "5.6.0", ReasonClass.TooManyHops)]
    [InlineData("554 Number of 'Received:' DATA headers exceeds maximum permitted", "5.0.0", ReasonClass.TooManyHops)]
    [InlineData("554 sorry, message is looping: it already has my Delivered-To line. (#5.4.6)", "5.0.0", ReasonClass.Loop)]
    [InlineData("554 Message looping (received 6 times)", "5.0.0", ReasonClass.Loop)]
    [InlineData("550 Routing loop detected", "5.0.0", ReasonClass.Loop)]
    public void A_loop_is_told_from_too_many_hops(string reply, string dsn, ReasonClass expected) => Assert.Equal(expected, Reason(reply, dsn, "end of DATA"));

    [Theory]
    [InlineData("451 Internal resources are temporarily unavailable - https://community.example/docs#451", "4.0.0", ReasonClass.Greylisted)]
    [InlineData("450 4.7.1 <u@example.com>: Recipient address rejected: Policy Rejection- Please try later.", "4.7.1", ReasonClass.Greylisted)]
    [InlineData("554 Maximum email size exceeded - https://community.example/docs#554", "5.0.0", ReasonClass.Size)]
    [InlineData("523 Message length exceeds administrative limit", "5.0.0", ReasonClass.Size)]
    [InlineData("552 Too much mail data", "5.0.0", ReasonClass.Size)]
    public void Others_write_it_in_their_own_way(string reply, string dsn, ReasonClass expected) => Assert.Equal(expected, Reason(reply, dsn, "RCPT TO"));

    /// <summary>Words of one kind of trouble stand in the text about another.</summary>
    [Theory]
    [InlineData("554 5.7.1 <u@example.com>: Recipient address rejected: Recipient not found in directory", "5.7.1", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("550 5.7.1 User not found in LDAP", "5.7.1", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("550 Mailbox not found. Your IP address has been logged.", "5.0.0", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("550 <u@example.com>: no such recipient here [IP address 192.0.2.20]", "5.0.0", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("554 5.7.1 Message rejected as spam: NUMERIC_HTTP_ADDR Uses a numeric IP address in URL", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("554 5.7.1 Blocked: URL contains an IP address", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("550 5.7.1 URL in message: domain does not exist", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("554 5.7.1 Message is spam from a list that is administratively disabled", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("550 5.7.1 Message rejected: encryption required by policy", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("550 5.7.1 mailbox is full phishing detected", "5.7.1", "end of DATA", ReasonClass.Content)]
    [InlineData("554 Shop counter spam rejected", "5.0.0", "end of DATA", ReasonClass.Content)]
    [InlineData("452 4.3.1 Insufficient disk storage space", "4.3.1", "RCPT TO", ReasonClass.Other)]
    [InlineData("452 4.3.1 Insufficient disk storage space", "4.3.1", "MAIL FROM", ReasonClass.HostRejected)]
    [InlineData("552 Message too large, exceeds mailbox limit", "5.0.0", "RCPT TO", ReasonClass.Size)]
    [InlineData("552 5.2.3 Message exceeds mailbox limit", "5.2.3", "RCPT TO", ReasonClass.Size)]
    public void A_word_alone_does_not_tell(string reply, string dsn, string command, ReasonClass expected) =>
        Assert.Equal(expected, Reason(reply, dsn, command));

    [Theory]
    [InlineData("550 <u@example.com> is no longer on this server", "5.0.0", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("550 The mailbox u@example.com is no longer valid", "5.0.0", "RCPT TO", ReasonClass.UserUnknown)]
    [InlineData("550 Your host is no longer on our list of trusted senders", "5.0.0", "RCPT TO", ReasonClass.Other)]
    [InlineData("550 This server no longer accepts mail from your network", "5.0.0", "RCPT TO", ReasonClass.Other)]
    [InlineData("554 5.7.1 Your IP 192.0.2.1 is currently suspended from sending", "5.7.1", "RCPT TO", ReasonClass.HostRejected)]
    [InlineData("550 Your SPF record is no longer valid", "5.0.0", "RCPT TO", ReasonClass.HostRejected)]
    [InlineData("550 Message refused: its signature is no longer valid", "5.0.0", "end of DATA", ReasonClass.Content)]
    [InlineData("550 PTR record for 192.0.2.1 does not exist", "5.0.0", "RCPT TO", ReasonClass.HostRejected)]
    [InlineData("550 HELO hostname mx2.fallback.example does not exist", "5.0.0", "RCPT TO", ReasonClass.HostRejected)]
    [InlineData("553 The sender's domain does not exist", "5.0.0", "RCPT TO", ReasonClass.Other)]
    public void What_is_over_or_does_not_exist_need_not_be_a_mailbox(string reply, string dsn, string command, ReasonClass expected) =>
        Assert.Equal(expected, Reason(reply, dsn, command));

    /// <summary>Strangers choose addresses, and next hops repeat them.</summary>
    [Theory]
    [InlineData("550 No such recipient: \"mail loop\"@example.com", "5.0.0", ReasonClass.UserUnknown)]
    [InlineData("550 <hop count@example.com>: user unknown", "5.0.0", ReasonClass.UserUnknown)]
    [InlineData("550 <u1@overquota.example>: no such recipient", "5.0.0", ReasonClass.UserUnknown)]
    [InlineData("550 5.7.1 <blocked@example.com>: Recipient not found", "5.7.1", ReasonClass.UserUnknown)]
    [InlineData("550 bob@spamhaus.example is no valid user: user unknown", "5.0.0", ReasonClass.UserUnknown)]
    [InlineData("550 <deactivated@example.com>: policy forbids", "5.0.0", ReasonClass.Other)]
    [InlineData("451 4.3.0 <u@crispfoods.example>: Temporary lookup failure", "4.3.0", ReasonClass.Other)]
    [InlineData("450 4.2.0 <postgrey@example.com>: mailbox is locked", "4.2.0", ReasonClass.Other)]
    [InlineData("550 @@ <@> \"@ user unknown", "5.0.0", ReasonClass.UserUnknown)]
    [InlineData("550 @", "5.0.0", ReasonClass.Other)]
    [InlineData("550 mailbox \"is full\"@example.com", "5.0.0", ReasonClass.Other)]
    [InlineData("550 no such <user@example.com> policy", "5.0.0", ReasonClass.Other)]
    [InlineData("550 <a@example.com>: forwarded to <b@example.com>: user <c@example.com> unknown", "5.0.0", ReasonClass.UserUnknown)]
    public void Words_within_an_address_are_none(string reply, string dsn, ReasonClass expected) => Assert.Equal(expected, Reason(reply, dsn, "RCPT TO"));

    /// <summary>What a server answers need not be SMTP: Postfix passes on lines without a code too.</summary>
    [Theory]
    [InlineData("550<a@example.com>@example.com user unknown")]
    [InlineData("<a@example.com>@<b@example.com>@ 550 user unknown")]
    [InlineData("no <@>@>@ user unknown")]
    public void The_place_of_the_code_can_hold_an_address(string reply) => Assert.Equal(ReasonClass.UserUnknown, Reason(reply, "5.0.0", "RCPT TO"));

    [Fact]
    public void Any_bytes_around_an_at_sign_are_read()
    {
        var chance = new Random(7);
        for (int times = 0; times < 200_000; times++)
        {
            byte[] reply = new byte[chance.Next(24)];
            for (int i = 0; i < reply.Length; i++) reply[i] = "@@@<>\"\" 5ä,;:()"u8[chance.Next(16)];
            ReplyClassifier.Of(reply, default, Stage.Rcpt);
            ReplyClassifier.OfGreeting(reply);
        }
    }

    [Fact]
    public void Bytes_that_are_no_letters_do_not_hide_the_words() =>
        Assert.Equal(ReasonClass.MailboxFull, Reason("552 Postfach voll: ÄÖÜ 邮箱 MAILBOX FULL", "5.0.0", "RCPT TO"));
}
