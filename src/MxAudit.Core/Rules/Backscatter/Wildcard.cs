using MxAudit.Config;
using MxAudit.Config.Tables;

namespace MxAudit.Rules.Backscatter;

/// <summary>An entry of relay_recipient_maps that stands for every user of a domain: BKS009 tells it, and BKS008 leaves the domain to that.</summary>
/// <param name="Nobody">Whom it lets pass, whom nobody has.</param>
internal readonly record struct Wildcard(LookupTable Table, TableEntry Entry, string Nobody)
{
    /// <summary>Two, so that a pattern must fit more than one odd name.</summary>
    private static readonly string[] Nobodies = [Doors.NoSuchUser, "x.8c02e5_nobody"];

    /// <summary>A pattern may be as narrow as <c>[a-z.]+</c>.</summary>
    private static readonly string[] InLetters = ["qzvxkwjh", "wjxqvzkbp"];

    /// <summary>Not for everybody: for whoever has such a name.</summary>
    public bool IsOfLetters => Nobody == InLetters[0];

    /// <summary>What lets every user of the domain pass at this service; null: nothing does.</summary>
    public static Wildcard? For(PostfixConfig config, string domain, MasterEntry service)
    {
        foreach (var table in config.TablesOf("relay_recipient_maps", service))
        {
            string[][] tries = table.IsIndexed && table.Type != "static" ? [[""]] : [Nobodies, InLetters];
            foreach (string[] users in tries)
            {
                var found = users.Select(user => table.Find($"{user}@{domain}")).ToArray();
                if (found.All(one => one.IsFound)) return new Wildcard(table, found[0].Entry!, users[0].Length > 0 ? users[0] : Doors.NoSuchUser);
            }
        }
        return null;
    }
}
