using System.Diagnostics;
using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Tests.Input;

namespace MxAudit.Tests.Config;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SourceTests : FolderTests
{
    private PostfixConfig ReadFolder() => ConfigSources.Read(PathOf("copy")).Config!;

    [Fact]
    public void A_copied_directory_finds_its_tables_by_base_name_in_itself_and_in_maps()
    {
        Write("copy/main.cf",
            "relayhost = [isp.example]\nrelay_domains = example.com\nmydestination =\ntransport_maps = hash:/etc/postfix/transport_maps\nrelay_recipient_maps = lmdb:$config_directory/recipients\n");
        Write("copy/maps/transport_maps", "example.com relay:\n");
        Write("copy/recipients", "alice@example.com x\n");
        var config = ReadFolder();
        Assert.Equal("example.com", config.RouteOf("alice@example.com").NextHop);
        Assert.Equal(new Place("maps/transport_maps", 1), config.RouteOf("alice@example.com").Place);
        Assert.False(config.IsListedRecipient("bob@example.com"));
        Assert.False(config.MasterIsKnown);
        Assert.True(config.TablesOf("transport_maps")[0].File!.NeedsCompiling);
    }

    [Theory]
    [InlineData("copy", "main.cf", "main.cf")]
    [InlineData("copy", "maps/transport_maps", "maps/transport_maps")]
    [InlineData("copy/main.cf", "main.cf", "main.cf")]
    [InlineData("copy", "postconf -P", null)]
    public void An_editor_finds_a_file_by_the_name_that_was_given(string named, string source, string? found)
    {
        Write("copy/main.cf", "relay_domains = example.com\n");
        Write("copy/maps/transport_maps", "example.com relay:\n");
        Assert.Equal(found is null ? source : PathOf("copy/" + found), ConfigSources.Read(PathOf(named)).Config!.PathOf(source));
    }

    [Fact]
    public void A_finding_about_the_configuration_begins_with_the_path_of_its_file()
    {
        Write("copy/main.cf", "compatibility_level = 3.6\nrelay_domains = example.com\nmynetworks = 0.0.0.0/0\n");
        using var audit = Audit.OfText(null, config: ReadFolder());
        var wide = audit.Only("REL001");
        Assert.Equal((PathOf("copy/main.cf"), 3L),
            new MxAudit.Writers.CheckReport(audit).PlaceOf(wide.Proofs[0]) is var (file, line, _) ? (file, line ?? 0) : default);
    }

    [Fact]
    public void Nothing_outside_the_directory_is_read()
    {
        string outside = Write("outside", "example.com relay:\n");
        Write("copy/main.cf",
            $"relay_domains = example.com\nmydestination = \ntransport_maps = hash:{outside}\nrecipient_canonical_maps = hash:{Folder}/copy/../outside\nrelay_recipient_maps = hash:link\ncanonical_maps = hash:maps/outside\n");
        File.CreateSymbolicLink(PathOf("copy/link"), outside);
        File.CreateSymbolicLink(PathOf("copy/maps"), Folder);
        var config = ReadFolder();
        Assert.False(config.RouteOf("x@example.com").IsKnown);
        Assert.Null(config.IsListedRecipient("x@example.com"));
        Assert.NotEmpty(config.TablesOf("canonical_maps")[0].WhyUnreadable!);
        Assert.Contains(config.UnreadTables, unread => unread.Table == "hash:link");
        Assert.Equal("example.com", ConfigSources.OfFolder(PathOf("copy"), new ConfigHints(), isRunning: true).RouteOf("x@example.com").NextHop);
    }

    [Fact]
    public void A_binary_is_no_configuration() =>
        Assert.Contains("is no text", Assert.Throws<InputException>(() => ConfigSources.Read(Write("program", "\u007fELF\0\0\nname = value\n"))).Message);

    [Fact]
    public void A_main_cf_that_leads_elsewhere_is_refused()
    {
        Directory.CreateDirectory(PathOf("copy"));
        File.CreateSymbolicLink(PathOf("copy/main.cf"), Write("main.cf", "a = b\n"));
        Assert.Contains("leads out of its directory", Assert.Throws<InputException>(ReadFolder).Message);
    }

