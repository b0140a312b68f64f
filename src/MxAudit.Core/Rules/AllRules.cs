using MxAudit.Rules.Backscatter;
using MxAudit.Rules.Dns;
using MxAudit.Rules.Hygiene;
using MxAudit.Rules.Loops;
using MxAudit.Rules.OpenRelay;
using MxAudit.Rules.Queue;
using MxAudit.Rules.RelayDomains;
using MxAudit.Rules.Verification;

namespace MxAudit.Rules;

/// <summary>Every rule, in the order of the manual. A test proves that none is forgotten.</summary>
public static class AllRules
{
    public static IReadOnlyList<Rule> InOrder { get; } =
    [
        new NoticeToStranger(),
        new BackscatterRate(),
        new UndeliverableBounces(),
        new BouncesAfterOutage(),
        new ContentRefusedAfterAcceptance(),
        new DelayNoticeToStranger(),
        new ExpiredMailReturned(),
        new NoRecipientValidation(),
        new EveryRecipientListed(),
        new UnknownLocalUsersAccepted(),
        new PrimaryRefusesThisHost(),
        new SizeLimitAbovePrimary(),
        new CapabilityMissingAtPrimary(),
        new RecipientListOutdated(),

        new MailLoopsBack(),
        new BestMxIsThisHost(),
        new OwnAddressUnknown(),
        new NextHopWithoutLoopDetection(),
        new FallbackRelayForRelayedMail(),
        new BestMxDeliveredHere(),
        new HopLimitReached(),
        new RelayhostReturnsHere(),

        new ForgottenRelayDomain(),
        new RelayedDomainInMydestination(),
        new DomainInTwoClasses(),
        new UnknownSubdomainsAccepted(),
        new SubdomainsWithoutTransport(),
        new RelayhostTakesRelayedMail(),
        new TransportMissing(),
        new TableNotUsable(),
        new TransportValueMisleads(),
        new RelayDomainsTooBroad(),
        new TemporaryRelayRefusal(),

        new NegativeCacheOff(),
        new VerificationSwitchedOff(),
        new UnverifiedAccepted(),
        new KnownBadAccepted(),
        new KnownBadDeferred(),
        new IllegalTempfailAction(),
        new ProbesThroughRelayhost(),
        new ProbesRefusedForThisHost(),
        new ProbeStorm(),
        new SlowVerification(),
        new VolatileVerificationCache(),
        new LateRecipientRefusal(),
        new PositiveCacheTooShort(),
        new CalloutsForStrangers(),
        new SenderCallouts(),
        new NewRecipientsRefusedInOutage(),
        new VerificationOnlyWarns(),

        new LifetimeTooShort(),
        new JunkLivesLong(),
        new NextHopDown(),
        new QueueNotDrained(),
        new MailNearExpiry(),
        new ActiveQueueFull(),
        new MailHeld(),
        new QueueDiskFull(),
        new CorruptQueueFile(),

        new TrustedNetworksTooWide(),
        new TrustedClientsUnverified(),
        new NoRelayControl(),
        new RelayingByMxRecord(),
        new ThirdPartyRelaying(),

        new BackwardsCompatibleDefaults(),
        new ConfigurationWarnings(),
        new HeloMustResolve(),
        new SoftBounceLeftOn(),
        new PermanentUnknownAddress(),
        new ShortQueueIds(),
        new NoJunkFilter(),
        new SmtpdDoesNotStart(),
        new BlockListInError(),

        new StaleRelayDomain(),
        new BetterMxUnresolvable(),
        new HostNotInDns(),
        new ZoneDoesNotAnswer(),
        new DeadRelayDomain(),
    ];

    /// <summary>The rule with this id, in any case; null when there is none.</summary>
    public static Rule? Find(string id) => InOrder.FirstOrDefault(rule => rule.Manual.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
