using MxAudit.Config;

namespace MxAudit.Tests.Config;

public class SyntaxTests
{
    [Fact]
    public void Continuation_lines_join_and_comments_inside_a_value_do_not_end_it()
    {
        var config = PostfixConfig.OfText("relay_domains = example.com,\n# example.org,\n\n   example.net # not a comment\nmyhostname=mx2.example\n");
        Assert.Equal(["example.com", "example.net", "#", "not", "a", "comment"], config.List("relay_domains"));
        Assert.Equal(new Place("main.cf", 1), config.PlaceOf("relay_domains"));
        Assert.Equal(new Place("main.cf", 5), config.PlaceOf("myhostname"));
    }

    [Fact]
    public void Oddities_of_main_cf_are_noticed()
    {
        var config = PostfixConfig.OfText("  orphan = 1\nrelayhost = a\nrelayhost = b\nnonsense\nmaximal_queue_lifetime = soon\n");
        Assert.Equal("b", config.Value("relayhost"));
        Assert.Equal(TimeSpan.FromDays(5), config.Time("maximal_queue_lifetime"));
        Assert.Equal([ConfigRemarkKind.LeadingWhitespace, ConfigRemarkKind.OverridesEarlier, ConfigRemarkKind.MissingEquals, ConfigRemarkKind.BadValue],
            config.Remarks.Select(remark => remark.Kind));
    }

    [Theory]
    [InlineData("$a", "x")]
    [InlineData("${a}$(a)", "xx")]
    [InlineData("$$a", "$a")]
    [InlineData("${a?yes}${none?yes}", "yes")]
    [InlineData("${a:no}${none:no}", "no")]
    [InlineData("${a?{yes}:{no}} ${none?{yes}:{no}}", "yes no")]
    [InlineData("${none? {yes} : {n $a o}}", "n x o")]
    [InlineData("${{$a} == {x} ? {same} : {other}}", "same")]
    [InlineData("${{$a} != {x} ? {same} : {other}}", "other")]
    [InlineData("${{9} < {10} ? {number} : {text}}", "number")]
    [InlineData("${{3.10} <level {3.6} ? {less} : {more}}", "more")]
    [InlineData("${{$compatibility_level} <level {1} ? {old} : {new}}", "old")]
    [InlineData("${a?{${b?{deep}}}}", "deep")]
    [InlineData("${domain_to_ascii{b\u00fccher.$b}}", "xn--bcher-kva.x")]
    [InlineData("${domain_to_utf8{xn--bcher-kva.example}}", "b\u00fccher.example")]
    [InlineData("${domain_to_ascii{.$b.}}", ".x.")] // no domain
    [InlineData("${no_function{x}}", "")]
    [InlineData("$undefined.", ".")]
    public void Macros_are_expanded(string value, string expected) =>
        Assert.Equal(expected, PostfixConfig.OfText($"a = x\nb = $a\nvalue = {value}\n").Expanded("value"));

    [Fact]
    public void Options_of_master_cf_count_for_their_service_and_the_last_wins()
    {
        var config = PostfixConfig.OfText("smtp_fallback_relay = [isp.example]\n", """
            # comment
            relay unix - - n - - smtp -o smtp_fallback_relay=a
                -o smtp_fallback_relay=
                -o { syslog_name = postfix/$service_name } -v
            smtp unix - - n - - smtp
            nonsense
            """);
        var relay = config.Services.Single(service => service.Name == "relay");
        Assert.Equal("", config.ExpandedFor(relay, "smtp_fallback_relay"));
        Assert.True(config.IsExplicit("smtp_fallback_relay", relay));
        Assert.Equal("postfix/relay", config.ExpandedFor(relay, "syslog_name"));
        Assert.Equal("[isp.example]", config.ExpandedFor(config.Services.Single(service => service.Id == "smtp/unix"), "smtp_fallback_relay"));
        Assert.Contains(config.Remarks, remark => remark is { Kind: ConfigRemarkKind.BadService, Subject: "nonsense" });
    }

