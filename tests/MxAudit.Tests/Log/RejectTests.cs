using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class RejectTests
{
    private const string Hostile = "; from=<x> to=<y> proto=ESMTP helo=<z>";
    private static Said Smtpd(string message) => ReadLines.Message("postfix/smtpd", message);

    [Fact]
    public void A_reject_is_read_whole()
    {
        var said = Smtpd("NOQUEUE: reject: RCPT from client.sender.test[10.9.0.50]:4711: 550 5.1.1 <nosuch@example.com>: Recipient address rejected: undeliverable address: x; from=<joe@sender.test> to=<nosuch@example.com> proto=ESMTP helo=<client.sender.test>");
        Assert.Equal((EventKind.Reject, "", "Reject", "Rcpt", "client.sender.test[10.9.0.50]:4711"),
            (said.Kind, said["queue_id"], said["action"], said["stage"], said["client"]));
        Assert.Equal(("550", "5.1.1", "<nosuch@example.com>: Recipient address rejected: undeliverable address: x"), (said["code"], said["dsn"], said["text"]));
        Assert.Equal(("joe@sender.test", "nosuch@example.com", "client.sender.test"), (said["from"], said["to"], said["helo"]));
    }

    [Theory]
    [InlineData("header Subject: pass 1")]
    [InlineData("body pass body line")]
    public void A_header_or_body_check_that_lets_mail_pass_is_an_action(string check)
    {
        var said = ReadLines.Message("postfix/cleanup",
            $"C0FFEE1: pass: {check} from client.sender.test[10.9.0.50]; from=<joe@sender.test> to=<alice@example.com> proto=ESMTP helo=<client.sender.test>");
        Assert.Equal((EventKind.Action, "Other", "EndOfData", "joe@sender.test", "alice@example.com"),
            (said.Kind, said["action"], said["stage"], said["from"], said["to"]));
    }

    [Theory]
    [InlineData("RCPT", $"<{Hostile}@example.com>", $"to=<\"{Hostile}\"@example.com> ", "joe@sender.test", $"\"{Hostile}\"@example.com")]
    [InlineData("RCPT", $"<{Hostile} sasl_method=a@example.com>", $"to=<\"{Hostile} sasl_method=a\"@example.com> ", "joe@sender.test",
        $"\"{Hostile} sasl_method=a\"@example.com")]
    [InlineData("RCPT", "<; from=<\\\"x@example.com>", "to=<\"; from=<\\\\\\\"x\"@example.com> ", "joe@sender.test", "\"; from=<\\\\\\\"x\"@example.com")]
    [InlineData("MAIL", $"<{Hostile}@sender.test>", "", $"\"{Hostile}\"@sender.test", "")]
    [InlineData("MAIL", "<; from=<x>@sender.test>", "", "\"; from=<x>\"@sender.test", "")]
    public void Nobody_writes_the_attributes_but_postfix(string stage, string quotedInReply, string to, string sender, string recipient)
    {
        string from = stage == "MAIL" ? sender : "joe@sender.test";
        var said = Smtpd($"NOQUEUE: reject: {stage} from unknown[10.9.0.50]: 554 5.7.1 {quotedInReply}: Relay access denied; from=<{from}> {to}proto=ESMTP helo=<client.test>");
        Assert.Equal((sender, recipient, "client.test"), (said["from"], said["to"], said["helo"]));
        Assert.Equal($"{quotedInReply}: Relay access denied", said["text"]);
    }

    [Fact]
    public void Since_3_10_sasl_attributes_may_follow()
    {
        var said = Smtpd("AA8F9B244A1: reject: RCPT from a[10.9.0.50]: 554 5.7.1 <b@example.com>: Relay access denied; from=<a@sender.test> to=<b@example.com> proto=ESMTP helo=<h> sasl_method=PLAIN sasl_username=joe@example.com sasl_sender=x");
        Assert.Equal(("AA8F9B244A1", "a@sender.test", "b@example.com", "h"), (said["queue_id"], said["from"], said["to"], said["helo"]));
    }

    [Theory]
    [InlineData("from=<<>@spam.test> to=<g@example.com>", "<>@spam.test", "g@example.com")]
    [InlineData("from=<a b> c@spam.test> to=<x>y@example.com>", "a b> c@spam.test", "x>y@example.com")]
    [InlineData("from=<> to=<odd user@example.com>", "", "odd user@example.com")]
    [InlineData("from=<\"a> to=<anna@example.com> proto=SMTP helo=<x\"@spam.test> to=<x@b c>",
        "\"a> to=<anna@example.com> proto=SMTP helo=<x\"@spam.test", "x@b c")]
    public void An_address_without_quotes_ends_where_the_next_attribute_begins(string addresses, string sender, string recipient)
    {
        var said = Smtpd($"NOQUEUE: reject: RCPT from a.test[10.9.0.50]: 550 <g@example.com>: Recipient address rejected: User unknown in local recipient table; {addresses} proto=ESMTP helo=<hm22>");
        Assert.Equal((sender, recipient, "hm22"), (said["from"], said["to"], said["helo"]));
    }

    [Fact]
    public void What_is_wrong_with_MIME_stands_before_the_text_that_it_is_about()
    {
        var said = ReadLines.Message("postfix/cleanup",
            "C0FFEE1: reject: mime-error improper use of 8-bit data in message header: Subject: 550 5.1.1 ?? from a[10.9.0.50]; from=<a@sender.test> to=<b@example.com>");
        Assert.Equal(("improper use of 8-bit data in message header", "", "a[10.9.0.50]", "b@example.com"),
            (said["text"], said["code"], said["client"], said["to"]));
    }

    [Fact]
    public void Addresses_without_quotes_are_read_leniently()
    {
        var said = Smtpd("NOQUEUE: reject: RCPT from a[10.9.0.50]: 550 <a b@example.com>: no; from=<c d@sender.test> to=<a b@example.com> proto=SMTP helo=<h>");
        Assert.Equal(("c d@sender.test", "a b@example.com", "550", ""), (said["from"], said["to"], said["code"], said["dsn"]));
    }

    [Theory]
    [InlineData("NOQUEUE: reject: CONNECT from unknown[10.9.0.50]: 554 5.7.1 <unknown[10.9.0.50]>: Client host rejected: Access denied; proto=SMTP", "Connect")]
    [InlineData(
        "NOQUEUE: reject: HELO from unknown[10.9.0.50]: 504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<x>", "Helo")]
    [InlineData("NOQUEUE: reject: EHLO from unknown[10.9.0.50]: 504 5.5.2 <x>: Helo command rejected: Access denied; proto=SMTP helo=<x>", "Helo")]
    [InlineData("NOQUEUE: reject: MAIL from unknown[10.9.0.50]: 552 5.3.4 Message size exceeds fixed limit; proto=ESMTP helo=<x>", "Mail")]
    [InlineData(
        "C0FFEE1: reject: DATA from unknown[10.9.0.50]: 550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce; from=<> proto=ESMTP helo=<x>", "Data")]
    [InlineData("C0FFEE1: reject: END-OF-MESSAGE from unknown[10.9.0.50]: 550 5.7.1 no; from=<> proto=ESMTP helo=<x>", "EndOfData")]
    [InlineData("C0FFEE1: milter-reject: END-OF-MESSAGE from unknown[10.9.0.50]: 5.7.1 no; from=<> proto=ESMTP helo=<x>", "EndOfData")]
    [InlineData("NOQUEUE: reject: VRFY from unknown[10.9.0.50]: 550 5.1.1 <x>: Recipient address rejected: no; to=<x> proto=SMTP helo=<x>", "Rcpt")]
    [InlineData("NOQUEUE: reject: ETRN from unknown[10.9.0.50]: 554 5.7.1 <x>: Etrn command rejected: Access denied; proto=SMTP helo=<x>", "Connect")]
    [InlineData("reject: RCPT from unknown[10.9.0.50]: 450 4.3.2 x; from=<a@sender.test> to=<b@example.com>", "Rcpt")]
    [InlineData("proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject; from=<a@sender.test> to=<b@example.com> proto=SMTP helo=<x>", "EndOfData")]
    [InlineData("NOQUEUE: proxy-reject: END-OF-MESSAGE: ; from=<a@sender.test> to=<b@example.com> proto=SMTP helo=<x>", "EndOfData")]
    public void Rejects_tell_where_in_the_dialogue(string message, string stage)
    {
        var said = Smtpd(message);
        Assert.Equal((EventKind.Reject, stage), (said.Kind, said["stage"]));
        if (message.Contains("helo=", StringComparison.Ordinal)) Assert.Equal("x", said["helo"]);
    }

    [Fact]
    public void Postscreen_writes_commas()
    {
        var said = ReadLines.Message("postfix/postscreen",
            "NOQUEUE: reject: RCPT from [10.9.0.50]:52879: 450 4.3.2 Service currently unavailable; from=<a@sender.test>, to=<b@example.com>, proto=ESMTP, helo=<client.test>");
        Assert.Equal((EventKind.Reject, "[10.9.0.50]:52879", "450", "4.3.2"), (said.Kind, said["client"], said["code"], said["dsn"]));
        Assert.Equal(("a@sender.test", "b@example.com", "client.test"), (said["from"], said["to"], said["helo"]));
    }

    [Theory]
    [InlineData("NOQUEUE: reject_warning: RCPT", EventKind.Reject, "RejectWarning")]
    [InlineData("NOQUEUE: warn: RCPT", EventKind.Action, "Warn")]
    [InlineData("NOQUEUE: hold: RCPT", EventKind.Action, "Hold")]
    [InlineData("C0FFEE1: discard: RCPT", EventKind.Action, "Discard")]
    [InlineData("C0FFEE1: redirect: RCPT", EventKind.Action, "Redirect")]
    [InlineData("C0FFEE1: filter: RCPT", EventKind.Action, "Filter")]
    [InlineData("NOQUEUE: permit: RCPT", EventKind.Action, "Other")]
    [InlineData("C0FFEE1: milter-hold: END-OF-MESSAGE", EventKind.Action, "Hold")]
    public void Actions_are_told_from_refusals(string begin, EventKind kind, string action)
    {
        var said = Smtpd($"{begin} from a[10.9.0.50]: <b@example.com>: text; from=<a@sender.test> to=<b@example.com> proto=ESMTP helo=<h>");
        Assert.Equal((kind, action, "b@example.com"), (said.Kind, said["action"], said["to"]));
    }

    [Fact]
    public void What_names_no_place_in_the_dialogue_is_unread() => Assert.Equal(EventKind.Unread, Smtpd("NOQUEUE: reject: something from a: b").Kind);
}
