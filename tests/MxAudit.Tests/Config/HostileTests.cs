using System.Text;
using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Input;

namespace MxAudit.Tests.Config;

/// <summary>Whatever stands in a file, reading it ends soon, in a value or in a sentence.</summary>
public class HostileTests
{
    private const double MostWork = 1_000;
    private const long MostGarbage = 4L << 30;

    /// <summary>The work of some seconds, most of it garbage, is the most that a hostile value can ask for: expansion ends at so many steps.</summary>
    private static void Quickly(Action work)
    {
        double megabytes = Effort.InMegabytes(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostGarbage);
        }, MostWork);
        Assert.True(megabytes <= MostWork, $"It took as long as {megabytes:0} MB of noise.");
    }

    private static string ProblemOf(string main, string name)
    {
        var config = PostfixConfig.OfText(main);
        Assert.Equal("", config.Expanded(name));
        return Assert.Single(config.Remarks, remark => remark.Kind == ConfigRemarkKind.BadMacro).Text;
    }

    [Fact]
    public void A_cycle_is_a_sentence()
    {
        Assert.Equal("a can not be expanded: $a refers to itself.", ProblemOf("a = $a\n", "a").Replace("$b", "$a"));
        Assert.Contains("refers to itself", ProblemOf("a = $b\nb = x$c\nc = ${a?$a}\n", "a"));
    }

    [Fact]
    public void Values_that_double_and_double_again_are_a_sentence() => Quickly(() =>
    {
        string Doubling(string last) => string.Concat(Enumerable.Range(1, 59).Select(i => $"a{i} = $a{i - 1}$a{i - 1}\n").Prepend($"a0 = {last}\n"));
        Assert.Contains("beyond all measure", ProblemOf(Doubling("text"), "a59"));
        Assert.Equal("", PostfixConfig.OfText(Doubling("")).Expanded("a59"));
    });

    [Fact]
    public void Tables_of_tables_of_tables_end_somewhere() => Quickly(() =>
    {
        string spec = string.Concat(Enumerable.Repeat("unionmap:{", 20_000)) + "inline:{a=1}" + new string('}', 20_000);
        Assert.NotNull(Assert.Single(PostfixConfig.OfText($"transport_maps = {spec}\n").TablesOf("transport_maps")).WhyUnreadable);
    });

    [Theory]
    [InlineData("${a?{", "}}")]
    [InlineData("${", "}")]
    [InlineData("$(", ")")]
    [InlineData("{", "}")]
    [InlineData("${{", "} == {x} ? {a} : {b}}")]
    [InlineData("${a?{", "")]
    public void Ten_thousand_brackets_are_a_sentence(string open, string close) => Quickly(() =>
    {
        string value = string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000));
        var config = PostfixConfig.OfText($"a = x\nrelay_domains = {value}\nsmtpd_recipient_restrictions = {value}\n",
            $"smtp inet n - - - - smtpd -o {value}\n");
        config.Expanded("relay_domains");
        config.ClassOf("example.com");
        config.OutcomeOf(config.Services[0], ClientKind.Stranger, "x@example.com");
        Assert.Contains(config.Remarks, remark => remark.Kind == (open == "{" ? ConfigRemarkKind.UnknownRestriction : ConfigRemarkKind.BadMacro));
    });

    [Fact]
    public void Restriction_classes_may_not_call_each_other_for_ever() => Quickly(() =>
    {
        var config = PostfixConfig.OfText("smtpd_restriction_classes = a, b\na = b b b b b b b b\nb = a a a a a a a a\nsmtpd_recipient_restrictions = a, b\n");
        var outcome = config.OutcomeOf(config.Services[0], ClientKind.Stranger, "x@example.com");
        Assert.InRange(outcome.Steps.Count, 0, 1_000);
    });

    [Fact]
    public void A_file_of_fifty_megabytes_is_not_a_configuration()
    {
        using var folder = new TestFolder();
        foreach (string name in new[] { "main.cf", "postconf-n.txt" })
            using (var file = File.Create(folder.PathOf(name))) file.SetLength(50 << 20);
        Quickly(() => Assert.Contains("larger than", Assert.Throws<InputException>(() => ConfigSources.Read(folder.Path)).Message));
        Quickly(() => Assert.Contains("larger than 1 MB", Assert.Throws<InputException>(() => ConfigSources.Read(folder.PathOf("postconf-n.txt"))).Message));
    }

    [Fact]
    public void A_megabyte_in_one_value_is_read() => Quickly(() =>
    {
        string names = string.Join(", ", Enumerable.Range(0, 50_000).Select(i => $"d{i}.example"));
        var config = PostfixConfig.OfText($"relay_domains = {names}\n");
        Assert.Equal(DomainClass.Relay, config.ClassOf("d49999.example"));
        Assert.Equal(50_000, config.NamesIn("relay_domains").Count);
    });

    [Fact]
    public void Words_without_end_and_noise_do_no_harm() => Quickly(() =>
    {
        var random = new Random(7);
        const string alphabet = "ab=$#{}()?:, \n\t!/[]\"\\<>0";
        for (int i = 0; i < 500; i++)
        {
            var text = new StringBuilder("relay_domains = ");
            for (int j = random.Next(200); j > 0; j--) text.Append(alphabet[random.Next(alphabet.Length)]);
            var config = PostfixConfig.OfText($"{text}\ntransport_maps = hash:t pcre:t cidr:t\nmynetworks = {text}\n", text.ToString(),
                new Dictionary<string, string> { ["t"] = text.ToString() });
            config.ClassOf("example.com");
            config.RouteOf("x@example.com");
            _ = config.TrustedNetworks.Networks;
            Assert.All(config.Remarks, remark => Assert.NotEqual("", remark.Text));
        }
    });

    [Fact]
    public void Patterns_that_explode_elsewhere_do_not_here() => Quickly(() =>
    {
        var config = PostfixConfig.OfText("a = pcre:p\n",
            tables: new Dictionary<string, string> { ["p"] = "/^(a+)+$/ OK\n/^(([a-z])+.)+[A-Z]([a-z])+$/ OK\n" });
        Assert.False(config.TablesOf("a")[0].Find(new string('a', 5000) + "!").IsFound);
    });
}
