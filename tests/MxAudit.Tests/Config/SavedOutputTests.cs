using MxAudit.Config;
using MxAudit.Input;

namespace MxAudit.Tests.Config;

/// <summary>Outputs of postconf, saved one behind the other, as hosts are shown when somebody asks for help.</summary>
public sealed class SavedOutputTests : FolderTests
{
    private const string Set = """
        compatibility_level = 3.6
        inet_interfaces = all
        mydestination = $myhostname
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        transport_maps = hash:/etc/postfix/transport

        """;

    private const string Services = """
        smtp       inet  n       -       n       -       -       smtpd
            -o smtpd_client_restrictions=reject
        127.0.0.1:10025 inet n - n - - smtpd -o { smtpd_banner = a b }
        qmgr       unix  n       -       n       300     1       qmgr

        """;

    private static string Expanded => Set.Replace("$myhostname", "mx2.fallback.example");

    private PostfixConfig ConfigOf(string text) => ConfigSources.Read(Write("saved.txt", text)).Config!;

    [Theory]
    [InlineData(Set + Services)]
    [InlineData(Services + Set)]
    [InlineData("root@mx2:~# postconf -n\n" + Set + "root@mx2:~# postconf -Mf\n" + Services)]
    public void Services_behind_the_settings_are_those_of_the_host(string text)
    {
        var config = ConfigOf(text);
        Assert.True(config.MasterIsKnown);
        Assert.Equal(["smtp/inet", "127.0.0.1:10025/inet", "qmgr/unix"], config.Services.Select(service => service.Id));
        Assert.Equal("reject", config.Value("smtpd_client_restrictions", config.Services[0]));
        Assert.Equal("a b", config.Value("smtpd_banner", config.Services[1]));
        Assert.Equal(text.Split('\n').ToList().FindIndex(line => line.StartsWith("relay_domains", StringComparison.Ordinal)) + 1,
            config.PlaceOf("relay_domains")!.Value.Line);
        Assert.Equal(8, config.Settings.Count());
    }

    [Fact]
    public void Some_of_the_services_are_set_upon_the_stock_ones()
    {
        var config = ConfigOf(Set + "smtp inet n - n - - smtpd -o smtpd_client_restrictions=reject\n");
        Assert.False(config.MasterIsKnown);
        Assert.Contains(config.Services, service => service.Id == "relay/unix");
        Assert.Equal("reject", config.Value("smtpd_client_restrictions", config.Services.Single(service => service.Id == "smtp/inet")));
    }

    [Fact]
    public void Of_several_outputs_the_one_with_what_is_set_is_read()
    {
        string all = string.Join('\n', Set.Split('\n').Append("virtual_alias_maps = ").Where(line => line.Length > 0)).Replace("example.com", "example.org") + "\n";
        foreach (string text in new[] { Set + all, all + Set, all + Set + all, Set + Expanded, Expanded + Set })
        {
            var config = ConfigOf(text);
            Assert.Equal(("example.com", "$myhostname", 8), (config.Value("relay_domains"), config.Value("mydestination"), config.Settings.Count()));
            Assert.DoesNotContain(config.Oddities, oddity => oddity.Kind is ConfigRemarkKind.RepeatsEarlier or ConfigRemarkKind.OverridesEarlier);
        }
    }

    [Fact]
    public void A_main_cf_of_parts_that_somebody_sorted_is_read_as_a_whole()
    {
        string[] added = ["address_verify_map = btree:$data_directory/verify", "bounce_queue_lifetime = 5d", "delay_warning_time = 4h", "maximal_queue_lifetime = 30d",
            "relay_domains = example.net", "relay_recipient_maps = hash:/etc/postfix/relay", "smtpd_helo_required = yes", "transport_maps = hash:/etc/postfix/transport"];
        var config = ConfigOf(Set + "# relaying\n" + string.Join('\n', added) + "\n");
        Assert.Equal(("mx2.fallback.example", "30d", 14), (config.Value("myhostname"), config.Value("maximal_queue_lifetime"), config.Settings.Count()));
    }

    [Fact]
    public void Outputs_of_two_hosts_are_not_taken_for_one() =>
        Assert.Contains("several hosts (mx2.fallback.example, mx3.fallback.example)",
            Assert.Throws<InputException>(() => ConfigOf(Set + Set.Replace("mx2.", "mx3."))).Message);

    [Fact]
    public void The_mark_of_an_editor_is_not_of_Postfix()
    {
        Assert.Equal("3.6", ConfigOf("\uFEFF" + Set).Value("compatibility_level"));
        Assert.Equal("\uFEFFcompatibility_level", ConfigSources.Read(Write("main.cf", "\uFEFF" + Set)).Config!.Settings.First().Name); // it stands in the file
    }

    [Fact]
    public void A_main_cf_that_sets_something_twice_does_so() =>
        Assert.Equal([ConfigRemarkKind.OverridesEarlier], ConfigOf("compatibility_level = 3.6\nrelay_domains = example.com\nmydestination = x.example\nrelay_domains = example.org\n")
            .Oddities.Select(oddity => oddity.Kind));

    [Fact]
    public void Defaults_alone_are_no_configuration()
    {
        string[] defaults = [.. ParameterDefaults.ByName.Values.Select(one => $"{one.Name} = {one.In(PostfixVersion.Read("3.7.11")!.Value)}"), "mail_version = 3.7.11",
            .. Enumerable.Range(0, 600).Select(number => $"other{number} = ")];
        Assert.Contains("postconf -d prints them", Assert.Throws<InputException>(() => ConfigOf(string.Join('\n', defaults))).Message);
        string[] expanded = [.. defaults.Select(line => line.Split('$')[0].Replace("relayhost =", "relayhost = [192.0.2.1]"))];
        Assert.Contains("postconf -x prints them", Assert.Throws<InputException>(() => ConfigOf(string.Join('\n', expanded))).Message);
        string[] asSet = [.. defaults.Select(line => line.Replace("relayhost =", "relayhost = [192.0.2.1]"))];
        Assert.Equal("[192.0.2.1]", ConfigOf(string.Join('\n', asSet)).Value("relayhost"));
    }
}
