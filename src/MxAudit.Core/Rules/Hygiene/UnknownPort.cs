namespace MxAudit.Rules.Hygiene;

/// <summary><c>fatal: unknown service: smtp/tcp</c>: smtp(8) or lmtp(8) ended at a next hop, since nothing tells the number of its port.</summary>
internal static class UnknownPort
{
    private const string Said = "unknown service: ", Protocol = "/tcp";

    /// <summary>Names that stand in every /etc/services, where the program can read it. Since 3.6 Postfix knows them itself.</summary>
    private static readonly string[] Usual = ["smtp", "smtps", "submissions", "submission", "lmtp"];

    /// <summary>Null where it ended for something else.</summary>
    public static Fix? FixFor(string fatal)
    {
        if (!fatal.StartsWith(Said, StringComparison.Ordinal) || !fatal.EndsWith(Protocol, StringComparison.Ordinal)) return null;
        string name = fatal[Said.Length..].Length > Protocol.Length ? fatal[Said.Length..^Protocol.Length] : "";
        if (name.Length == 0) return null;
        if (name.Contains('/')) return OfSocket(name);
        return Usual.Contains(name) ? OfLostFile(name) : new($"No port is called {name}: write its number behind the next hop.", Places(name));
    }

    /// <summary>Read as HOST:PORT: smtp(8) knows no <c>unix:</c>, whatever the service is called in master.cf.</summary>
    private static Fix OfSocket(string path) =>
        new($"Only the command lmtp reaches a socket. Write lmtp:unix:{path} as the next hop, and let master.cf run lmtp, not smtp, for the service lmtp.",
            $"postconf -M lmtp/unix; {Places(path)}");

    private static Fix OfLostFile(string name) =>
        new($"The program finds no {name} in /etc/services. Where master.cf runs it in a chroot, it reads the copy in the queue directory.",
            $"grep -w {name} /etc/services && mkdir -p $(postconf -h queue_directory)/etc"
                + " && cp /etc/services $(postconf -h queue_directory)/etc/ && postfix reload");

    private static string Places(string text) => $"(postconf -n; postconf -P) | grep -F {ShellWord.Quoted(text)}";
}
