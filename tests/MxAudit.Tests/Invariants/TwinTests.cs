using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>The same lines with classic and with ISO stamps.</summary>
public class TwinTests
{
    [Theory, InlineData("cleanup"), InlineData("filter"), InlineData("instances"), InlineData("loop"), InlineData("backscatter")]
    public void Classic_and_iso_stamps_tell_the_same(string name) => Assert.Equal(Read(name, "iso"), Read(name, "classic"));

    private static Story Read(string name, string form)
    {
        string path = Samples.PathOf($"{name}.{form}.log");
        return Samples.Read(File.Exists(path + ".1") ? [path, path + ".1"] : [path]);
    }
}
