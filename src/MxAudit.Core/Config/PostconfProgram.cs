using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using MxAudit.Input;
using MxAudit.Mail;

namespace MxAudit.Config;

/// <summary>The running Postfix's <c>postconf</c>: settings, services, defaults, table types, release.</summary>
/// <param name="instance">Null: the first one.</param>
public sealed class PostconfProgram(HostPrograms? programs, PostfixInstance? instance)
{
    private const string Begin = "The configuration can not be read: ";
    private readonly HostPrograms _programs = programs ?? new HostPrograms();

    internal ConfigReading Read(ConfigHints hints)
    {
        if (Ask("-n") is not { } said)
            return new ConfigReading(null,
                Begin + "there is no program postconf here. Copy the directory with main.cf, or save the output of postconf -n on the mail host, and name it with --config.")
            {
                Remedy = "postconf -n > postconf.txt   # on the mail host, then: --config postconf.txt",
            };
        if (said.Status is null)
            return new ConfigReading(null, $"{Begin}postconf gave no answer within {_programs.Patience.TotalSeconds:0.#} seconds.") { Remedy = "postconf -n" };
        string complaint = Encoding.UTF8.GetString(said.Complaint);
        if (said.Status != 0) return new ConfigReading(null, $"{Begin}postconf said: {Short(complaint)}") { Remedy = "postconf -n" };
        var main = new MainCf(Encoding.UTF8.GetString(said.Output), "postconf -n");
        foreach (string line in complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            main.Remarks.Add(new ConfigRemark(ConfigRemarkKind.PostconfComplaint, "postconf", Redaction.OfText(line), null));
        string directory = instance is { Folder.Length: > 0 } ? instance.Folder : Output("-h", "config_directory").Trim();
        var files = directory.Length > 0 ? new ConfigFolder(directory, isRunning: true) : (ConfigFiles)new ConfigTexts(new Dictionary<string, string>());
        var master = Services(files, directory);
        return new ConfigReading(new PostfixConfig(new ConfigParts
        {
            Source = string.Join(' ', ["postconf", .. instance?.Options ?? []]),
            Folder = directory,
            Main = WithPlaces(main, files, directory),
            Master = master,
            Overrides = new MainCf(Output("-P"), "postconf -P").Overrides,
            Files = files,
            Defaults = new Dictionary<string, Setting>(new MainCf(Output("-d"), "postconf -d").Settings, StringComparer.Ordinal)
            {
                // Postfix sets it to the directory that it reads, and -d tells the one that it was built with
                ["config_directory"] = new("config_directory", directory, new Place("postconf", 0)),
            },
            TableTypes = Output("-m").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } types
                ? types.ToHashSet() : null,
            Remarks = master is null && Path.Exists(Path.Combine(directory, ConfigSources.MasterCf)) ? [ConfigSources.NoMasterCf("master.cf can not be read")] : [],
            Hints = hints with
            {
                Version = PostfixVersion.Read(Output("-h", "mail_version")) ?? hints.Version,
                OwnAddresses = [.. hints.OwnAddresses, .. AddressesHere()],
            },
        }), null);
    }

    /// <summary>What <c>inet_interfaces = all</c> stands for. Private addresses are left out: behind NAT the world knows another one.</summary>
    private IEnumerable<string> AddressesHere() => !Output("-h", "inet_interfaces").Contains("all", StringComparison.Ordinal) ? [] :
        from device in NetworkInterface.GetAllNetworkInterfaces()
        from known in device.GetIPProperties().UnicastAddresses
        where known.Address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !Networks.IsPrivate(known.Address)
        select known.Address.ToString();

    /// <summary>postconf tells what holds; the file tells where it stands, and what is odd about it.</summary>
    private static MainCf WithPlaces(MainCf running, ConfigFiles files, string directory)
    {
        if (files.Read(Path.Combine(directory, "main.cf")).Text is not { } text) return running;
        var written = new MainCf(text, "main.cf");
        running.TakePlacesFrom(written);
        return running;
    }

    private MasterCf? Services(ConfigFiles files, string directory)
    {
        if (files.Read(Path.Combine(directory, "master.cf")).Text is { Length: > 0 } text) return new MasterCf(text, "master.cf");
        return Output("-M") is { Length: > 0 } entries ? new MasterCf(entries, "postconf -M") : null;
    }

    private string Output(params string[] arguments) => Ask(arguments) is { Status: 0 } said ? Encoding.UTF8.GetString(said.Output) : "";

    private ProgramAnswer? Ask(params string[] arguments) => _programs.Run("postconf", [.. instance?.Options ?? [], .. arguments]);

    private static string Short(string complaint)
    {
        string text = Redaction.OfText(complaint.ReplaceLineEndings(" ").Trim());
        return text.Length > 300 ? text[..300] + " …" : text;
    }
}
