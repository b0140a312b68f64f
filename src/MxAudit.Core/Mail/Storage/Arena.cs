namespace MxAudit.Mail.Storage;

/// <summary>Where the columns and texts of one audit grow. Nothing is given back alone: all of it goes when nobody needs any of it.</summary>
/// <remarks>
/// A small log stays in ordinary pages, a large one goes on in huge ones: the first writes to ordinary ones can take a fifth of the time of a log of 1 GB.
/// </remarks>
internal sealed unsafe class Arena
{
    private const int FirstRegion = 1 << 20, Region = 1 << 25, FirstStep = 1 << 16;

    private readonly List<Pages> _regions = [];
    private byte* _next, _ready, _end;

    /// <summary>Zeros that stay where they are.</summary>
    public byte* Take(nint bytes)
    {
        bytes = (bytes + 15) & ~15;
        if (_end - _next < bytes) AddRegion(bytes);
        byte* taken = _next;
        _next += bytes;
        while (_ready < _next) MakeReady();
        return taken;
    }

    /// <summary>More room for what is there already; where it was stays as it is.</summary>
    public byte* TakeLonger(byte* old, int oldBytes, int bytes)
    {
        byte* taken = Take(bytes);
        new ReadOnlySpan<byte>(old, oldBytes).CopyTo(new Span<byte>(taken, bytes));
        return taken;
    }

    private void AddRegion(nint atLeast)
    {
        nint bytes = _regions.Count == 0 && atLeast <= FirstRegion ? FirstRegion : Math.Max(Region, (atLeast + Pages.Huge - 1) & -Pages.Huge);
        var pages = new Pages((nuint)bytes);
        _regions.Add(pages);
        _next = _ready = pages.Start;
        _end = pages.Start + bytes;
    }

    private void MakeReady()
    {
        int step = _regions.Count == 1 ? FirstStep : Pages.Huge;
        Pages.Populate(_ready, (nuint)step);
        _ready += step;
    }
}