    [Fact]
    public void A_saved_postconf_is_read_with_the_services_it_names_and_no_tables()
    {
        string file = Write("postconf-n.txt",
            "postconf: warning: /etc/postfix/main.cf: unused parameter: foo=bar\nrelay_domains = example.com\ntransport_maps = hash:/etc/postfix/transport\n127.0.0.1:10025/inet/smtpd_recipient_restrictions = reject\nrelay/unix/syslog_name = postfix/$service_name\n");
        var config = ConfigSources.Read(file).Config!;
        Assert.Equal(2, config.Settings.Count());
        Assert.Equal("reject", config.ExpandedFor(config.Services.Single(service => service.Id == "127.0.0.1:10025/inet"), "smtpd_recipient_restrictions"));
        Assert.Equal("smtp/inet", Assert.Single(config.PublicSmtpdServices).Id);
        Assert.False(config.RouteOf("x@example.com").IsKnown);
        Assert.Contains(config.Remarks, remark => remark.Kind == ConfigRemarkKind.PostconfComplaint);
    }

    [Fact]
    public void What_is_no_configuration_is_a_sentence()
    {
        Assert.Contains("no such file", Assert.Throws<InputException>(() => ConfigSources.Read(PathOf("nowhere"))).Message);
        Assert.Contains("no main.cf", Assert.Throws<InputException>(() => ConfigSources.Read(Folder)).Message);
        Assert.Contains("not one", Assert.Throws<InputException>(() => ConfigSources.Read(Write("prose.txt", "Hello.\nWorld.\n"))).Message);
    }

    [Fact]
    public void The_running_Postfix_is_asked()
    {
        Write("etc/main.cf", "# comment\nrelay_domains = example.com\n");
        Write("etc/master.cf", "smtp inet n - y - - smtpd\n");
        Script.Write(PathOf("postconf"), $$"""
            case "$*" in
            -n) echo 'relay_domains = example.com'; echo 'postconf: warning: unused parameter: foo=bar' >&2;;
            -d) echo 'mynetworks = 127.0.0.0/8 192.0.2.0/24'; echo 'myhostname = mx2.fallback.example'; echo 'default_database_type = lmdb';;
            -m) echo lmdb; echo texthash;;
            "-h mail_version") echo 3.11.6;;
            "-h config_directory") echo {{Folder}}/etc;;
            esac
            """);
        var config = ConfigSources.Read("live", programs: new HostPrograms { Folders = [Folder] }).Config!;
        Assert.Equal((new PostfixVersion(3, 11, 6), false), (config.Version, config.VersionAssumed));
        Assert.Equal(new Place("main.cf", 2), config.PlaceOf("relay_domains"));
        Assert.Equal("mx2.fallback.example", Assert.Single(config.OwnNames));
        Assert.Contains(config.TrustedNetworks.Networks, network => network.Contains(System.Net.IPAddress.Parse("192.0.2.9")));
        Assert.Equal("lmdb", config.TableTypeForFixes);
        Assert.True(config.MasterIsKnown);
        Assert.Contains(config.Remarks, remark => remark.Kind == ConfigRemarkKind.PostconfComplaint);
    }

