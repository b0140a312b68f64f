using MxAudit.Config;
using MxAudit.Input;
using MxAudit.Rules;
using MxAudit.Tests.Input;

namespace MxAudit.Tests.Config;

/// <summary>The directory that is read is config_directory, whatever Postfix was built with.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class InstanceFolderTests : FolderTests
{
    [Fact]
    public void Tables_of_an_instance_are_its_own()
    {
        Write("etc/main.cf", "relay_domains = hash:$config_directory/relay\n");
        Write("etc/relay", "example.com x\n");
        var config = ConfigSources.OfFolder(PathOf("etc"), new ConfigHints(), isRunning: true);
        Assert.Equal(PathOf("etc"), config.Expanded("config_directory"));
        Assert.Equal(DomainClass.Relay, config.ClassOf("example.com"));
        Assert.Equal("/etc/postfix", ConfigSources.OfFolder(PathOf("etc"), new ConfigHints()).Expanded("config_directory"));
    }

    [Fact]
    public void So_it_is_of_one_that_postconf_reads_and_a_master_cf_that_nobody_may_read_is_named()
    {
        Write("etc/main.cf", "relay_domains = hash:$config_directory/relay\n");
        Directory.CreateDirectory(PathOf("etc/master.cf")); // not even root reads that
        Script.Write(PathOf("postconf"), $$"""
            case "$*" in
            -n) echo 'relay_domains = hash:$config_directory/relay';;
            -d) echo 'config_directory = /etc/postfix';;
            "-h config_directory") echo {{Folder}}/etc;;
            esac
            """);
        var config = ConfigSources.Read("live", programs: new HostPrograms { Folders = [Folder] }).Config!;
        Assert.Equal(PathOf("etc") + "/relay", config.Expanded("relay_domains")["hash:".Length..]);
        using var audit = Audit.OfText(null, config: config);
        Assert.Contains("master.cf can not be read: the services of the stock file are assumed.", audit.Notes);
    }

    [Fact]
    public void What_a_copied_main_cf_says_of_its_directory_is_not_where_it_is()
    {
        Write("etc/main.cf", "config_directory = /etc/postfix\nrelay_domains = example.com\n");
        Write("etc/master.cf", "2525 inet n - n - - smtpd\n");
        var config = ConfigSources.OfFolder(PathOf("etc"), new ConfigHints(), isRunning: true);
        Assert.Equal($"postconf -c {PathOf("etc")} -n", InstanceCommands.Named("postconf -n", config));
        Assert.Equal(PathOf("etc"), InstanceCommands.FolderOf(config));
        Script.Write(PathOf("postmulti"), $"echo '-  -  y  /etc/postfix'\necho 'postfix-in  -  y  {PathOf("etc")}'");
        Script.Write(PathOf("postconf"), $$"""
            case "$*" in
            *-n) echo 'relay_domains = example.com';;
            *"-h config_directory") echo /etc/postfix;;
            esac
            """);
        var instance = ConfigSources.Read("live", instance: "postfix-in", programs: new HostPrograms { Folders = [Folder] }).Config!;
        Assert.Equal("2525/inet", Assert.Single(instance.Services).Id);
        Assert.Equal(PathOf("etc"), InstanceCommands.FolderOf(instance));
    }

    [Fact]
    public void The_log_is_where_the_running_Postfix_writes_it()
    {
        string log = Write("postfix.log", "x\n");
        Write("etc/main.cf", $"maillog_file = {log}\n");
        Assert.Equal(log, ConfigSources.OfFolder(PathOf("etc"), new ConfigHints(), isRunning: true).LogFile);
        Assert.Null(ConfigSources.OfFolder(PathOf("etc"), new ConfigHints()).LogFile);
        foreach (string none in new[] { "/dev/stdout", Folder, log + ".gone", Path.GetRelativePath(Environment.CurrentDirectory, log) })
        {
            Write("etc/main.cf", $"maillog_file = {none}\n");
            Assert.Null(ConfigSources.OfFolder(PathOf("etc"), new ConfigHints(), isRunning: true).LogFile);
        }
    }

    [Fact]
    public void Commands_name_the_directory_of_an_instance_without_name()
    {
        Write("etc/main.cf", "relay_domains = example.com\n");
        var config = ConfigSources.OfFolder(PathOf("etc"), new ConfigHints(), isRunning: true);
        Assert.Equal($"postconf -c {PathOf("etc")} -e 'a = b' && postfix -c {PathOf("etc")} reload", InstanceCommands.Named("postconf -e 'a = b' && postfix reload", config));
        Assert.Equal(PathOf("etc"), InstanceCommands.FolderOf(config));
        var copy = ConfigSources.OfFolder(PathOf("etc"), new ConfigHints());
        Assert.Equal("postconf -e 'a = b'", InstanceCommands.Named("postconf -e 'a = b'", copy));
    }
}
