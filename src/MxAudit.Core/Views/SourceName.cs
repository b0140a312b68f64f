namespace MxAudit.Views;

/// <summary>How screens call a source of evidence: by the last part of its path, where that names one source only.</summary>
public static class SourceName
{
    public static string Of(AuditResult audit, string source)
    {
        if (source == audit.Config?.Source) return "configuration"; // what no line of it sets
        string name = Path.GetFileName(source.TrimEnd('/'));
        if (name.Length == 0) return source;
        return audit.Log.Files.Count(file => Path.GetFileName(file) == name) > 1 ? source : name;
    }
}
