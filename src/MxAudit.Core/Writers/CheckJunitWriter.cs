using System.Globalization;
using System.Text;
using System.Xml;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>
/// <c>check --format junit</c>: for build servers. A test is a finding, or a rule that found nothing; what
/// counts is a failure, what was not evaluated is skipped.
/// </summary>
public static class CheckJunitWriter
{
    private enum Result { Passed, Failed, Skipped }

    /// <summary>One test: a rule, perhaps with a subject.</summary>
    private sealed record Test(RuleManual Rule, Result Result, string Subject = "", string Message = "", string Text = "");

    public static void Write(Stream stream, CheckReport report)
    {
        Test[] tests = [.. report.Audit.Asked.SelectMany(rule => TestsOf(rule, report))];
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using (var xml = XmlWriter.Create(stream, settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            Attribute(xml, "name", "mxaudit");
            Attribute(xml, "hostname", report.Audit.Log.Origins is [var origin, ..] ? origin.Host : "unknown");
            Attribute(xml, "timestamp", report.Generated.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            Attribute(xml, "tests", Number(tests.Length));
            Attribute(xml, "failures", Number(tests.Count(test => test.Result == Result.Failed)));
            Attribute(xml, "errors", "0");
            Attribute(xml, "skipped", Number(tests.Count(test => test.Result == Result.Skipped)));
            Attribute(xml, "time", "0");
            foreach (var test in tests) WriteTest(xml, test);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        stream.Write("\n"u8);
    }

    private static Test[] TestsOf(RuleManual rule, CheckReport report)
    {
        if (report.Audit.NotEvaluated.FirstOrDefault(one => one.Rule.Id == rule.Id) is { } missing)
            return [new Test(rule, Result.Skipped, Message: $"not evaluated: needs {Phrases.List(CheckReport.WordsOf(missing.Needs))}")];
        var findings = report.Audit.Findings.Where(finding => finding.Rule.Id == rule.Id).Select(finding => TestOf(finding, report)).ToArray();
        return findings.Length > 0 ? findings : [new Test(rule, Result.Passed)];
    }

    private static Test TestOf(Finding finding, CheckReport report)
    {
        var text = new StringWriter { NewLine = "\n" };
        CheckTextWriter.WriteFinding(new Page(text), report, finding);
        var result = finding.State != FindingState.New ? Result.Skipped : report.VerdictOf(finding) == Verdict.Ok ? Result.Passed : Result.Failed;
        string message = result == Result.Skipped
            ? $"{Wording.Of(finding.State)}{(finding.StateNote.Length > 0 ? $": {finding.StateNote}" : "")}"
            : finding.Message;
        return new Test(finding.Rule, result, finding.Subject, message, text.ToString());
    }

    private static void WriteTest(XmlWriter xml, Test test)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", $"mxaudit.{test.Rule.Id}");
        Attribute(xml, "name", test.Subject.Length > 0 ? $"{test.Rule.Name}: {test.Subject}" : test.Rule.Name);
        Attribute(xml, "time", "0");
        if (test.Result != Result.Passed)
        {
            xml.WriteStartElement(test.Result == Result.Failed ? "failure" : "skipped");
            Attribute(xml, "message", test.Message);
            if (test.Result == Result.Failed)
            {
                Attribute(xml, "type", Wording.Of(test.Rule.Severity));
                xml.WriteString(Lawful(test.Text));
            }
            xml.WriteEndElement();
        }
        else if (test.Text.Length > 0) xml.WriteElementString("system-out", Lawful(test.Text)); // too small to count
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Lawful(Page.Plain(value)));

    /// <summary>XML has no form for half of a surrogate pair.</summary>
    private static string Lawful(string text) =>
        IsLawful(text) ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune));

    private static bool IsLawful(string text) => text.All(c => c < '\uD800' || (c > '\uDFFF' && c < '\uFFFE'));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
