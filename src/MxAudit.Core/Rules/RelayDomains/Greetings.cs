using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

/// <summary>How clients that were refused call themselves.</summary>
internal static class Greetings
{
    /// <summary>Replies are read again from the log.</summary>
    private const int MostRead = 500;

    /// <summary>
    /// Two clients at least greeted with a full name, as mail servers do. Who tries whether a host relays seldom has one, even where the
    /// provider gave one to the address: <c>win-4711</c>, <c>User</c>, <c>[203.0.113.44]</c>.
    /// </summary>
    public static bool ComeFromServers(Reject[] denied) =>
        denied.Where(reject => reject.ClientHasName).Take(MostRead).Where(reject => IsFullName(reject.Detail.Helo))
            .Select(reject => reject.ClientAddress).Distinct().Take(2).Count() == 2;

    private static bool IsFullName(string helo) => helo.LastIndexOf('.') is > 0 and var dot && dot + 1 < helo.Length && char.IsAsciiLetter(helo[dot + 1]);
}
