using MxAudit.Config;
using MxAudit.Config.Tables;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class TableNotUsable : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY008",
        Name = "table-not-usable",
        Title = "A lookup table is not compiled, is older than its text, or can not be opened",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Postfix does not read the text of a hash, btree, lmdb or cdb table but the file that postmap makes of it. Without that file
            mail is deferred with "Temporary lookup failure"; with an old one the last changes are not in effect, and nobody is
            told. Newer distributions have no Berkeley DB: there hash and btree can not be opened at all.
            """,
        Detects = """
            Postfix warned that a table can not be opened or looked up; or, from the configuration: the text is newer than the
            compiled file by more than a minute, the compiled file is not there (only where the running configuration is read), or
            postconf -m does not know the type. Medium for tables that decide neither about routes nor about recipients. A warning is
            left out where the configuration shows the table in order and compiled since. For a database or a directory on a server
            that answers again, and for a file that all mail of strangers needs and that was put back, low, or medium when it was
            silent for more than an hour: strangers' mail was accepted 15 minutes after the last warning, or ten messages of theirs
            since, where the table is asked about each; ten to relayed domains where it lists users, or may.
            """,
        Fix =
        [
            new("Compile the table, and again after every change of its text. A process that did not find it looks for it again after a reload only.",
                "postmap hash:/etc/postfix/transport && postfix reload"),
            new("A database or a directory has nothing to compile. Ask it what Postfix asks it: the error names the cause.",
                "postmap -q someone@example.com mysql:/etc/postfix/relay_domains.cf"),
            new("This Postfix has no tables of that type: install what adds it, which is postfix-TYPE on Debian, or write the table in a type that is there.",
                "postconf -m"),
        ],
        Fires = """
            Nov 22 10:00:02 mx2 postfix/trivial-rewrite[103]: warning: hash:/etc/postfix/transport is unavailable. open database /etc/postfix/transport.db: No such file or directory
            Nov 22 10:00:02 mx2 postfix/trivial-rewrite[103]: warning: hash:/etc/postfix/transport lookup error for "*"
            """,
        Quiet = """
            Nov 22 10:00:02 mx2 postfix/trivial-rewrite[103]: table hash:/etc/postfix/transport(0,lock|fold_fix) has changed -- restarting
            """,
        References =
        [
            "https://www.postfix.org/DATABASE_README.html",
            "https://www.postfix.org/postmap.1.html",
            "https://www.postfix.org/NON_BERKELEYDB_README.html",
        ],
    };

    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private static readonly string[] Deciding =
        ["transport_maps", "relay_domains", "relay_recipient_maps", "mydestination", "mynetworks", "virtual_alias_maps", "virtual_alias_domains",
            "virtual_mailbox_maps", "virtual_mailbox_domains", "sender_dependent_relayhost_maps", "local_recipient_maps"];

    /// <param name="Why">A clause about the table.</param>
    private sealed record Trouble(string Table, string Why, string Parameter, Proof[] Proofs, Remark[] Warned, string Command);

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Remark[] troubles = [.. evidence.MailIfAny.RemarksOf(RemarkKind.TableTrouble)];
        string[] names = [.. troubles.Select(remark => NameIn(remark.Subject)).Distinct()];
        var warned = troubles.ToLookup(remark => TableOf(NameIn(remark.Subject), names));
        NamedTable[] named = [.. evidence.Config?.NamedTables ?? []];
        var told = new HashSet<string>();
        foreach (var table in named)
        {
            Remark[] remarks = [.. warned[table.Table.Shown], .. warned[table.Table.Name], .. warned[table.Table.Name + Extension(table.Table.Type)]];
            if (remarks.Length > 0)
                told.UnionWith([table.Table.Shown, table.Table.Name, table.Table.Name + Extension(table.Table.Type), table.Table.Type, table.Parameter]);
            if (remarks.Length > 0) remarks = [.. remarks, .. warned[table.Parameter]];
            if (WhyOf(evidence.Configuration, table) is { } why)
                yield return ReportTable(evidence,
                    new Trouble(table.Table.Shown, why, table.Parameter, [Proof.FromConfigAt(evidence.Configuration, table.Parameter, table.Place)], remarks,
                        CommandFor(evidence.Configuration, table, evidence.Configuration.TableTypesAvailable?.Contains(table.Table.Type) == false)));
            else if (remarks.Length > 0 && !(table.Table.File?.Compiled > remarks.Max(remark => remark.Last)))
                yield return ReportTable(evidence,
                    new Trouble(table.Table.Shown, LacksType(table.Table.Type) ? WithoutType(table.Table.Type) : "could not be opened or looked up",
                        table.Parameter, [], remarks, CommandFor(evidence.Configuration, table, LacksType(table.Table.Type))));
        }
        foreach (var other in warned.Where(remarks =>
            remarks.Key.Length > 0 && !told.Contains(remarks.Key) && !warned.Any(table => table.Key.StartsWith(remarks.Key + ":", StringComparison.Ordinal))))
            yield return ReportTable(evidence, new Trouble(other.Key,
                LacksType(TypeOf(other.Key)) ? WithoutType(TypeOf(other.Key)) : "could not be opened or looked up", "", [], [.. other],
                LacksType(TypeOf(other.Key)) ? "" : IsAsked(other.Key) ? QuestionTo(other.Key)
                    : other.Key.Contains(":/", StringComparison.Ordinal) ? $"postmap {other.Key} && postfix reload"
                    : "postconf -m; postconf -n | grep :/"));

        // "unsupported dictionary type: mysql"; not where postconf -m has it by now
        bool LacksType(string type) => type.Length > 0 && warned[type].Any() && evidence.Config?.TableTypesAvailable?.Contains(type) != true;
    }

    private static string TypeOf(string table) => table.IndexOf(':') is > 0 and var colon ? table[..colon] : "";

    private static string WithoutType(string type) => $"has the type {type}, which this Postfix did not support";

    /// <summary>Null: nothing is wrong with it as far as can be seen.</summary>
    private static string? WhyOf(PostfixConfig config, NamedTable named)
    {
        if (config.TableTypesAvailable?.Contains(named.Table.Type) == false) return WithoutType(named.Table.Type);
        if (named.Table.File is not { NeedsCompiling: true } file) return null;
        if (file.Compiled is null) return config.IsRunning ? "was never compiled: there is no file that Postfix could read" : null;
        return file.Changed > file.Compiled + Slack
            ? $"was changed {Telling.Span(file.Changed - file.Compiled.Value)} after it was compiled: the changes are not in effect" : null;
    }

    /// <summary>Empty: there is nothing to compile nor to ask; the type is missing.</summary>
    private static string CommandFor(PostfixConfig config, NamedTable named, bool isGone)
    {
        if (isGone && IsAsked(named.Table.Shown)) return "";
        if (named.Table.Name is "/etc/aliases" && !isGone) return "newaliases";
        if (IsAsked(named.Table.Shown)) return QuestionTo(named.Table.Shown);
        string type = !isGone ? named.Table.Type : config.TableTypeForFixes != named.Table.Type ? config.TableTypeForFixes
            : named.Table.Type == "lmdb" ? "hash" : "lmdb";
        string compile = $"postmap {type}:{named.Table.Name}";
        return isGone && named.Place.Source.EndsWith("main.cf", StringComparison.Ordinal) && !config.Value(named.Parameter).Contains('\'')
            ? $"{(TableShelf.IsCompiled(type) ? $"{compile} && " : "")}{Postconf.Set(named.Parameter, config.Value(named.Parameter).Replace($"{named.Table.Type}:{named.Table.Name}", $"{type}:{named.Table.Name}"))}"
            : $"{compile} && postfix reload";
    }

    /// <summary>A database, a directory, a server, a list of patterns: nothing that postmap could compile.</summary>
    private static bool IsAsked(string table) => table.IndexOf(':') is > 0 and var colon && !TableShelf.IsCompiled(table[..colon]);

    private static string QuestionTo(string table) => $"postmap -q someone@example.com {table}";

    /// <summary><c>open database /etc/postfix/x.db</c> names the file, other texts the table.</summary>
    private static string NameIn(string subject)
    {
        subject = TableShelf.WithoutWrappers(subject);
        if (subject.StartsWith("open database ", StringComparison.Ordinal)) return subject["open database ".Length..].Split(' ')[0];
        string word = subject.Split(' ')[0];
        return word.Contains('/') ? word : subject;
    }

    /// <summary>Postfix names a table and its file in the same breath: <c>hash:/etc/postfix/x is unavailable. open database /etc/postfix/x.db: …</c></summary>
    private static string TableOf(string name, string[] all) =>
        name.StartsWith('/')
            ? all.FirstOrDefault(other => other.IndexOf(':') is > 0 and var colon && other[(colon + 1)..] + Extension(other[..colon]) == name) ?? name : name;

    private static string Extension(string type) => type switch { "hash" or "btree" => ".db", _ => "." + type };

    /// <summary>Of the deciding ones, those that smtpd asks whoever writes, and to whom.</summary>
    private static readonly string[] AskedForAll = ["transport_maps", "relay_domains", "mydestination", "virtual_alias_maps", "virtual_alias_domains",
        "virtual_mailbox_domains", "relay_recipient_maps"];

    private static readonly string[] OnServers = ["mysql", "pgsql", "ldap", "ldaps", "mongodb", "memcache", "tcp", "socketmap"];
    private const int ManyMails = 10;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(15), ShortTrouble = TimeSpan.FromHours(1);

    /// <summary>
    /// A server that was restarted, a file that was put back. Without such a table nothing is accepted of strangers, so
    /// what was accepted later shows that it can be asked.
    /// </summary>
    private static bool IsOver(Evidence evidence, Trouble trouble) =>
        trouble.Warned.Length > 0
        && (OnServers.Contains(NameIn(trouble.Table).Split(':')[0]) || (trouble.Proofs.Length == 0 && AskedForAll.Contains(trouble.Parameter)))
        && trouble.Warned.Max(remark => remark.Last) is var last
        && (evidence.MailIfAny.TookMailAfter(last + Quiet, ofStrangers: true)
            || (AskedForEachUser(trouble) ? RelayedSince(evidence.MailIfAny, last)
                : AskedForAll.Contains(trouble.Parameter) && evidence.MailIfAny.TookMailAfter(last, ofStrangers: true, fewest: ManyMails)));

    /// <summary>The list of users is asked about mail for relayed domains alone; without configuration any table may be it.</summary>
    private static bool AskedForEachUser(Trouble trouble) => trouble.Parameter is "" or "relay_recipient_maps";

    private static bool RelayedSince(MailHistory mail, DateTimeOffset? last) =>
        mail.Recipients.Where(recipient => recipient is { ByRelayService: true, FromStranger: true } && recipient.Message.AcceptedAt > last)
            .Take(ManyMails)
            .Count() == ManyMails;

    private static Severity SeverityOf(Evidence evidence, Trouble trouble, bool isDeciding) =>
        !IsOver(evidence, trouble) ? isDeciding ? Severity.High : Severity.Medium
            : trouble.Warned.Max(remark => remark.Last) - trouble.Warned.Min(remark => remark.First) > ShortTrouble ? Severity.Medium : Severity.Low;

    private Finding ReportTable(Evidence evidence, Trouble trouble)
    {
        var seen = Seen.Of(trouble.Warned, 3);
        bool isDeciding = trouble.Parameter.Length == 0
            || Deciding.Contains(trouble.Parameter)
            || trouble.Parameter.EndsWith("_restrictions", StringComparison.Ordinal)
            || trouble.Warned.Any(remark => remark.Subject == trouble.Parameter); // cleanup took no mail for it
        return Report(trouble.Table,
            Telling.Sentences($"{trouble.Table}{(trouble.Parameter.Length > 0 ? $" of {trouble.Parameter}" : "")} {trouble.Why}.",
                seen.Count > 0 ? $"Postfix warned {Telling.Count(seen.Count, "time")}." : ""),
            Seen.Stated(trouble.Proofs).And(seen), Confidence.Proven, SeverityOf(evidence, trouble, isDeciding),
            [trouble.Command.Length == 0 ? Manual.Fix[2] : Manual.Fix[IsAsked(trouble.Table) ? 1 : 0] with { Command = trouble.Command }]);
    }
}
