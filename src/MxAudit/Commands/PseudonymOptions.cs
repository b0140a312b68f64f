using System.CommandLine;
using MxAudit.Tables;

namespace MxAudit.Commands;

/// <summary><c>--pseudonymise</c>: results with other names in them, which can be shown around.</summary>
internal sealed class PseudonymOptions
{
    private readonly Option<bool>? _wanted;
    private byte[]? _key;
    private readonly Option<string[]> _keepDomains = new("--keep-domain")
    {
        HelpName = "DOMAIN",
        Description = "Not this domain and what is below it (repeatable)",
    };
    private readonly Option<string> _keyFile = new("--pseudonym-key")
    {
        HelpName = "FILE",
        Description = "Key of the pseudonyms; made where it is not there; default: one for this user",
    };

    /// <param name="always">The verb has no other way.</param>
    public PseudonymOptions(Verb verb, bool always = false)
    {
        if (!always)
            verb.Options.Add(_wanted = new("--pseudonymise")
            {
                Description = "Write pseudonyms for addresses, hosts and networks, on standard error too; the same name has the same one",
            });
        verb.Options.Add(_keepDomains);
        verb.Options.Add(_keyFile);
        verb.Pseudonyms = this;
    }

    /// <summary>From here on words about the run have pseudonyms in them, if that was asked for.</summary>
    public void Begin(Terminal terminal, ParseResult parsed)
    {
        if (IsWanted(parsed)) terminal.Words.Begin(hosts => With(terminal, parsed, hosts));
    }

    /// <summary>A terminal whose results have pseudonyms in them, if that was asked for; else the same.</summary>
    public Terminal Veil(Terminal terminal, ParseResult parsed, AuditResult audit) =>
        Of(terminal, parsed, audit) is { } pseudonyms ? terminal with { Veil = stream => new PseudonymStream(stream, pseudonyms) } : terminal;

    /// <returns>Null: not asked for.</returns>
    public Pseudonyms? Of(Terminal terminal, ParseResult parsed, AuditResult audit) => IsWanted(parsed) ? With(terminal, parsed, HostsOf(audit)) : null;

    /// <summary>The names of the audited host, without their domains too.</summary>
    public static IEnumerable<string> HostsOf(AuditResult audit) =>
        audit.Log.Origins.Select(origin => origin.Host).Concat(audit.Config?.OwnNames ?? []).SelectMany(name => new[] { name, name.Split('.')[0] });

    private bool IsWanted(ParseResult parsed) => _wanted is null || parsed.GetValue(_wanted);

    private Pseudonyms With(Terminal terminal, ParseResult parsed, IEnumerable<string> hosts) =>
        new(_key ??= Key(terminal, parsed.GetValue(_keyFile)), parsed.GetValue(_keepDomains) ?? [], hosts);

    private static byte[] Key(Terminal terminal, string? named)
    {
        string? path = named ?? DefaultPath(terminal);
        try
        {
            if (path is not null && File.Exists(path))
                return File.ReadAllBytes(path) is { Length: >= KeyedHash.KeyLength } key ? key
                    : throw new UsageException($"{path}: the key of the pseudonyms has {KeyedHash.KeyLength} bytes at least.");
            byte[] made = NewKey();
            if (path is null) return made;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var toOwner = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) toOwner.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, toOwner);
            file.Write(made);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (named is not null) throw new UsageException($"--pseudonym-key {named}: {e.Message}");
            CommandLine.Say(terminal, $"the key of the pseudonyms can not be kept ({e.Message.TrimEnd('.')}): the next run will use other pseudonyms.");
            return NewKey();
        }
    }

    /// <summary>122 random bits of the kernel in each of the two, from its source for secrets; the platform's own generator would load OpenSSL.</summary>
    private static byte[] NewKey() => [.. Guid.NewGuid().ToByteArray().Zip(Guid.NewGuid().ToByteArray().Reverse(), (one, other) => (byte)(one ^ other))];

    private static string? DefaultPath(Terminal terminal) =>
        terminal.Environment("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "mxaudit", "pseudonym.key")
        : terminal.Environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache", "mxaudit", "pseudonym.key") : null;
}
