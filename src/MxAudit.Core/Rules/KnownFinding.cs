namespace MxAudit.Rules;

/// <summary>A finding of an earlier run, as a baseline keeps it.</summary>
public sealed record KnownFinding(string Rule, string Subject, string Fingerprint);
