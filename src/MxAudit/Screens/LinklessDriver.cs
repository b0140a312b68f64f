using System.Text;
using System.Text.RegularExpressions;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;

namespace MxAudit.Screens;

/// <summary>The driver of the library, without links. It would make every URL in a log line one, and strangers would choose where it leads.</summary>
internal static class LinklessDriver
{
    public const string Name = DriverRegistry.Names.ANSI;

    /// <summary>In the place of the library's own: it knows no other names.</summary>
    public static void Register() =>
        DriverRegistry.Register(new DriverRegistry.DriverDescriptor(Name, Name, "ANSI without links", [PlatformID.Unix], () => new AnsiComponentFactory(null, new LinklessOutput(), null)));
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
