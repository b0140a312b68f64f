using System.Text.RegularExpressions;
using MxAudit.Config;

namespace MxAudit.Rules;

/// <summary>Commands for a host with several Postfix instances: without the name of the one that is meant they ask and change the first one.</summary>
internal static partial class InstanceCommands
{
    public static Fix ForInstance(this Fix fix, PostfixConfig? config) => fix with { Command = Named(fix.Command, config) };

    /// <summary>The same text where there is one instance. Words about commands may stand around them.</summary>
    public static string Named(string commands, PostfixConfig? config)
    {
        if (config?.NamelessFolder is { } folder)
            return Control().Replace(Program().Replace(commands, $"$0 -c {ShellWord.Of(folder)}"), $"postfix -c {ShellWord.Of(folder)} ");
        if (NameOf(config) is not { Length: > 0 } name) return commands;
        string instance = $"postmulti -i {Postconf.Name(name)}";
        return Control().Replace(Program().Replace(commands, $"{instance} -x $0"), $"{instance} -p ");
    }

    /// <summary>Where this instance has its main.cf; tables of its own go there. postmulti(1) keeps an instance in the directory of its name.</summary>
    public static string FolderOf(PostfixConfig config) =>
        config.RunningFolder is { } folder ? folder
            : config.IsExplicit("config_directory") ? config.Expanded("config_directory").TrimEnd('/')
            : NameOf(config) is { Length: > 0 } name ? $"/etc/{name}"
            : "/etc/postfix";

    private static string NameOf(PostfixConfig? config) => config?.Expanded("multi_instance_name").Trim() ?? "";

    /// <summary>Not what has its instance already, nor a part of a path or a name.</summary>
    [GeneratedRegex(@"(?<![\w./-])(?<!-x )(?:postconf|postqueue|postsuper|postcat)(?![\w./-])", RegexOptions.CultureInvariant)]
    private static partial Regex Program();

    [GeneratedRegex(@"(?<![\w./-])postfix (?=(?:reload|stop|start|check|status|flush)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Control();
}
