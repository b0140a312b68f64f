using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class MessageTests
{
    [Theory]
    [InlineData("CA850B24145", true)]
    [InlineData("C0FFEE", true)]
    [InlineData("4jXYFS5kMmz1j3cj", true)]
    [InlineData("3mPVKl0Mhjz7sXv", true)]
    [InlineData("C0FFE", false)]
    [InlineData("CA850B2414G", false)]
    [InlineData("4jXYFS5kMz1j3cj", false)] // z too early
    [InlineData("4jXYFS5kMmz", false)] // no inode
    [InlineData("4jXYaS5kMmz1j3cj", false)] // a vowel
    [InlineData("ABCDEF0123456789ABCDEF012", false)] // too long
    public void A_queue_id_is_short_or_long(string id, bool isOne)
    {
        var said = ReadLines.Message("postfix/qmgr", id + ": removed");
        Assert.Equal(isOne ? (EventKind.Removed, id) : (EventKind.Unread, ""), (said.Kind, said["queue_id"]));
    }

    [Fact]
    public void A_client_may_have_logged_in_and_may_stand_for_another()
    {
        var said = ReadLines.Message("postfix/smtpd",
            "C0FFEE1: client=localhost[127.0.0.1]:4711, sasl_method=PLAIN, sasl_username=joe@example.com, orig_queue_id=4jXYFS5kMmz1j3cj, orig_client=client.sender.test[10.9.0.50]");
        Assert.Equal((EventKind.Client, "localhost[127.0.0.1]:4711", "joe@example.com", "4jXYFS5kMmz1j3cj", "client.sender.test[10.9.0.50]"),
            (said.Kind, said["client"], said["sasl_username"], said["orig_queue_id"], said["orig_client"]));
    }

    [Theory]
    [InlineData("C0FFEE1: uid=0 from=<root>", "root", "")]
    [InlineData("C0FFEE1: uid=0 from=<>", "", "")]
    [InlineData("C0FFEE1: uid=1000 from=<joe@example.com> orig_id=BADCAFE", "joe@example.com", "BADCAFE")]
    [InlineData("C0FFEE1: uid=1000 from=<x> orig_id=BADCAFE>", "x> orig_id=BADCAFE", "")]
    public void Pickup_tells_the_sender_and_the_id_before_requeueing(string message, string sender, string original)
    {
        var said = ReadLines.Message("postfix/pickup", message);
        Assert.Equal((EventKind.Pickup, sender, original), (said.Kind, said["from"], said["orig_id"]));
    }

    [Theory]
    [InlineData("C0FFEE1: message-id=weird  <no?angle \"x\"; to=<fake@x>, relay=fake, status=sent (x)>", "message_id",
        "weird  <no?angle \"x\"; to=<fake@x>, relay=fake, status=sent (x)>")]
    [InlineData("C0FFEE1: resent-message-id=<a@sender.test>", "resent_message_id", "<a@sender.test>")]
    public void A_message_id_is_free_text(string message, string name, string text)
    {
        var said = ReadLines.Message("postfix/cleanup", message);
        Assert.Equal((EventKind.MessageId, text), (said.Kind, said[name]));
    }

    [Theory]
    [InlineData("C0FFEE1: from=<joe@sender.test>, size=237, nrcpt=1 (queue active)", EventKind.QueueActive, "joe@sender.test")]
    [InlineData("C0FFEE1: from=<\"x>, status=bounced (foo)\"@sender.test>, size=237, nrcpt=1 (queue active)", EventKind.QueueActive,
        "\"x>, status=bounced (foo)\"@sender.test")]
    [InlineData("C0FFEE1: from=<\"x>, size=1, nrcpt=1 (queue active)\"@sender.test>, size=237, nrcpt=1 (queue active)", EventKind.QueueActive,
        "\"x>, size=1, nrcpt=1 (queue active)\"@sender.test")]
    [InlineData("C0FFEE1: from=<>, size=237, nrcpt=1 (queue active)", EventKind.QueueActive, "")]
    [InlineData("C0FFEE1: from=<joe@sender.test>, status=expired, returned to sender", EventKind.Expired, "joe@sender.test")]
    [InlineData("C0FFEE1: from=<joe@sender.test>, status=force-expired, returned to sender", EventKind.Expired, "joe@sender.test")]
    public void Qmgr_tells_the_sender(string message, EventKind kind, string sender)
    {
        var said = ReadLines.Message("postfix/qmgr", message);
        Assert.Equal((kind, sender), (said.Kind, said["from"]));
        if (kind == EventKind.QueueActive) Assert.Equal(("237", "1"), (said["size"], said["nrcpt"]));
    }

    [Theory]
    [InlineData("qmgr", "C0FFEE1: removed", "")]
    [InlineData("postsuper", "C0FFEE1: removed", "")]
    [InlineData("cleanup", "C0FFEE1: removed (canceled)", "canceled")]
    [InlineData("cleanup", "C0FFEE1: removed (discarded)", "discarded")]
    public void Removed_may_have_a_reason(string program, string message, string why)
    {
        var said = ReadLines.Message("postfix/" + program, message);
        Assert.Equal((EventKind.Removed, why), (said.Kind, said["why"]));
    }

    [Theory]
    [InlineData("C0FFEE1: sender non-delivery notification: BADCAFE", "NonDelivery")]
    [InlineData("C0FFEE1: sender delay notification: BADCAFE", "Delay")]
    [InlineData("C0FFEE1: sender delivery status notification: BADCAFE", "DeliveryStatus")]
    [InlineData("C0FFEE1: postmaster non-delivery notification: BADCAFE", "Postmaster")]
    [InlineData("C0FFEE1: postmaster delay notification: BADCAFE", "Postmaster")]
    public void A_notice_is_linked_to_its_message(string message, string notice)
    {
        var said = ReadLines.Message("postfix/bounce", message);
        Assert.Equal((EventKind.NoticeLink, notice, "C0FFEE1", "BADCAFE"), (said.Kind, said["notice"], said["queue_id"], said["notice_id"]));
    }

    [Theory]
    [InlineData("C0FFEE1: requeued", "Requeue")]
    [InlineData("C0FFEE1: placed on hold", "Hold")]
    [InlineData("C0FFEE1: released from hold", "Release")]
    [InlineData("C0FFEE1: expired", "Expire")]
    public void Postsuper_tells_what_it_did(string message, string act)
    {
        var said = ReadLines.Message("postfix/postsuper", message);
        Assert.Equal((EventKind.Postsuper, act), (said.Kind, said["act"]));
    }

    [Theory]
    [InlineData("smtpd", "connect from unknown[unknown]", EventKind.Connect, "unknown[unknown]")]
    [InlineData("smtpd", "disconnect from a.test[2001:db8::1] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4", EventKind.Disconnect, "a.test[2001:db8::1]")]
    public void Sessions_name_the_client(string program, string message, EventKind kind, string client)
    {
        var said = ReadLines.Message("postfix/" + program, message);
        Assert.Equal((kind, client), (said.Kind, said["client"]));
    }

    [Theory]
    [InlineData("header Subject: test", "from a[10.9.0.50]")]
    [InlineData("header Subject: x from evil[192.0.2.1]; from=<f@evil.test> to=<g@evil.test> proto=ESMTP helo=<evil>: 5.7.1 fake", "from a[10.9.0.50]")]
    [InlineData("body x; from=<\" to=<", "from a[10.9.0.50]")]
    public void The_content_of_a_header_moves_no_attribute(string content, string from)
    {
        var said = ReadLines.Message("postfix/cleanup",
            $"C0FFEE1: reject: {content} {from}; from=<joe@sender.test> to=<bob@example.com> proto=ESMTP helo=<client.test>: 5.7.1 not wanted");
        Assert.Equal((EventKind.Reject, "EndOfData", "a[10.9.0.50]"), (said.Kind, said["stage"], said["client"]));
        Assert.Equal(("joe@sender.test", "bob@example.com", "client.test", "5.7.1", "not wanted"),
            (said["from"], said["to"], said["helo"], said["dsn"], said["text"]));
    }

    [Fact]
    public void An_action_of_a_header_check_is_no_warning_with_a_severity()
    {
        Assert.Equal(EventKind.Action,
            ReadLines.Message("postfix/cleanup", "B8967B24464: warning: header Subject: x from local; from=<root@mx2.test> to=<a@example.com>").Kind);
        var said = ReadLines.Message("postfix/cleanup", "warning: B1FEBB24250: message rejected: hopcount exceeded");
        Assert.Equal((EventKind.Remark, "HopcountExceeded", "B1FEBB24250"), (said.Kind, said["remark"], said["queue_id"]));
    }
}
