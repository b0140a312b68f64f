using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Time;

namespace MxAudit.Screens;

/// <summary>The driver of the library, without links. It would make every URL in a log line one, and strangers would choose where it leads.</summary>
internal static class LinklessDriver
{
    /// <summary>Not yet initialised. The library takes a driver of one's own only through a constructor that it keeps to itself.</summary>
    public static IApplication Application(ITimeProvider? time = null) =>
        (IApplication)Make(new AnsiComponentFactory(null, new LinklessOutput(), null), time ?? new SystemTimeProvider());

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Terminal.Gui.App.ApplicationImpl, Terminal.Gui")]
    private static extern object Make(IComponentFactory factory, ITimeProvider time);
}

/// <summary>Takes OSC 8 out of everything that goes to the terminal; the text of the link stays.</summary>
internal sealed partial class LinklessOutput() : AnsiOutput(AppModel.FullScreen)
{
    protected override void Write(StringBuilder output)
    {
        string text = output.ToString();
        if (text.Contains("\x1b]8;", StringComparison.Ordinal)) output = new StringBuilder(WithoutLinks(text));
        base.Write(output);
    }

    internal static string WithoutLinks(string text) => Link().Replace(text, "");

    [GeneratedRegex(@"\x1b\]8;[^\x07\x1b]*(\x07|\x1b\\)")]
    private static partial Regex Link();
}
