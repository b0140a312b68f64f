namespace MxAudit.Log;

/// <summary>The tag <c>syslog_name/[service/]program[pid]</c>: which program wrote the line, and for which service.</summary>
internal static class Tag
{
    /// <summary>
    /// Programs beside Postfix that begin as its name, as <c>postfix-policyd: rcpt=1, greylist=new, …</c>. postfwd, a policy server, has programs of its
    /// own behind its name: <c>postfwd2/master[360]: Started server at pid 364</c>
    /// </summary>
    public static bool IsOfOther(ReadOnlySpan<byte> tag) =>
        tag.StartsWith("postfwd"u8) || tag.SequenceEqual("postfix-policyd"u8) || tag.SequenceEqual("postfix-tlspol"u8)
        || tag.SequenceEqual("postfix_exporter"u8);

    /// <summary>The program of a name; <see cref="Daemon.Unknown"/> when it is none of Postfix.</summary>
    public static Daemon DaemonOf(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4:
                if (name.SequenceEqual("smtp"u8)) return Daemon.Smtp;
                if (name.SequenceEqual("qmgr"u8)) return Daemon.Qmgr;
                if (name.SequenceEqual("lmtp"u8)) return Daemon.Lmtp;
                if (name.SequenceEqual("pipe"u8)) return Daemon.Pipe;
                break;
            case 5:
                if (name.SequenceEqual("smtpd"u8)) return Daemon.Smtpd;
                if (name.SequenceEqual("error"u8)) return Daemon.Error;
                if (name.SequenceEqual("local"u8)) return Daemon.Local;
                if (name.SequenceEqual("anvil"u8)) return Daemon.Anvil;
                if (name.SequenceEqual("flush"u8)) return Daemon.Flush;
                if (name.SequenceEqual("showq"u8)) return Daemon.Showq;
                if (name.SequenceEqual("spawn"u8)) return Daemon.Spawn;
                if (name.SequenceEqual("qmqpd"u8)) return Daemon.Qmqpd;
                if (name.SequenceEqual("oqmgr"u8) || name.SequenceEqual("nqmgr"u8)) return Daemon.Qmgr;
                break;
            case 6:
                if (name.SequenceEqual("bounce"u8)) return Daemon.Bounce;
                if (name.SequenceEqual("pickup"u8)) return Daemon.Pickup;
                if (name.SequenceEqual("verify"u8)) return Daemon.Verify;
                if (name.SequenceEqual("scache"u8)) return Daemon.Scache;
                if (name.SequenceEqual("master"u8)) return Daemon.Master;
                if (name.SequenceEqual("tlsmgr"u8)) return Daemon.Tlsmgr;
                if (name.SequenceEqual("script"u8)) return Daemon.Script;
                break;
            case 7:
                if (name.SequenceEqual("cleanup"u8)) return Daemon.Cleanup;
                if (name.SequenceEqual("virtual"u8)) return Daemon.Virtual;
                if (name.SequenceEqual("discard"u8)) return Daemon.Discard;
                if (name.SequenceEqual("dnsblog"u8)) return Daemon.Dnsblog;
                if (name.SequenceEqual("postlog"u8)) return Daemon.Other;
                if (name.SequenceEqual("postmap"u8)) return Daemon.Other;
                if (name.SequenceEqual("postfix"u8)) return Daemon.Script;
                break;
            case 8:
                if (name.SequenceEqual("tlsproxy"u8)) return Daemon.Tlsproxy;
                if (name.SequenceEqual("proxymap"u8)) return Daemon.Proxymap;
                if (name.SequenceEqual("postdrop"u8)) return Daemon.Postdrop;
                if (name.SequenceEqual("postlogd"u8)) return Daemon.Postlogd;
                if (name.SequenceEqual("sendmail"u8)) return Daemon.Sendmail;
                break;
            default:
                return LongName(name);
        }
        return Daemon.Unknown;
    }

    private static Daemon LongName(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("postscreen"u8)) return Daemon.Postscreen;
        if (name.SequenceEqual("postsuper"u8)) return Daemon.Postsuper;
        if (name.SequenceEqual("trivial-rewrite"u8)) return Daemon.TrivialRewrite;
        if (name.SequenceEqual("postqueue"u8)) return Daemon.Postqueue;
        if (name.SequenceEqual("proxywrite"u8)) return Daemon.Proxymap;
        if (name.SequenceEqual("postfix-script"u8)) return Daemon.Script;
        if (name.SequenceEqual("postalias"u8) || name.SequenceEqual("postmulti"u8) || name.SequenceEqual("postconf"u8) || name.SequenceEqual("post-install"u8)
            || name.SequenceEqual("postcat"u8) || name.SequenceEqual("postkick"u8) || name.SequenceEqual("postlock"u8) || name.SequenceEqual("posttls-finger"u8)
            || name.SequenceEqual("nbdb_reindexd"u8)) return Daemon.Other;
        return Daemon.Unknown;
    }
}
