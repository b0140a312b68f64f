using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace MxAudit.Tests.LivePostfix;

/// <summary>A real Postfix in a folder of its own: a fallback MX for example.com, whose primary the test plays.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class FallbackMx : IDisposable
{
    private const string Postfix = "/usr/sbin/postfix";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mx-");
    private readonly IPEndPoint _smtpd = new(IPAddress.Loopback, FreePort());

    /// <summary>Why no Postfix can be started here; null: it can.</summary>
    public static string? Missing { get; } =
        !File.Exists(Postfix) ? "Postfix is not installed"
        : !Environment.IsPrivilegedProcess ? "Postfix is started by root only"
        : Here is null ? "this machine has no address but the loopback's, which is where content filters are"
        : null;

    /// <summary>An address of this machine that is not the loopback's.</summary>
    public static IPAddress? Here => NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    /// <param name="settings">Lines of main.cf that make this host what it is.</param>
    /// <param name="world">Where mail for all other domains goes.</param>
    public FallbackMx(MailServer primary, MailServer world, params string[] settings)
    {
        string[] mainCf =
        [
            "compatibility_level = 3.6", "myhostname = mx2.fallback.example", $"queue_directory = {Path("spool")}", $"data_directory = {Path("data")}",
            $"maillog_file = {Log}", $"maillog_file_prefixes = {System.IO.Path.GetTempPath().TrimEnd('/')}", "mail_owner = postfix", "setgid_group = postdrop",
            "mydestination =", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4", "mynetworks = 127.0.0.2/32",
            "smtpd_authorized_xclient_hosts = 127.0.0.1", "smtpd_peername_lookup = no", "smtp_dns_support_level = disabled", "alias_maps =", "alias_database =",
            "local_recipient_maps =", "relay_domains = example.com",
            $"transport_maps = inline:{{ {{ example.com = relay:[{primary.Address.Address}]:{primary.Address.Port} }} }}",
            $"default_transport = smtp:[{world.Address.Address}]:{world.Address.Port}", "minimal_backoff_time = 1s", "maximal_backoff_time = 1s",
            "queue_run_delay = 1s", .. settings,
        ];
        Directory.CreateDirectory(Etc);
        File.SetUnixFileMode(_folder.FullName,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.WriteAllLines(System.IO.Path.Combine(Etc, "main.cf"), mainCf);
        File.WriteAllLines(System.IO.Path.Combine(Etc, "master.cf"),
        [
            $"{_smtpd} inet n - n - - smtpd",
            "pickup unix n - n - 1 pickup", "qmgr unix n - n - 1 qmgr", "showq unix n - n - - showq", "flush unix n - n - 0 flush",
            "postlog unix-dgram n - n - 1 postlogd", "cleanup unix n - n - 0 cleanup", "rewrite unix - - n - - trivial-rewrite",
            "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp", "relay unix - - n - - smtp", "  -o syslog_name=postfix/relay",
            .. new[] { "scache", "anvil", "verify" }.Select(name => $"{name} unix - - n - 1 {name}"),
            .. new[] { "bounce", "defer", "trace" }.Select(name => $"{name} unix - - n - 0 bounce"),
            .. new[] { "error", "retry" }.Select(name => $"{name} unix - - n - - error"),
        ]);
        Directory.CreateDirectory(Path("spool"));
        Directory.CreateDirectory(Path("data"));
        Run("chown", "postfix", Path("data"));
        try { Run(Postfix, "-c", Etc, "start"); }
        catch (Exception e)
        {
            string last = File.Exists(Log) ? File.ReadLines(Log).Last() : e.Message;
            _folder.Delete(recursive: true);
            Assert.Skip($"Postfix does not start here: {last}");
        }
    }

    public string Log => Path("mail.log");

    /// <summary>By itself: Postfix wants root to own all that lies below it.</summary>
    private string Etc => Path("etc");

    public string Queue => Run("postqueue", "-c", Etc, "-j");

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>A stranger hands over one message.</summary>
    /// <returns>The reply to RCPT.</returns>
    public string Send(string sender, string recipient)
    {
        using var client = new TcpClient { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(_smtpd);
        using var stream = client.GetStream();
        using var replies = new StreamReader(stream, Encoding.ASCII);
        string Say(string? command)
        {
            if (command is not null) stream.Write(Encoding.ASCII.GetBytes(command + "\r\n"));
            while (true)
                if (replies.ReadLine() is var line && line is null or not ['2' or '3' or '4' or '5', _, _, '-', ..]) return line ?? "";
        }
        Say(null);
        Say("EHLO mail.partner.example");
        Say("XCLIENT ADDR=203.0.113.44 NAME=mail.partner.example");
        Say("EHLO mail.partner.example");
        Say($"MAIL FROM:<{sender}>");
        string reply = Say($"RCPT TO:<{recipient}>");
        if (reply.StartsWith('2'))
        {
            Say("DATA");
            Say("Subject: hello\r\n\r\nhello\r\n.");
        }
        Say("QUIT");
        return reply;
    }

    public void Flush() => Run("postqueue", "-c", Etc, "-f");

    /// <summary>Waits until the log says so; there is nobody who would tell.</summary>
    public void Until(Func<string, bool> says, string complaint)
    {
        for (var watch = Stopwatch.StartNew(); ; Thread.Sleep(100))
        {
            string log = File.Exists(Log) ? File.ReadAllText(Log) : "";
            if (says(log)) return;
            Assert.True(watch.Elapsed < Patience, $"{complaint}\n{log}");
        }
    }

    /// <summary>Waits until nothing is in the queue any more.</summary>
    public void UntilDelivered() => Until(_ => Queue.Length == 0, "Mail stays in the queue.");

    /// <summary>The whole host, as check sees it: log, configuration and queue.</summary>
    public AuditResult Audit()
    {
        File.WriteAllText(Path("queue.json"), Queue);
        return MxAudit.Audit.Run(new AuditRequest { Logs = [Log], Config = Etc, QueueFile = Path("queue.json") });
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaint = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', words)}: {complaint.Result}");
        return said;
    }

    public void Dispose()
    {
        try { Run(Postfix, "-c", Etc, "stop"); }
        finally { _folder.Delete(recursive: true); }
    }
}
