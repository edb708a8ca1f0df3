using SyncFunctions.Fuzz;

namespace SyncFunctions.Tests.Fuzz;

/// <summary>A short run of each fuzz campaign. Longer ones: <c>dotnet run -c Release --project fuzz -- all 200000</c>.</summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData("functions")]
    [InlineData("rest")]
    [InlineData("realtime")]
    public async Task No_input_causes_a_failure_an_exception_or_a_change_of_others_data(string campaign)
    {
        CampaignReport report = await Campaign.RunAsync(campaign, size: 3000, seed: 20);

        report.Findings.Should().BeEmpty();
        report.Answers.Keys.Should().Contain("200").And.Contain("400").And.Contain("404");
    }
}
