using System.Runtime.Versioning;
using MxAudit.Input;
using MxAudit.Queue;
using MxAudit.Tests.Input;

namespace MxAudit.Tests.Queue;

/// <summary>Small scripts stand for postqueue.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LiveQueueTests : FolderTests
{
    private QueueSnapshot Read(string script, double seconds = 20, string? instance = null)
    {
        Script.Write(PathOf("postqueue"), script);
        return new LiveQueue(TimeProvider.System, new HostPrograms { Folders = ["/there/is/none", Folder], Patience = TimeSpan.FromSeconds(seconds) })
            .Read(instance);
    }

    /// <summary>Two instances, the way postmulti lists them, and a third that is switched off.</summary>
    private void HaveTwoInstances() => Script.Write(PathOf("postmulti"), """
        [ "$*" = -l ] || exit 1
        echo '-               -               y         /etc/postfix'
        echo 'postfix-out     mta             y         /etc/postfix-out'
        echo 'postfix-old     -               n         /etc/postfix-old'
        """);

    private const string EachHasOne = """
        case "$*" in
        "-j") echo '{"queue_id": "1A2B3C4D01", "queue_name": "hold", "recipients": []}';;
        "-c /etc/postfix-out -j") echo '{"queue_id": "1A2B3C4D02", "queue_name": "hold", "recipients": []}';;
        *) exit 64;;
        esac
        """;

    [Fact]
    public void All_instances_are_listed()
    {
        HaveTwoInstances();
        var queue = Read(EachHasOne);
        Assert.Equal(("postqueue -j and postqueue -c /etc/postfix-out -j", null), (queue.Source, queue.Note));
        Assert.Equal(["1A2B3C4D01", "1A2B3C4D02"], queue.Messages.Select(message => message.QueueId));
    }

    [Theory]
    [InlineData("postfix", "1A2B3C4D01")]
    [InlineData("postfix-out", "1A2B3C4D02")]
    public void One_instance_is_listed_alone(string name, string queueId)
    {
        HaveTwoInstances();
        Assert.Equal(queueId, Assert.Single(Read(EachHasOne, instance: name).Messages).QueueId);
    }

    [Fact]
    public void An_instance_that_is_not_there_is_a_sentence()
    {
        HaveTwoInstances();
        Assert.Contains("postmulti lists postfix, postfix-out.", Assert.Throws<InputException>(() => Read(EachHasOne, instance: "postfix-old")).Message);
        File.Delete(PathOf("postmulti"));
        // syslog_name of the only one
        Assert.Single(Read("[ \"$*\" = -j ] && echo '{\"queue_id\": \"1A2B3C4D01\", \"queue_name\": \"hold\", \"recipients\": []}'", instance: "mx").Messages);
    }

    [Fact]
    public void One_instance_that_is_down_does_not_hide_the_others()
    {
        HaveTwoInstances();
        var queue = Read("""
            if [ "$1" = -c ]; then echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69; fi
            echo '{"queue_id": "1A2B3C4D01", "queue_name": "hold", "recipients": []}'
            """);
        Assert.Single(queue.Messages);
        Assert.Contains("postfix-out: The queue can not be listed: the mail system is down.", queue.Note);
        Assert.Contains("mail system is down", Refused("echo 'postqueue: fatal: mail system is down' >&2; exit 69"));
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
        Assert.Contains("accessing queue directly",
            Read("echo 'postqueue: warning: Mail system is down -- accessing queue directly (Connection refused)' >&2").Note);

    [Theory]
    [InlineData("echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69", "the mail system is down.")]
    [InlineData(
        "echo 'postqueue: warning: Mail system is down -- accessing queue directly (Connect to the Postfix showq service: No such file or directory)' >&2; echo 'postqueue: fatal: malformed showq server response' >&2; exit 69",
        "its queue can not be read without it. Start Postfix.")]
    [InlineData("echo 'postqueue: fatal: User nobody(65534) is not allowed to view the mail queue' >&2; exit 69", "may not view it (authorized_mailq_users)")]
    [InlineData("echo 'postqueue: fatal: open /etc/postfix/main.cf: No such file or directory' >&2; exit 69",
        "postqueue said: postqueue: fatal: open /etc/postfix/main.cf: No such file or directory.")]
    [InlineData("exit 3", "status 3")]
    public void A_refusal_becomes_a_sentence(string script, string sentence) => Assert.Contains(sentence, Refused(script));

    [Fact]
    public void A_postqueue_that_hangs_is_ended() => Assert.Contains("did not answer within", Refused("exec sleep 60", seconds: 0.3));

    [Fact]
    public void Without_the_program_it_says_so() =>
        Assert.Contains("there is no program postqueue",
            Assert.Throws<InputException>(() => new LiveQueue(TimeProvider.System, new HostPrograms { Folders = ["/there/is/none"] }).Read()).Message);
}
