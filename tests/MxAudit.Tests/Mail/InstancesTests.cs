namespace MxAudit.Tests.Mail;

/// <summary>Several Postfix instances of one host, each with queue ids of its own.</summary>
public class InstancesTests
{
    private const string U = "u@example.com";

    /// <summary>Stock master.cf: <c>relay … -o syslog_name=postfix/$service_name</c>, in every instance.</summary>
    [Fact]
    public void A_service_that_logs_under_the_name_of_another_instance()
    {
        var log = new Letters().Client("A00001").On("mx2", "postfix-out").MessageId("A00001", "m").Active("A00001").On("mx2").Deferred("A00001", U)
            .On("mx2", "postfix-out").Active("A00001").On("mx2").Sent("A00001", U).On("mx2", "postfix-out").Removed("A00001");
        Assert.Equal("A00001 u@example.com Delivered", log.Outcomes);
        Assert.Equal("A00001 Mail Removed", log.Ends);
        Assert.Equal("A00001 No", log.Trust);
        using var audit = log.Audited();
        Assert.Equal(["postfix-out"], audit.Mail.Messages.Select(message => message.Instance));
    }

    [Fact]
    public void A_short_id_can_be_open_in_two_instances_at_once()
    {
        var log = new Letters().Arrives("A00001").On("mx2", "postfix-out").Notice("A00001").Sent("A00001", "joe@partner.example")
            .On("mx2").Sent("A00001", U).Removed("A00001")
            .On("mx2", "postfix-out").Removed("A00001");
        using var audit = log.Audited();
        Assert.Equal(["postfix u@example.com Delivered"], audit.Mail.Recipients.Select(one => $"{one.Message.Instance} {one.Address} {one.Outcome}"));
        Assert.Equal(["postfix Mail Removed", "postfix-out Notice Removed"],
            audit.Mail.Messages.Select(one => $"{one.Instance} {one.Class} {one.EndState}").Order());
    }

    [Fact]
    public void An_instance_that_is_asked_for_alone_keeps_what_its_relay_service_logs_as_postfix()
    {
        string log = new Letters(instance: "postfix-out").Arrives("A00001").On("mx2")
            .Line($"relay/smtp: A00001: to=<{U}>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)")
            .On("mx2", "postfix-out").Removed("A00001")
            .On("mx2").Arrives("B00001")
            .Line($"relay/smtp: B00001: to=<{U}>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)")
            .Removed("B00001").ToString();
        using var ofOne = MxAudit.Audit.OfText(log, new AuditRequest { Instance = "postfix-out", Year = 2026 });
        Assert.Equal(["A00001"], ofOne.Mail.Messages.Select(message => message.QueueId));
        Assert.Equal((1, 5), (ofOne.Mail.Totals.RecipientsDelivered, ofOne.Log.PostfixLines));
        using var ofOther = MxAudit.Audit.OfText(log, new AuditRequest { Instance = "postfix", Year = 2026 });
        Assert.Equal(["B00001"], ofOther.Mail.Messages.Where(message => message.Client.Length > 0).Select(message => message.QueueId));
    }

    [Fact]
    public void What_one_instance_hands_to_the_next_is_one_message()
    {
        var log = new Letters().Arrives("A00001", messageId: "m").On("mx2", "postfix-out").Arrives("B00001", "localhost[127.0.0.1]", messageId: "m")
            .On("mx2").Sent("A00001", U, "B00001", "127.0.0.1[127.0.0.1]:10026").Removed("A00001").Bounced("B00001", U)
            .On("mx2", "postfix-out").Removed("B00001");
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.StartsWith("accepted 1 ", log.Sums);
    }
}
