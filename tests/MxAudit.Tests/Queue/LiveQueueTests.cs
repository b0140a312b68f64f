using System.Runtime.Versioning;
using MxAudit.Input;
using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

/// <summary>Small scripts stand for postqueue.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LiveQueueTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mxaudit-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private QueueSnapshot Read(string script, double seconds = 20)
    {
        string program = Path.Combine(_directory, "postqueue");
        File.WriteAllText(program, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The second time for a system that still takes the file for being written: another test's child may have inherited it.
        return new LiveQueue(TimeProvider.System, ["/there/is/none", program, program, program], TimeSpan.FromSeconds(seconds)).Read();
    }

    private string Refused(string script, double seconds = 20) => Assert.Throws<InputException>(() => Read(script, seconds)).Message;

    [Fact]
    public void It_lists_with_j()
    {
        var queue = Read("""echo '{"queue_id": "1A2B3C4D01", "queue_name": "hold", "recipients": []}'""");
        Assert.Equal(("postqueue -j", "1A2B3C4D01", null), (queue.Source, queue.Messages.Single().QueueId, queue.Note));
    }

    [Fact]
    public void Postfix_before_3_1_is_asked_with_p()
    {
        var queue = Read("""
            if [ "$1" = -j ]; then echo "postqueue: invalid option -- 'j'" >&2; echo 'postqueue: fatal: usage: postqueue -f | postqueue -p' >&2; exit 69; fi
            echo '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------'
            echo '0ECECB24356      293 Sun Nov  1 15:32:30  joe@partner.example'
            echo '                                         anna@example.com'
            echo
            echo '-- 0 Kbytes in 1 Request.'
            """);
        Assert.Equal("postqueue -p", queue.Source);
        Assert.NotNull(queue.Messages.Single().Arrival);
    }

    [Fact]
    public void A_warning_is_passed_on() =>
        Assert.Contains("accessing queue directly", Read("echo 'postqueue: warning: Mail system is down -- accessing queue directly (Connection refused)' >&2").Note);

    [Theory]
    [InlineData("echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69", "the mail system is down.")]
    [InlineData("echo 'postqueue: fatal: User nobody(65534) is not allowed to view the mail queue' >&2; exit 69", "may not view it (authorized_mailq_users)")]
    [InlineData("echo 'postqueue: fatal: open /etc/postfix/main.cf: No such file or directory' >&2; exit 69", "postqueue said: postqueue: fatal: open /etc/postfix/main.cf: No such file or directory.")]
    [InlineData("exit 3", "status 3")]
    public void A_refusal_becomes_a_sentence(string script, string sentence) => Assert.Contains(sentence, Refused(script));

    [Fact]
    public void A_postqueue_that_hangs_is_ended() => Assert.Contains("did not answer within", Refused("exec sleep 60", seconds: 0.3));

    [Fact]
    public void Without_the_program_it_says_so() =>
        Assert.Contains("there is no program postqueue", Assert.Throws<InputException>(() => new LiveQueue(TimeProvider.System, ["/there/is/none"]).Read()).Message);
}