    [Fact]
    public void Overrides_reach_values_that_refer_to_them()
    {
        var config = PostfixConfig.OfText("mua_recipient_restrictions = reject\nsmtpd_recipient_restrictions = $mua_recipient_restrictions\n",
            "submission inet n - y - - smtpd -o mua_recipient_restrictions=permit\n");
        Assert.Equal("permit", config.ExpandedFor(config.Services[0], "smtpd_recipient_restrictions"));
        Assert.Equal("reject", config.Expanded("smtpd_recipient_restrictions"));
    }

    [Fact]
    public void An_option_uncommented_alone_is_noticed()
    {
        var config = PostfixConfig.OfText("",
            "smtp inet n - y - - smtpd\n#submission inet n - y - - smtpd\n#  -o syslog_name=postfix/submission\n  -o smtpd_reject_unlisted_recipient=no\n");
        var remark = Assert.Single(config.Remarks, remark => remark.Kind == ConfigRemarkKind.OptionsOfCommentedService);
        Assert.Equal(("smtp", new Place("master.cf", 4)), (remark.Subject, remark.Place));
        Assert.False(config.Bool("smtpd_reject_unlisted_recipient", config.Services[0]));
    }

    [Fact]
    public void Table_lines_have_quotes_and_faults()
    {
        var config = PostfixConfig.OfText("transport_maps = hash:/etc/postfix/transport", tables: new Dictionary<string, string>
        {
            ["transport"] = "\"a b@example.com\" relay:[one]\nEXAMPLE.com   relay:\n# no\nexample.com smtp:\nlonely\nkey: value\nlong\n  smtp:[x]\n",
        });
        var table = Assert.Single(config.TablesOf("transport_maps"));
        Assert.Equal(["\"a b@example.com\"", "example.com", "key:", "long"], table.Entries.Select(entry => entry.Key));
        Assert.Equal("smtp:[x]", table.Find("long").Entry!.Value);
        Assert.Equal([ConfigRemarkKind.TableLineWithoutValue, ConfigRemarkKind.TableKeyWithColon, ConfigRemarkKind.TableKeyTwice],
            table.Remarks.Select(remark => remark.Kind));
    }

    [Fact]
    public void A_table_of_aliases_is_read_as_newaliases_reads_it()
    {
        var config = PostfixConfig.OfText("alias_maps = hash:/etc/postfix/aliases\nlocal_recipient_maps = $alias_maps\n", tables: new Dictionary<string, string>
        {
            ["aliases"] = "postmaster:    root\n\"a b\": root\nteam : alice@example.com,\n  bob@example.net\n",
        });
        var table = Assert.Single(config.TablesOf("local_recipient_maps"));
        Assert.Equal(["postmaster", "a b", "team"], table.Entries.Select(entry => entry.Key));
        Assert.Equal("root", table.Find("postmaster").Entry!.Value);
        Assert.Empty(table.Remarks);
    }

    [Fact]
    public void Patterns_and_networks_are_tried_in_turn()
    {
        var config = PostfixConfig.OfText("a = pcre:/etc/postfix/p\nb = cidr:/etc/postfix/c\n", tables: new Dictionary<string, string>
        {
            ["p"] = "if /@example\\.com$/\n!/^alice@/ REJECT\nendif\n/^[[:digit:]]+@/ OK\n/(?=x)y/ DUNNO\n",
            ["c"] = "!192.0.2.0/24 elsewhere\n192.0.2.128/25 upper\n192.0.2.0/24 lower\n",
        });
        Assert.Equal("REJECT", config.TablesOf("a")[0].Find("Bob@EXAMPLE.com").Entry!.Value);
        Assert.Equal("OK", config.TablesOf("a")[0].Find("12@example.net").Entry!.Value);
        Assert.False(config.TablesOf("a")[0].Find("bob@example.net").IsKnown);
        Assert.Equal("upper", config.TablesOf("b")[0].Find("192.0.2.200").Entry!.Value);
        Assert.Equal("lower", config.TablesOf("b")[0].Find("192.0.2.1").Entry!.Value);
        Assert.Equal("elsewhere", config.TablesOf("b")[0].Find("203.0.113.1").Entry!.Value);
    }
}
