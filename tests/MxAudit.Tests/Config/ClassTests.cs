using MxAudit.Config;

namespace MxAudit.Tests.Config;

public class ClassTests
{
    private static PostfixConfig Read(string main, params (string Name, string Text)[] tables) =>
        PostfixConfig.OfText("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\n" + main,
            tables: tables.ToDictionary(table => table.Name, table => table.Text));

    [Fact]
    public void A_relay_domain_covers_its_subdomains_unless_that_is_switched_off()
    {
        Assert.Equal(DomainClass.Relay, Read("relay_domains = example.com").ClassOf("x.example.com"));
        Assert.Equal(DomainClass.Default, Read("relay_domains = example.com").ClassOf("badexample.com"));
        var exact = Read("parent_domain_matches_subdomains = smtpd_access_maps\nrelay_domains = example.com, .example.net");
        Assert.Equal(DomainClass.Default, exact.ClassOf("x.example.com"));
        Assert.Equal(DomainClass.Relay, exact.ClassOf("x.example.net"));
        Assert.Equal(DomainClass.Default, exact.ClassOf("example.net"));
    }

    [Fact]
    public void Local_wins_over_relay_without_a_word()
    {
        var config = Read("mydestination = $myhostname, example.com\nrelay_domains = example.com\n");
        Assert.Equal(DomainClass.Local, config.ClassOf("Example.COM"));
        Assert.Equal(["mydestination", "relay_domains"], config.ClassesOf("example.com").Select(match => match.Parameter));
        Assert.Equal("example.com", Assert.Single(config.Overlaps).Domain);
        Assert.Empty(config.RelayDomains);
    }

    [Fact]
    public void A_bare_domain_in_virtual_alias_maps_is_a_virtual_alias_domain()
    {
        var config = Read("virtual_alias_maps = hash:/etc/postfix/virtual\nrelay_domains = example.org\n",
            ("virtual", "example.org anything\njoe@example.net x\n"));
        Assert.Equal(DomainClass.VirtualAlias, config.ClassOf("example.org"));
        Assert.Equal(DomainClass.Default, config.ClassOf("example.net"));
    }

    [Fact]
    public void A_list_may_be_a_table_or_a_file_and_have_exceptions()
    {
        var config = Read("relay_domains = !secret.example.com, /etc/postfix/domains, hash:/etc/postfix/relay\n", ("domains", "# ours\nexample.com\n"),
            ("relay", "example.net OK\n"));
        Assert.Equal(DomainClass.Relay, config.ClassOf("example.com"));
        Assert.Equal(DomainClass.Relay, config.ClassOf("sub.example.net"));
        Assert.Equal(DomainClass.Default, config.ClassOf("secret.example.com"));
        Assert.Equal(new Place("domains", 2), config.ClassesOf("example.com")[0].Place);
        Assert.Equal(["example.com", "example.net"], config.RelayDomains.Select(domain => domain.Name));
    }

    /// <summary>A rule must be able to name the domains of a host whose list is made of patterns.</summary>
    [Theory]
    [InlineData(@"/^example\.com$/ OK", "example.com")]
    [InlineData(@"/^Example\.COM$/ OK", "example.com")]
    [InlineData(@"/^(.*\.)?example\.com$/ OK", "example.com")]
    [InlineData(@"/(^|\.)example\.com$/ OK", "example.com")]
    [InlineData(@"/^mail-1\.example\.com$/ OK", "mail-1.example.com")]
    [InlineData(@"/^example\.(com|net)$/ OK", null)] // one of several
    [InlineData(@"/example\.com$/ OK", null)] // badexample.com too
    [InlineData(@"/^example\.com/ OK", null)]
    [InlineData(@"!/^example\.com$/ OK", null)] // any but this
    [InlineData(@"/^.*$/ OK", null)]
    [InlineData(@"/^com$/ OK", null)]
    [InlineData(@"/^\.example\.com$/ OK", null)] // no domain is called so
    public void A_pattern_that_spells_a_domain_names_it(string line, string? domain)
    {
        var config = Read("relay_domains = regexp:/etc/postfix/relay\n", ("relay", line + "\n"));
        Assert.Equal(domain, config.RelayDomains.SingleOrDefault()?.Name);
        if (domain is not null) Assert.Equal(new Place("relay", 1), config.RelayDomains[0].Place);
    }

    [Fact]
    public void What_may_be_in_an_unreadable_table_is_unknown()
    {
        var config = Read("relay_domains = example.com, mysql:/etc/postfix/relay.cf\n");
        Assert.Equal(DomainClass.Relay, config.ClassOf("example.com"));
        Assert.Equal(DomainClass.Unknown, config.ClassOf("example.net"));
        Assert.Equal(DomainClass.Local, config.ClassOf("mx2.fallback.example"));
        Assert.Contains(config.Remarks, remark => remark is { Kind: ConfigRemarkKind.TableNotRead, Subject: "mysql:/etc/postfix/relay.cf" });
    }

    [Fact]
    public void Old_defaults_relay_for_whatever_is_local()
    {
        var old = PostfixConfig.OfText("myhostname = mx2.fallback.example\nmydestination = example.com\n");
        Assert.Equal("example.com", old.Expanded("relay_domains"));
        Assert.Equal(["mydestination", "relay_domains"], old.ClassesOf("example.com").Select(match => match.Parameter));
    }
}
