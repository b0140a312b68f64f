namespace MxAudit.Benchmarks;

/// <summary>Process numbers of the daemons of which it does not matter which one wrote a line, and this host's probe sender.</summary>
static class Pids
{
    public const int Qmgr = 1207, Postscreen = 1311, Anvil = 1330, Pickup = 1206, Verify = 1333;

    public static byte[] DoubleBounce { get; } = "double-bounce@mx2.fallback.example"u8.ToArray();

    public static int Cleanup(Dice dice) => 50_010 + dice.Below(24);

    public static int Bounce(Dice dice) => 52_400 + dice.Below(12);

    public static int Delivery(Dice dice) => 61_020 + dice.Below(90);
}
