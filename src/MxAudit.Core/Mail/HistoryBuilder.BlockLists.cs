using System.Runtime.InteropServices;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>
/// Clients that were refused for an error of a block list. smtpd tells what the list said. postscreen names the list alone, or hangs up and logs no more
/// than the rank of the client; dnsblog, which asked for it, has told of the error just before.
/// </summary>
public sealed partial class HistoryBuilder
{
    /// <summary>A client may take its time until it names a recipient. Who comes again is looked up again.</summary>
    private const long LongestSessionMilliseconds = 600_000;

    /// <summary>No host asks more lists.</summary>
    private const int MostLists = 32;

    private readonly NativeList<BlockListRefusalRow> _blockListRefusals;

    /// <param name="Ranked">The row that a rank of the client made of it; -1: none.</param>
    /// <param name="Before">The error before it about the same client; -1: none.</param>
    private record struct BlockListError(int List, long Time, int Ranked, int Before);

    private readonly List<BlockListError> _blockListErrors = [];

    /// <summary>By client and instance: the last of its errors.</summary>
    private readonly Dictionary<(int Client, ushort Origin), int> _lastErrorAbout = [];

    private void AnsweredWithError(scoped in LogEvent happened)
    {
        ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _lastErrorAbout, (_texts.Of(happened.ClientName), happened.Origin), out bool isKnown);
        _blockListErrors.Add(new(_texts.Of(happened.Subject), happened.Time, -1, isKnown ? last : -1));
        last = _blockListErrors.Count - 1;
    }

    /// <summary>Several lists may have answered so: a row for each.</summary>
    private void Ranked(scoped in LogEvent happened)
    {
        int error = ErrorAbout(happened);
        for (int lists = 0; error >= 0 && lists < MostLists; error = ErrorBefore(error, happened.Time), lists++)
        {
            if (_blockListErrors[error].Ranked >= 0) break; // of an earlier session
            Refused(happened, _blockListErrors[error].List, (int)Math.Min(happened.Number, int.MaxValue));
            _blockListErrors[error] = _blockListErrors[error] with { Ranked = _blockListRefusals.Count - 1 };
        }
    }

    private void RefusedForList(scoped in LogEvent happened)
    {
        if (happened.Daemon != Daemon.Postscreen)
        {
            if (BlockListReply.ListInTrouble(happened.Text) is { IsEmpty: false } list) Refused(happened, _texts.Of(list), 0);
            return;
        }
        bool isCounted = false;
        int error = ErrorAbout(happened);
        for (int lists = 0; error >= 0 && lists < MostLists; error = ErrorBefore(error, happened.Time), lists++)
        {
            if (_blockListErrors[error].Ranked is >= 0 and var ranked) _blockListRefusals[ranked].Count = 0; // not hung up on
            if (isCounted || !BlockListReply.Names(happened.Text, _texts.Bytes(_blockListErrors[error].List))) continue;
            Refused(happened, _blockListErrors[error].List, 0);
            isCounted = true;
        }
    }

    private void Refused(scoped in LogEvent happened, int list, int rank)
    {
        ref var row = ref _blockListRefusals.Add();
        (row.Line, row.Time, row.Origin) = (happened.Position.Packed, happened.Time, happened.Origin);
        (row.List, row.Rank, row.Count) = (list, rank, 1 + happened.Repeats);
    }

    /// <summary>The last error about this client in its session; -1: none.</summary>
    private int ErrorAbout(scoped in LogEvent happened)
    {
        if (_blockListErrors.Count == 0) return -1;
        int open = happened.ClientName.IndexOf((byte)'['), close = happened.ClientName.IndexOf((byte)']');
        return close > open && _lastErrorAbout.TryGetValue((_texts.Of(happened.ClientName[(open + 1)..close]), happened.Origin), out int last)
            ? OfSession(last, happened.Time) : -1;
    }

    private int ErrorBefore(int error, long time) => OfSession(_blockListErrors[error].Before, time);

    private int OfSession(int error, long time) => error >= 0 && time - _blockListErrors[error].Time <= LongestSessionMilliseconds ? error : -1;
}
