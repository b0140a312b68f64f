namespace MxAudit.Tests.Mail;

/// <summary>A message whose lines stand in two files of a rotated set.</summary>
public sealed class RotationTests : FolderTests
{
    [Fact]
    public void The_Message_ID_is_read_again_from_the_file_that_it_stands_in()
    {
        string[] lines = [.. new Letters().Arrives("A00001").Sent("A00001", "u@example.com").Removed("A00001").ToString().TrimEnd().Split('\n')];
        int messageId = Array.FindIndex(lines, line => line.Contains("message-id="));
        string older = PathOf("mail.log.1"), newer = PathOf("mail.log");
        File.WriteAllLines(older, lines[..messageId]);
        File.WriteAllLines(newer, lines[messageId..]);
        using var whole = Audit.OfText(string.Join('\n', lines));
        using var rotated = Audit.Run(Samples.Request(older, newer));
        Assert.NotEmpty(whole.Mail.Messages[0].MessageId!);
        Assert.Equal(whole.Mail.Messages.Select(one => one.MessageId), rotated.Mail.Messages.Select(one => one.MessageId));
    }
}
