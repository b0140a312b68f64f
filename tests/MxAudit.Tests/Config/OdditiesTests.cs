using MxAudit.Config;

namespace MxAudit.Tests.Config;

public class OdditiesTests
{
    private static ConfigRemarkKind[] KindsIn(string main, string? master = null) => [.. PostfixConfig.OfText(main, master).Oddities.Select(remark => remark.Kind)];

    [Theory]
    [InlineData("relayhost = [mx1.example.com]\nrelayhost = [mx1.example.net]", ConfigRemarkKind.OverridesEarlier)]
    [InlineData("relayhost = [mx1.example.com]\nrelayhost = [mx1.example.com]", ConfigRemarkKind.RepeatsEarlier)]
    [InlineData("smtpd_helo_required = maybe", ConfigRemarkKind.BadValue)]
    [InlineData("maximal_queue_lifetime = 3 weeks", ConfigRemarkKind.BadValue)]
    [InlineData("maximal_queue_lifetime = 2000000000w", ConfigRemarkKind.BadValue)]
    [InlineData("unverified_recipient_reject_code = 55O", ConfigRemarkKind.BadValue)]
    [InlineData("relay_domains = example.com # those that we back up", ConfigRemarkKind.CommentInValue)]
    [InlineData("mynetworks = 127.0.0.0/8\n# the office\n  192.0.2.0/28 # and the shop", ConfigRemarkKind.CommentInValue)]
    [InlineData("smtpd_data_restrictions = reject_unauth_piplining", ConfigRemarkKind.UnknownRestriction)]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, permit, reject_unverified_recipient", ConfigRemarkKind.NeverReached)]
    public void What_nobody_asked_for_is_looked_at_too(string line, ConfigRemarkKind kind) => Assert.Equal([kind], KindsIn("compatibility_level = 3.6\n" + line));

    [Fact]
    public void Options_of_a_service_are_tried_like_those_of_main_cf() =>
        Assert.Equal([ConfigRemarkKind.BadValue], KindsIn("compatibility_level = 3.6", "smtp inet n - y - - smtpd -o smtpd_helo_required=maybe"));

    [Fact]
    public void A_level_of_compatibility_is_no_number_and_no_oddity() => Assert.Empty(KindsIn("compatibility_level = 3.6\nmaximal_queue_lifetime = 3W\nsmtpd_helo_required = Yes\naddress_verify_poll_count = ${stress?{1}:{5}}"));

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, warn_if_reject reject_unauth_destination", false)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit, reject_unauth_destination", false)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, strict\nsmtpd_restriction_classes = strict\nstrict = reject_unauth_destination", true)]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, defer_if_permit", true)]
    [InlineData("smtpd_relay_restrictions = strict\nsmtpd_restriction_classes = strict\nstrict = strict", false)]
    public void Relaying_is_decided_only_where_smtpd_thinks_so(string lines, bool isDecided)
    {
        var config = PostfixConfig.OfText("compatibility_level = 3.6\n" + lines);
        Assert.Equal(isDecided, config.HasRelayControl(config.PublicSmtpdServices[0]));
    }
}
