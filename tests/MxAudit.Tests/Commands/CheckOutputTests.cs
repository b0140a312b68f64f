using MxAudit.Commands;

namespace MxAudit.Tests.Commands;

public class CheckOutputTests
{
    [Theory]
    [InlineData("", null, "text")]
    [InlineData("", "sarif", "sarif")]
    [InlineData("a.json", null, "json")]
    [InlineData("a.XML", null, "junit")]
    [InlineData("a.log", null, "text")]
    [InlineData("a.txt", "json", "json")]
    [InlineData("- a.prom b.ndjson c", "nagios", "nagios prometheus ndjson nagios")]
    [InlineData("a.sarif b.txt", null, "sarif text")]
    public void A_format_is_asked_for_or_told_by_the_extension(string paths, string? asked, string formats) =>
        Assert.Equal(formats.Split(' '), CheckOutput.Of(paths.Split(' ', StringSplitOptions.RemoveEmptyEntries), asked).Select(output => output.Format));

    [Fact]
    public void A_place_is_named_once() => Assert.Throws<UsageException>(() => CheckOutput.Of(["a.json", "./a.json"], null));

    [Theory]
    [InlineData("check --format nagios --nope", true)]
    [InlineData("check mail.log --format=nagios", true)]
    [InlineData("check --format json", false)]
    [InlineData("check -- --format nagios", false)]
    [InlineData("export --format nagios", false)]
    public void Nagios_is_recognised_before_the_rest_is_read(string words, bool asked) => Assert.Equal(asked, CheckOutput.IsForNagios(words.Split(' ')));
}
