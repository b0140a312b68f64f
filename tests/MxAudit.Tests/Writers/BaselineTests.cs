using System.Text;
using MxAudit.Input;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public class BaselineTests
{
    private static Baseline Of(string json) => Baseline.Of(Encoding.UTF8.GetBytes(json), "known.json");

    private static Baseline WrittenBy(Action<Stream, CheckReport> write, CheckReport report)
    {
        using var stream = new MemoryStream();
        write(stream, report);
        return Baseline.Of(stream.ToArray(), "known.json");
    }

    [Fact]
    public void What_was_written_is_known_whatever_has_changed_besides()
    {
        var report = new CheckReport(Specimen.Audit());
        var later = new CheckReport(Specimen.Audit([Specimen.Finding with { Count = 99, Message = "more", Severity = Severity.Critical }]))
            .Against(WrittenBy(Baseline.Write, report));
        Assert.Equal((FindingState.Known, Verdict.Ok), (later.Audit.Findings[0].State, later.Verdict));
        Assert.Empty(later.Gone);
    }

    [Fact]
    public void A_report_in_JSON_is_a_baseline() =>
        Assert.Equal(Verdict.Ok, new CheckReport(Specimen.Audit()).Against(WrittenBy(CheckJsonWriter.Write, new CheckReport(Specimen.Audit()))).Verdict);

    [Fact]
    public void What_is_new_counts_and_what_is_gone_is_named()
    {
        var report = new CheckReport(Specimen.Audit([Specimen.Finding with { Subject = "new.example" }]))
            .Against(WrittenBy(Baseline.Write, new CheckReport(Specimen.Audit())));
        Assert.Equal(Verdict.Critical, report.Verdict);
        Assert.Equal(["example.com"], report.Gone.Select(gone => gone.Subject));
    }

    [Fact]
    public void What_was_not_looked_for_is_not_gone()
    {
        var baseline = new Baseline([new KnownFinding("LUP002", "example.com", "0123456789abcdef"),
            new KnownFinding("BKS005", "example.com", "0123456789abcdf0")]);
        var report = new CheckReport(Specimen.Audit() with { Asked = [Specimen.Manual, Specimen.Manual with { Id = "LUP002" }] });
        Assert.Empty(report.Against(baseline).Gone); // one was not evaluated, the other not asked
    }

    [Fact]
    public void What_is_suppressed_is_not_written()
    {
        var report = new CheckReport(Specimen.Audit([Specimen.Finding with { State = FindingState.Suppressed }]));
        Assert.Empty(WrittenBy(Baseline.Write, report).Findings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"schema\": 1}")]
    [InlineData("{\"schema\": \"mxaudit.baseline/2\", \"findings\": []}")]
    [InlineData("{\"schema\": \"mxaudit.baseline/1\"}")]
    [InlineData("{\"schema\": \"mxaudit.baseline/1\", \"findings\": [1]}")]
    [InlineData("{\"schema\": \"mxaudit.baseline/1\", \"findings\": [{\"rule\": \"BKS001\", \"subject\": null, \"fingerprint\": \"a\"}]}")]
    public void What_is_no_baseline_is_an_error(string json) =>
        Assert.StartsWith("known.json is no baseline: ", Assert.Throws<InputException>(() => Of(json)).Message);
}
