using System.Text;
using MxAudit.Input;

namespace MxAudit.Config;

/// <summary>A configuration, or the sentence that says why there is none: missing evidence.</summary>
public sealed record ConfigReading(PostfixConfig? Config, string? WhyNot)
{
    /// <summary>The one command that would help where there is none.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>What to know about a configuration that was read.</summary>
    public string? Note { get; init; }
}

/// <summary>What <c>--config live|DIR|FILE</c> stands for.</summary>
public static class ConfigSources
{
    /// <summary>A main.cf of a thousand domains has 20 kB.</summary>
    private const int LongestText = 1 << 20;

    /// <param name="source"><c>live</c>, a directory with main.cf, or a saved <c>postconf -n</c>.</param>
    /// <param name="instance">Which of several live ones; null: the first.</param>
    /// <exception cref="InputException">The directory or file that was named can not be read, or holds no configuration.</exception>
    public static ConfigReading Read(string source, ConfigHints? hints = null, HostPrograms? programs = null, string? instance = null)
    {
        hints ??= new ConfigHints();
        return source switch
        {
            "live" => OfHost(hints, programs ?? new HostPrograms(), instance),
            _ when Directory.Exists(source) => new ConfigReading(OfFolder(source, hints), null),
            _ => new ConfigReading(OfFile(source, hints), null),
        };
    }

    private static ConfigReading OfHost(ConfigHints hints, HostPrograms programs, string? instance)
    {
        var instances = PostfixInstance.Of(programs, instance);
        var (reading, read) = (new PostconfProgram(programs, instances[0]).Read(hints), instances[0]);
        if (reading.Config is null || instances.Count == 1) return reading;
        if (!IsReached(reading.Config))
            foreach (var other in instances.Skip(1))
                if (new PostconfProgram(programs, other).Read(hints) is { Config: { } config } found && IsReached(config))
                {
                    (reading, read) = (found, other);
                    break;
                }
        return reading with
        {
            Note = $"This host has {instances.Count} Postfix instances: {string.Join(", ", instances.Select(one => one.Name))}. The configuration is that of {read.Name}{(read == instances[0] ? "" : ", the first that other hosts reach")}; --instance names another.",
        };
    }

    /// <summary>The first instance often sends the mail of this host alone (MULTI_INSTANCE_README), and there is little to find in it.</summary>
    private static bool IsReached(PostfixConfig config) => config is { ListensToItselfOnly: false, PublicSmtpdServices.Count: > 0 };

    /// <param name="isRunning">Null: by its name. Only the running configuration's directory may name tables elsewhere.</param>
    internal static PostfixConfig OfFolder(string folder, ConfigHints hints, bool? isRunning = null)
    {
        var files = new ConfigFolder(folder, isRunning);
        string main = Path.Combine(folder, "main.cf"), master = Path.Combine(folder, "master.cf");
        if (!File.Exists(main))
            throw new InputException(
                $"{folder}: there is no main.cf in this directory. Name the directory that holds main.cf, or a file with the output of postconf -n.");
        var missing = new List<ConfigRemark>();
        string? services = File.Exists(master) ? TextIn(files, master) : null;
        if (services is null)
            missing.Add(NoMasterCf("There is no master.cf in the directory"));
        return new PostfixConfig(new ConfigParts
        {
            Source = folder,
            Main = new MainCf(TextIn(files, main), "main.cf"),
            MainFile = "main.cf",
            Folder = folder,
            Master = services is null ? null : new MasterCf(services, "master.cf"),
            Files = files,
            Hints = hints,
            Defaults = files.IsRunning ? DefaultsOf(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) : new Dictionary<string, Setting>(),
            Remarks = missing,
        });
    }

    private static PostfixConfig OfFile(string file, ConfigHints hints)
    {
        if (!File.Exists(file))
            throw new InputException(
                $"{file}: there is no such file or directory. --config takes live, none, a directory with main.cf, or a file with the output of postconf -n.");
        var saved = new SavedOutput(TextOf(file), file);
        var main = saved.Main;
        if (main.Settings.Count == 0) throw new InputException($"{file}: there is not one 'name = value' in it. It should be the output of postconf -n.");
        return new PostfixConfig(new ConfigParts
        {
            Source = Path.GetFileName(file),
            Folder = Path.GetDirectoryName(file),
            Main = main,
            Master = saved.Master,
            Overrides = saved.Overrides,
            Files = new ConfigTexts(new Dictionary<string, string>()),
            Hints = hints,
        });
    }

    /// <summary>Postfix sets config_directory to the directory that it reads, whatever it was built with.</summary>
    private static Dictionary<string, Setting> DefaultsOf(string folder) =>
        new(StringComparer.Ordinal) { ["config_directory"] = new("config_directory", folder, new Place(folder, 0)) };

    internal const string MainCf = "main.cf", MasterCf = "master.cf";

    internal static ConfigRemark NoMasterCf(string why) =>
        new(ConfigRemarkKind.TableNotRead, MasterCf, $"{why}: the services of the stock file are assumed.", null);

    private static string TextIn(ConfigFolder files, string path)
    {
        if (!files.MayRead(path))
            throw new InputException($"{path} leads out of its directory. Copy the file itself into the directory, or name the directory it leads to.");
        var (text, whyNot) = files.Read(path);
        if (text is null) throw new InputException($"{path} can not be read: {whyNot}.");
        return text.Length > LongestText ? throw TooLong(path) : text;
    }

    private static InputException TooLong(string path) =>
        new($"{path} is larger than {LongestText >> 20} MB, and no configuration of Postfix is. Is it the right file?");

    private static string TextOf(string path)
    {
        byte[] text = WholeFile.Read(path, LongestText) ?? throw TooLong(path);
        return text.Contains((byte)0) ? throw new InputException($"{path} is no text. It should be the output of postconf -n.") : Encoding.UTF8.GetString(text);
    }
}
