using MxAudit.Input;

namespace MxAudit.Commands;

/// <summary>A small file that an option names: a baseline, suppressions, settings.</summary>
internal static class InputFile
{
    private const int MostBytes = 16 << 20;

    /// <exception cref="UsageException">It can not be read.</exception>
    public static byte[] Read(string option, string path)
    {
        try
        {
            return WholeFile.Read(path, MostBytes) ?? throw new UsageException($"{option} {path} has more than {MostBytes >> 20} MB; this is not such a file.");
        }
        catch (InputException e) { throw new UsageException($"{option} {e.Message}"); }
    }
}
