using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class ExplainTests
{
    private const string Prefix = "Nov 22 15:28:54 mx2 postfix/smtp[123]: "; // 39 columns

    [Theory]
    [InlineData(Prefix + "C0FFEE1: to=<56597@con", "column 62: expected the end of an address, \">\", found the end of the line")]
    [InlineData(Prefix + "C0FFEE1: to=<a@example.com>, relay=none, delay=1, dsn=4.4.1, status=unheard (x)",
        "column 108: expected a status such as sent, deferred or bounced, found \"unheard (x)\"")]
    [InlineData(Prefix + "C0FFEE1: to=<a@example.com>, relay=none, delay=1, dsn=9.4.1, status=sent (x)",
        "column 94: expected a dsn, found \"9.4.1, status=sent (x)\"")]
    [InlineData(Prefix + "C0FFEE1: to=<a@example.com>, relay=none, delay=x, dsn=4.4.1, status=sent (x)",
        "column 87: expected seconds, found \"x, dsn=4.4.1, status=sen\"")]
    [InlineData(Prefix + "C0FFEE1: to=<a@example.com>, relay=none, dsn=4.4.1, status=sent (x)",
        "column 69: expected a record with relay=, delay= and status=, found \"relay=none, dsn=4.4.1, s\"")]
    [InlineData("nonsense from postfix/smtp[1]: ", "column 1: expected a prefix, found \"nonsense from postfix/sm\"")]
    [InlineData("Nov 22 15:28:54 mx2 postfix/strange[1]: x", "column 21: expected the tag of a program of Postfix, found \"postfix/strange[1]: x\"")]
    public void An_explanation_names_column_and_expectation(string line, string explanation) => Assert.Equal(explanation, LineGrammar.Explain(line));

    [Fact]
    public void An_unknown_message_is_told_where_it_begins() =>
        Assert.StartsWith("column 40: expected ", LineGrammar.Explain(Prefix + "final"), StringComparison.Ordinal);

    [Fact]
    public void Each_sample_is_read_or_explained() =>
        Assert.All(Samples.Lines,
            line => Assert.Equal(LineGrammar.Read(line).Kind is EventKind.Unread or EventKind.NotPostfix or EventKind.RepeatedLast or EventKind.PutBack,
                LineGrammar.Explain(line).StartsWith("column", StringComparison.Ordinal)));

    [Fact]
    public void A_line_of_any_length_is_capped_before_it_is_parsed() =>
        Assert.Equal(EventKind.Delivery,
            LineGrammar.Read(Prefix + "C0FFEE1: to=<a@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (" + new string('(', 1_000_000)).Kind);
}