    [Fact]
    public void A_missing_or_silent_postconf_is_a_sentence()
    {
        Assert.Contains("no program", ConfigSources.Read("live", programs: new HostPrograms { Folders = ["/nowhere"] }).WhyNot);
        Script.Write(PathOf("postconf"), "exec sleep 60");
        var clock = Stopwatch.StartNew();
        Assert.Contains("no answer",
            ConfigSources.Read("live", programs: new HostPrograms { Folders = [Folder], Patience = TimeSpan.FromSeconds(0.5) }).WhyNot);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Of_several_instances_one_is_asked_and_the_others_are_named()
    {
        Write("etc/main.cf", "relay_domains = example.org\n");
        Script.Write(PathOf("postmulti"), "echo '-  -  y  /etc/postfix'\necho 'postfix-out  -  y  /etc/postfix-out'");
        Script.Write(PathOf("postconf"), $$"""
            case "$*" in
            -n) echo 'relay_domains = example.com';;
            "-c /etc/postfix-out -n") echo 'relay_domains = example.org';;
            "-c /etc/postfix-out -h config_directory") echo {{Folder}}/etc;;
            esac
            """);
        var programs = new HostPrograms { Folders = [Folder] };
        var first = ConfigSources.Read("live", programs: programs);
        Assert.Equal(("example.com", "postconf"), (first.Config!.Expanded("relay_domains"), first.Config.Source));
        Assert.Equal("This host has 2 Postfix instances: postfix, postfix-out. The configuration is that of postfix; --instance names another.", first.Note);
        var other = ConfigSources.Read("live", programs: programs, instance: "postfix-out");
        Assert.Equal(("example.org", "postconf -c /etc/postfix-out", null), (other.Config!.Expanded("relay_domains"), other.Config.Source, other.Note));
    }

    [Fact]
    public void Of_several_instances_the_first_that_others_reach_is_asked()
    {
        Script.Write(PathOf("postmulti"), "echo '-  -  y  /etc/postfix'\necho 'postfix-out  -  y  /etc/postfix-out'\necho 'postfix-in  -  y  /etc/postfix-in'");
        Script.Write(PathOf("postconf"), $$"""
            case "$*" in
            -n) echo 'inet_interfaces = loopback-only';;
            "-c /etc/postfix-out -n") echo 'master_service_disable = inet';;
            "-c /etc/postfix-in -n") echo 'relay_domains = example.org';;
            esac
            """);
        var reading = ConfigSources.Read("live", programs: new HostPrograms { Folders = [Folder] });
        Assert.Equal(("example.org", "postconf -c /etc/postfix-in"), (reading.Config!.Expanded("relay_domains"), reading.Config.Source));
        Assert.Contains("The configuration is that of postfix-in, the first that other hosts reach;", reading.Note);
    }

    [Theory]
    [InlineData("inet", "unix")]
    [InlineData("smtp/inet", "inet unix")]
    [InlineData("!smtp/inet, inet", "inet unix")]
    [InlineData("SMTP.inet", "inet unix")] // match_service of 3.7.11, asked for each of these
    [InlineData("INET", "unix")]
    [InlineData("!!inet", "unix")]
    [InlineData("!smtp.inet, inet", "inet unix")]
    [InlineData("all", "inet inet unix")]
    [InlineData("inet unix", "")]
    [InlineData("", "inet inet unix")]
    public void A_service_that_master_does_not_start_is_none(string disabled, string types) =>
        Assert.Equal(types, string.Join(' ', PostfixConfig.OfText($"master_service_disable = {disabled}\n",
            "smtp inet n - n - - smtpd\n2525 inet n - n - - smtpd\nrelay unix - - n - - smtp\n").Services.Select(service => service.Type)));

    [Theory]
    [InlineData("smtp_sasl_password_maps", "static:joe:hunter2")]
    [InlineData("smtp_sasl_password_maps", "proxy:static:joe:hunter2")]
    [InlineData("smtp_sasl_password_maps", "debug:static:joe:hunter2")]
    [InlineData("smtp_sasl_password_maps", "inline:{[isp.example]=joe:hunter2}")]
    [InlineData("virtual_alias_maps", "mysql:{ user = postfix, password = hunter2 }")]
    [InlineData("virtual_alias_maps", "ldap://cn=postfix:hunter2@ldap.example/")]
    [InlineData("ldap_bind_pw", "hunter2")]
    [InlineData("my_mysql_password", "hunter2")]
    public void Secrets_are_not_shown(string name, string value)
    {
        var config = PostfixConfig.OfText($"{name} = {value}\n");
        Assert.DoesNotContain("hunter2", config.Shown(name));
        _ = config.TablesOf(name);
        Assert.DoesNotContain(config.Remarks, remark => remark.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_secret_is_shown()
    {
        Assert.Equal("smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
            PostfixConfig.OfText("smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\n").Shown("smtp_sasl_password_maps"));
        Assert.Equal("relayhost = [isp.example]:587", PostfixConfig.OfText("relayhost = [isp.example]:587\n").Shown("relayhost"));
    }
}
