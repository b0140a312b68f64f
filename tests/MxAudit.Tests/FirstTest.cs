namespace MxAudit.Tests; public class FirstTest { [Fact] public void True_is_true() => Assert.Equal(2, 1 + 1); }
