using System.Runtime.Versioning;
using System.Text;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Dns;

/// <summary>A file with recorded answers is somebody else's text: what is wrong with it is said in one sentence.</summary>
public sealed class HostileRecordingTests : FolderTests
{
    private string Recording => PathOf("mx.json");

    private void IsRefused(string sentence)
    {
        var (status, output, error) = Screenless.Run("check", "--dns", Recording);
        Assert.Equal((3, ""), (status, output));
        Assert.Equal($"mxaudit: {Recording} holds no recorded DNS answers. {sentence}. No audit was performed.\n", error);
    }

    [Theory]
    [InlineData("", "Line 1, column 1, is not JSON")]
    [InlineData("example.com MX 10 mx1.example.com", "Line 1, column 1, is not JSON")]
    [InlineData("{\n\"example.com\": {\"status\": \"NXDOMAIN\"}", "Line 2, column 38, is not JSON")]
    [InlineData("[]", "An object with one member for each domain is expected")]
    [InlineData("""{"example.com": []}""", "The answer for example.com is not an object")]
    [InlineData("""{"example.com": {}}""", "The answer for example.com has no status")]
    [InlineData("""{"example.com": {"status": 0}}""", "\"status\" of example.com is not a text")]
    [InlineData("""{"example.com": {"status": "REFUSED\u001b[31m"}}""", "The status of example.com is none of NOERROR, NXDOMAIN, SERVFAIL and TIMEOUT")]
    [InlineData("""{"example.com": {"status": "NOERROR", "mx": {"preference": 10}}}""", "\"mx\" of example.com is not a list")]
    [InlineData("""{"example.com": {"status": "NOERROR", "mx": ["mx1.example.com"]}}""",
        "An MX of example.com has no preference (a number) or no exchange (a name)")]
    [InlineData("""{"example.com": {"status": "NOERROR", "mx": [{"preference": 65536, "exchange": "mx1.example.com"}]}}""",
        "An MX of example.com has no preference (a number) or no exchange (a name)")]
    [InlineData("""{"example.com": {"status": "NOERROR", "mx": [{"preference": 1e2, "exchange": null}]}}""",
        "An MX of example.com has no preference (a number) or no exchange (a name)")]
    [InlineData("""{"example.com": {"status": "NOERROR", "addresses": ["192.0.2.999"]}}""", "One of the addresses of example.com is no IP address")]
    [InlineData("""{"example.com": {"status": "NOERROR", "addresses": [[]]}}""", "One of the addresses of example.com is no IP address")]
    [InlineData("""{"example.com": {"status": "NOERROR"}, "EXAMPLE.com.": {"status": "NXDOMAIN"}}""", "It has example.com twice")]
    [InlineData("""{"example.com\u001b]0;x\u0007": {"status": "NOERROR"}}""",
        "It has a name that no domain has in DNS: letters, digits, hyphens and dots are expected")]
    [InlineData("""{"'; rm -rf $HOME; '": {"status": "NOERROR"}}""", "It has a name that no domain has in DNS: letters, digits, hyphens and dots are expected")]
    [InlineData("""{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1\n.example.com"}]}}""",
        "It has a name that no domain has in DNS: letters, digits, hyphens and dots are expected")]
    [InlineData("""{"example.com": {"status": "NXDOMAIN", "cname": "a b"}}""",
        "It has a name that no domain has in DNS: letters, digits, hyphens and dots are expected")]
    [InlineData("""{"example.com": {"status": "\ud800"}}""", "Some of its text is not UTF-8")]
    public void What_is_no_recording_is_refused(string text, string sentence)
    {
        Write("mx.json", text);
        IsRefused(sentence);
    }

    [Theory]
    [InlineData("{\"a.example\":")]
    [InlineData("[")]
    public void Depth_is_bounded(string opening)
    {
        Write("mx.json", string.Concat(Enumerable.Repeat(opening, 100_000)));
        var (status, output, error) = Screenless.Run("check", "--dns", Recording);
        Assert.Equal((3, ""), (status, output));
        Assert.Contains("is not JSON", error);
    }

    [Fact]
    public void Size_is_bounded()
    {
        using (var file = File.OpenWrite(Recording)) file.SetLength(50 << 20);
        IsRefused("It is larger than 16 MB");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_device_that_never_ends_is_left_alone() =>
        Assert.Contains("larger than 16 MB", Assert.Throws<InputException>(() => RecordedAnswers.OfFile("/dev/zero")).Message);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Contains("no recorded DNS answers",
            Assert.Throws<InputException>(() => RecordedAnswers.Of(
                [.. Encoding.UTF8.GetBytes("{\"example.com\": {\"status\": \""), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes("\"}}")], "mx.json")).Message);

    [Fact]
    public void Members_that_are_not_known_are_left_out() =>
        Assert.Equal("example.com: no MX, no address",
            Assert.Single(RecordedAnswers.Of("""{"example.com": {"status": "noerror", "asked_at": {"deep": [1]}, "mx": null}}"""u8, "mx.json").All).ToString());
}
