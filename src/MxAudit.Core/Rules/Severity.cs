namespace MxAudit.Rules;

/// <summary>How bad it is.</summary>
public enum Severity { Info, Low, Medium, High, Critical }

/// <summary>
/// How sure we are. Proven: a line or a parameter states it. Strong: two kinds of evidence agree. Likely: one indirect source. Hint: a guess worth a look.
/// </summary>
public enum Confidence { Hint, Likely, Strong, Proven }

/// <summary>The four kinds of evidence.</summary>
[Flags]
public enum EvidenceKinds { None = 0, Log = 1, Queue = 2, Config = 4, Dns = 8, All = Log | Queue | Config | Dns }
