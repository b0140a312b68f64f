using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Commands;
using MxAudit.Rules;
using MxAudit.Tests.Commands;
using MxAudit.Tests.Writers;
using MxAudit.Writers;

namespace MxAudit.Tests.Docs;

/// <summary>The manual pages are made from the tables that the program parses with.</summary>
public partial class ManPageTests
{
    private static readonly Command Root = CommandLine.Root();

    [Fact]
    public void The_manual_page_of_the_program_says_what_it_takes()
    {
        var page = Head("MXAUDIT", 1, "mxaudit", "audit a Postfix fallback MX");
        page.Append(".SH SYNOPSIS\n.B mxaudit\n.I VERB\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n")
            .Append(Text(Root.Description!))
            .Append("\nIt only reads: no queue, configuration or log is changed.\n");
        page.Append(".SH VERBS\n");
        foreach (var verb in Root.Subcommands.OfType<Verb>().Where(verb => !verb.Hidden))
        {
            page.Append($".SS {verb.Name}\n{Text(verb.Description!)}.\n");
            foreach (var argument in verb.Arguments)
                page.Append($".TP\n\\fI{Text(argument.HelpName ?? argument.Name)}\\fR\n{Text(argument.Description ?? "")}.\n");
            foreach (var option in verb.Options.Where(option => !option.Hidden)) page.Append($".TP\n{NameOf(option)}\n{Text(option.Description ?? "")}.\n");
            foreach (var (line, does) in verb.Examples) page.Append($".PP\n{Text(does)}:\n.PP\n.nf\n    {Text(line)}\n.fi\n");
        }
        page.Append(".SH OPTIONS OF EVERY VERB\n");
        foreach (var option in Root.Options.Where(option => option.Recursive)) page.Append($".TP\n{NameOf(option)}\n{Text(option.Description ?? "")}.\n");
        page.Append(".SH EXIT STATUS\n");
        foreach (var (status, means) in ExitStatusTests.Table) page.Append($".TP\n.B {status}\n{Text(means.Replace("`", ""))}.\n");
        page.Append(".SH FILES\n.TP\n.I /etc/mxaudit/config.toml\nSettings of this host.\n.TP\n.I $XDG_CONFIG_HOME/mxaudit/config.toml\nSettings of a user, else in ~/.config. See\n.BR mxaudit-config (5).\n");
        page.Append(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour unless \\-\\-color always.\n.TP\n.BI MXAUDIT_ OPTION\nA setting, as in a file.\n.SH SEE ALSO\n.BR mxaudit-config (5),\n.BR postqueue (1),\n.BR postconf (1)\n");
        Golden.Holds("docs/man/mxaudit.1", page.ToString());
    }

    [Fact]
    public void The_manual_page_of_the_settings_names_every_option()
    {
        var page = Head("MXAUDIT-CONFIG", 5, "mxaudit-config", "settings of mxaudit");
        page.Append(""".SH DESCRIPTION""" + "\n" + Text("""
            A file of settings is TOML. A key is the name of a long option without its dashes; it holds for every verb that has the option. In a table with the name of a verb, such as [check], it holds for that verb alone. The table [threshold] has limits of rules by id. An option that can be repeated takes a list. Inline tables are not used.
            """)
            + "\n.PP\n"
            + Text("From weak to strong: /etc/mxaudit/config.toml; $XDG_CONFIG_HOME/mxaudit/config.toml (else ~/.config/mxaudit/config.toml); variables such as MXAUDIT_FAIL_ON, several values parted by commas or blanks; the command line. The strongest wins. Limits of different rules are joined.")
            + "\n.PP\n"
            + Text("A file that can not be read, or names what is no option, is an error: the line is named, and no audit is performed. mxaudit VERB --dump-config shows what is set, and where.")
            + "\n.SH EXAMPLE\n.nf\n" + Text(Example.TrimEnd('\n')) + "\n.fi\n.SH SETTINGS\n");
        foreach (var option in Root.Subcommands
            .SelectMany(verb => verb.Options)
            .Where(Settings.IsSettable)
            .DistinctBy(option => option.Name)
            .OrderBy(option => option.Name, StringComparer.Ordinal))
        {
            string verbs = string.Join(", ", Root.Subcommands.Where(verb => verb.Options.Any(one => one.Name == option.Name)).Select(verb => verb.Name));
            page.Append($".TP\n\\fB{Text(option.Name[2..])}\\fR ({verbs}; {Settings.VariableOf(option)})\n{Text(option.Description ?? "")}.\n");
        }
        page.Append(".SH LIMITS\n");
        foreach (var rule in AllRules.InOrder.Select(rule => rule.Manual).Where(rule => rule.Limit is not null))
            page.Append($".TP\n\\fB{rule.Id}\\fR = \"{rule.Limit!.Written(rule.Limit.Default)}\"\n{Text(rule.Title)}: {Text(rule.Limit.Means)}.\n");
        page.Append(".SH EXCEPTIONS\n")
            .Append(Text("The file of --suppress has one table for each deliberate exception. rule and subject are those of the finding, as mxaudit check prints them: RULE title: subject. reason is for those who read it later. expires is the last day on which it holds; without it there is no end. From the day after the finding counts again."))
            .Append("\n.PP\n.nf\n" + Text(Exception.TrimEnd('\n')) + "\n.fi\n");
        page.Append(".SH SEE ALSO\n.BR mxaudit (1)\n");
        Golden.Holds("docs/man/mxaudit-config.5", page.ToString());
    }

    private const string Exception = """
        [[suppress]]
        rule = "QUE002"
        subject = "maximal_queue_lifetime"
        reason = "the customer wants three weeks"
        expires = 2027-01-31

        """;

    [Fact]
    public void The_exception_of_the_manual_page_is_one()
    {
        var today = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        using var audit = Audit.OfText(null, config: MxAudit.Config.PostfixConfig.OfText(
            MxAudit.Tests.Rules.FallbackHost.MainCf + "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nmaximal_queue_lifetime = 21d\n"));
        var finding = audit.Findings.Single(finding => finding.Rule.Id == "QUE002");
        Assert.Equal(FindingState.Suppressed, Suppressions.Of(System.Text.Encoding.UTF8.GetBytes(Exception), "s.toml").Judge(finding, today).State);
    }

    private const string Example = """
        own-name = ["mx2.fallback.example"]
        trusted-network = ["192.0.2.0/24", "2001:db8::/32"]

        [check]
        fail-on = "high"
        suppress = "/etc/mxaudit/exceptions.toml"

        [threshold]
        QUE005 = "12h"
        BKS002 = 5

        """;

    [Fact]
    public void The_example_of_the_manual_is_good()
    {
        using var folder = new TestFolder();
        var (status, output, error) = Screenless.RunIn(new Screenless.Surroundings { SystemSettings = folder.Write("config.toml", Example) },
            "check", "--dump-config");
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("fail-on = \"high\"", output);
    }

    [Theory]
    [InlineData("docs/man/mxaudit.1")]
    [InlineData("docs/man/mxaudit-config.5")]
    public void Man_can_set_the_page(string page)
    {
        var (status, said) = OtherProgram.Run("groff", File.ReadAllText(Golden.PathOf(page)), "-man", "-Tascii", "-ww", "-z");
        Assert.Equal((0, ""), (status, said));
    }

    private static StringBuilder Head(string title, int section, string name, string does) =>
        new StringBuilder($".\\\" Made from the tables of the program: MXAUDIT_ACCEPT=1 dotnet test writes this page.\n.TH {title} {section} \"\" \"mxaudit {CheckReport.Version}\" \"mxaudit\"\n.SH NAME\n{Text(name)} \\- {does}\n");

    private static string NameOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name).Select(name => $"\\fB{Text(name)}\\fR"));
        return option.HelpName is { Length: > 0 } value ? $"{names} \\fI{Text(value)}\\fR" : names;
    }

    /// <summary>Text as roff shows it: dashes are dashes, and no line begins a request.</summary>
    private static string Text(string text) => LineBegin().Replace(text.Replace("\\", "\\e").Replace("-", "\\-").Replace("…", "..."), "\\&$0");

    [GeneratedRegex("^[.']", RegexOptions.Multiline)]
    private static partial Regex LineBegin();
}
