using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Tests.Config;

public class SmtpdTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8 [::1]/128
        relay_domains = example.com

        """;

    private const string Seed = Host + """
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    private static PostfixConfig Read(string main, params (string Name, string Text)[] tables) =>
        PostfixConfig.OfText(main, tables: tables.ToDictionary(table => table.Name, table => table.Text));

    private static SmtpdOutcome Ask(PostfixConfig config, string recipient = "ghost@example.com", ClientKind client = ClientKind.Stranger) =>
        config.OutcomeOf(config.PublicSmtpdServices[0], client, recipient);

    [Fact]
    public void Relaying_is_deferred_by_default_and_refused_where_that_is_said()
    {
        Assert.Equal(SmtpdVerdict.Deferred, Ask(Read(Host), "x@elsewhere.example").Verdict);
        Assert.Equal("defer_unauth_destination", Ask(Read(Host), "x@elsewhere.example").DecidedBy!.Restriction.Name);
        Assert.Equal(SmtpdVerdict.Refused,
            Ask(Read(Host + "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n"), "x@elsewhere.example").Verdict);
        Assert.Equal(SmtpdVerdict.Accepted, Ask(Read(Host), "x@elsewhere.example", ClientKind.TrustedClient).Verdict);
    }

    /// <summary>Recorded: what Postfix 3.7.11 answered to a stranger's mail to an unknown user, and to a foreign domain.</summary>
    [Theory]
    [InlineData("relay_recipient_maps = regexp:{{/./ x}}", SmtpdVerdict.Accepted, SmtpdVerdict.Deferred)]
    [InlineData("relay_recipient_maps = regexp:{{/^anna@/ x}, {/^bob@/ x}}", SmtpdVerdict.Refused, SmtpdVerdict.Deferred)]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_client_access cidr:{{0.0.0.0/0 OK}}, reject_unauth_destination",
        SmtpdVerdict.Accepted, SmtpdVerdict.Accepted)]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_client_access cidr:{{203.0.113.99/32 OK}}, reject_unauth_destination",
        SmtpdVerdict.Accepted, SmtpdVerdict.Refused)]
    [InlineData(
        "smtpd_delay_reject = no\nsmtpd_sender_restrictions = check_recipient_access inline:{example.com=REJECT}, reject_unlisted_recipient\nrelay_recipient_maps = static:x",
        SmtpdVerdict.Accepted, SmtpdVerdict.Deferred)]
    [InlineData("smtpd_sender_restrictions = check_recipient_access inline:{example.com=REJECT}", SmtpdVerdict.Refused, SmtpdVerdict.Deferred)]
    [InlineData("smtpd_delay_reject = no\nsmtpd_sender_restrictions = reject", SmtpdVerdict.Refused, SmtpdVerdict.Refused)]
    [InlineData("smtpd_recipient_restrictions = check_recipient_access inline:{example.com=DEFER_IF_PERMIT}", SmtpdVerdict.Deferred, SmtpdVerdict.Deferred)]
    [InlineData("smtpd_recipient_restrictions = warn_if_reject check_recipient_access inline:{example.com=reject}",
        SmtpdVerdict.Accepted, SmtpdVerdict.Deferred)]
    public void What_a_real_smtpd_answers(string lines, SmtpdVerdict unknownUser, SmtpdVerdict foreign) =>
        Assert.Equal((unknownUser, foreign), (Ask(Read(Host + lines + "\n")).Verdict, Ask(Read(Host + lines + "\n"), "eva@club.example").Verdict));

    [Fact]
    public void Without_delay_nobody_is_verified_before_there_is_a_recipient()
    {
        const string early = "smtpd_client_restrictions = reject_unverified_recipient\n";
        Assert.Equal(VerificationEffect.Full, Ask(Read(Host + early)).Verification);
        Assert.Equal(VerificationEffect.None, Ask(Read(Host + early + "smtpd_delay_reject = no\n")).Verification);
    }

    [Fact]
    public void Routing_operators_are_not_relayed_even_for_relay_domains() =>
        Assert.Equal(SmtpdVerdict.Deferred, Ask(Read(Host), "a%elsewhere.example@example.com").Verdict);

    [Theory]
    [InlineData("", VerificationEffect.Full)]
    [InlineData("address_verify_negative_cache = no", VerificationEffect.OnlyDefers)]
    [InlineData("unverified_recipient_defer_code = 250", VerificationEffect.AcceptsUnknown)]
    [InlineData("address_verify_negative_cache = no\nunverified_recipient_defer_code = 250", VerificationEffect.SwitchedOff)]
    [InlineData("unverified_recipient_reject_code = 250", VerificationEffect.SwitchedOff)]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, warn_if_reject reject_unverified_recipient", VerificationEffect.OnlyWarns)]
    [InlineData(
        "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service { inet:127.0.0.1:10023, timeout = 5s }, reject_unverified_recipient",
        VerificationEffect.Full)]
    [InlineData("smtpd_recipient_restrictions = permit_auth_destination, reject_unverified_recipient", VerificationEffect.None)]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, check_recipient_access ldap:/etc/postfix/l.cf, reject_unverified_recipient",
        VerificationEffect.Unknown)]
    [InlineData(
        "smtpd_restriction_classes = careful\ncareful = reject_unverified_recipient\nsmtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access inline:{example.com=careful}",
        VerificationEffect.Full)]
    public void Verification_is_worth_what_the_codes_make_of_it(string more, VerificationEffect expected) =>
        Assert.Equal(expected, Ask(Read(Seed + more + "\n")).Verification);

    [Fact]
    public void Trusted_clients_are_not_verified()
    {
        Assert.Equal(VerificationEffect.None, Ask(Read(Seed), client: ClientKind.TrustedClient).Verification);
        Assert.Equal(SmtpdVerdict.Accepted, Ask(Read(Seed), client: ClientKind.TrustedClient).Verdict);
    }

    [Fact]
    public void Foreign_recipients_are_verified_where_verification_comes_first()
    {
        const string wrong = Host
            + "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination\n";
        Assert.Equal(VerificationEffect.Full, Ask(Read(wrong), "x@elsewhere.example").Verification);
        Assert.Equal(VerificationEffect.None, Ask(Read(Seed), "x@elsewhere.example").Verification);
    }

    [Fact]
    public void Before_3_6_recipient_restrictions_come_first()
    {
        const string both =
            "myhostname = mx2.fallback.example\nrelay_domains = example.com\nsmtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions = reject_unverified_recipient\n";
        Assert.Equal(VerificationEffect.Full,
            Ask(PostfixConfig.OfText(both, hints: new ConfigHints { Version = new(3, 5) }), "x@elsewhere.example").Verification);
        Assert.Equal(VerificationEffect.None, Ask(Read("compatibility_level = 3.6\n" + both), "x@elsewhere.example").Verification);
        Assert.Equal(VerificationEffect.Full, Ask(Read("compatibility_level = 2\n" + both), "x@elsewhere.example").Verification);
    }

    [Fact]
    public void A_recipient_table_refuses_who_is_not_in_it_even_for_trusted_clients()
    {
        var config = Read(Host + "relay_recipient_maps = hash:/etc/postfix/relay_recipients\n",
            ("relay_recipients", "alice@example.com OK\n@wild.example.com OK\n"));
        Assert.Equal(SmtpdVerdict.Accepted, Ask(config, "Alice@example.com").Verdict);
        Assert.Equal(SmtpdVerdict.Refused, Ask(config).Verdict);
        Assert.Equal(SmtpdVerdict.Refused, Ask(config, client: ClientKind.TrustedClient).Verdict);
        Assert.Equal(SmtpdVerdict.Accepted, Ask(config, "any@wild.example.com").Verdict);
        Assert.Equal("smtpd_reject_unlisted_recipient", Ask(config).DecidedBy!.List);
    }

    [Theory]
    [InlineData("smtpd_reject_unlisted_recipient = no", SmtpdVerdict.Accepted)]
    [InlineData("unknown_relay_recipient_reject_code = 450", SmtpdVerdict.Deferred)]
    [InlineData("relay_recipient_maps = mysql:/etc/postfix/r.cf", SmtpdVerdict.Unknown)]
    [InlineData("receive_override_options = no_unknown_recipient_checks", SmtpdVerdict.Accepted)]
    [InlineData("soft_bounce = yes", SmtpdVerdict.Deferred)]
    public void The_recipient_table_can_be_switched_off(string more, SmtpdVerdict expected) =>
        Assert.Equal(expected,
            Ask(Read(Host + "relay_recipient_maps = hash:/etc/postfix/relay_recipients\n" + more + "\n",
                ("relay_recipients", "alice@example.com OK\n"))).Verdict);

    [Theory]
    [InlineData("permit_mynetworks, permit_mx_backup, reject_unauth_destination", SmtpdVerdict.Unknown)]
    [InlineData("check_policy_service unix:private/policy, reject_unauth_destination", SmtpdVerdict.Unknown)]
    [InlineData("check_sender_access inline:{partner.example=OK}, reject_unauth_destination", SmtpdVerdict.Unknown)]
    [InlineData("check_client_access inline:{192.0.2.1=OK}, reject_unauth_destination", SmtpdVerdict.Refused)]
    [InlineData("check_client_access static:OK, reject_unauth_destination", SmtpdVerdict.Accepted)]
    [InlineData("check_client_access cidr:/etc/postfix/all.cidr, reject_unauth_destination", SmtpdVerdict.Accepted)]
    [InlineData("permit", SmtpdVerdict.Accepted)]
    [InlineData("check_sender_access inline:{partner.example=REJECT}, reject_unauth_destination", SmtpdVerdict.Refused)]
    public void An_open_relay_is_what_nothing_certain_refuses(string restrictions, SmtpdVerdict expected) =>
        Assert.Equal(expected, Ask(Read(Host + $"smtpd_relay_restrictions = {restrictions}\n", ("all.cidr", "0.0.0.0/0 OK\n")), "x@elsewhere.example").Verdict);

    [Fact]
    public void Access_entries_decide_about_recipients()
    {
        var config = Read(Host + "smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/rcpt\n",
            ("rcpt", "banned@example.com REJECT no\nlater@example.com DEFER\nfull@example.com 452 full\nsub.example.com reject\npostmaster@ OK\n"));
        Assert.Equal(SmtpdVerdict.Refused, Ask(config, "banned@example.com").Verdict);
        Assert.Equal(SmtpdVerdict.Deferred, Ask(config, "later@example.com").Verdict);
        Assert.Equal(SmtpdVerdict.Deferred, Ask(config, "full@example.com").Verdict);
        Assert.Equal(SmtpdVerdict.Refused, Ask(config, "x@deep.sub.example.com").Verdict);
        Assert.Equal(SmtpdVerdict.Accepted, Ask(config, "postmaster@example.com").Verdict);
        Assert.Equal(new Place("rcpt", 1), Ask(config, "banned@example.com").DecidedBy!.Entry!.Place);
    }

    [Fact]
    public void Services_have_their_own_restrictions()
    {
        var config = PostfixConfig.OfText(Seed, """
            smtp      inet  n - y - 1 postscreen
            smtpd     pass  - - y - - smtpd
            127.0.0.1:10025 inet n - n - - smtpd
              -o smtpd_recipient_restrictions=permit_mynetworks,reject
              -o { mynetworks = 127.0.0.0/8 }
            submission inet n - y - - smtpd
              -o smtpd_recipient_restrictions=$mua_recipient_restrictions
              -o smtpd_sasl_auth_enable=yes
            relay     unix  - - y - - smtp
            """);
        Assert.Equal(["smtpd/pass"], config.PublicSmtpdServices.Select(service => service.Id));
        Assert.Equal(["permit_mynetworks", "reject"], config.RestrictionsOf("smtpd_recipient_restrictions", config.SmtpdServices[1]).Select(item => item.Name));
        Assert.Empty(config.RestrictionsOf("smtpd_recipient_restrictions", config.SmtpdServices[2]));
        Assert.Equal(SmtpdVerdict.Accepted, config.OutcomeOf(config.SmtpdServices[2], ClientKind.AuthenticatedClient, "x@elsewhere.example").Verdict);
        Assert.Equal(new Place("master.cf", 3), config.PlaceOf("mynetworks", config.SmtpdServices[1]));
    }

    [Fact]
    public void Words_that_Postfix_does_not_know_are_noticed()
    {
        var config = Read(Host + "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destinations, permit, reject\n");
        Assert.Equal(SmtpdVerdict.Deferred, Ask(config).Verdict);
        Assert.Contains(config.Remarks, remark => remark is { Kind: ConfigRemarkKind.UnknownRestriction, Subject: "reject_unauth_destinations" });
        Assert.Contains(config.Remarks, remark => remark is { Kind: ConfigRemarkKind.NeverReached, Subject: "reject" });
    }

    [Fact]
    public void Smtpd_does_not_run_without_a_relay_control()
    {
        Assert.True(Read(Host).HasRelayControl());
        Assert.False(Read(Host + "smtpd_relay_restrictions = permit_mynetworks\n").HasRelayControl());
    }
}
