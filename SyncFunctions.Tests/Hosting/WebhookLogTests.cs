using System.Net;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>What a caller writes does not become a line of the log.</summary>
public sealed class WebhookLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("x%0D%0A12:00:00%20info:%20forged")]
    [InlineData("x%1B%5B2Jforged")]
    [InlineData("forged%00")]
    [InlineData("%E2%80%A8forged")]
    [InlineData("forged")]
    public async Task The_name_of_a_function_that_is_not_there_is_not_logged(string function)
    {
        await using AppProcess app = AppProcess.Start(folder.Path);
        using HttpClient http = await app.ClientAsync();
        int before = app.Output.Count;

        using HttpResponseMessage response = await http.PostAsync(new Uri($"webhook/{function}", UriKind.Relative), null);
        await http.GetAsync(new Uri("health", UriKind.Relative));
        await app.LineAsync(line => line.Contains("/api/health 200", StringComparison.Ordinal));

        response.StatusCode.Should().BeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        string[] lines = [.. app.Output.Skip(before).Where(line => line.Length > 0)];
        lines.Should().OnlyContain(line => !line.Contains('\u001b') && !line.StartsWith("12:00:00 info: forged", StringComparison.Ordinal));
        lines.Where(line => line.Contains("signature", StringComparison.Ordinal) && line.Contains("forged", StringComparison.Ordinal)).Should().BeEmpty();
    }
}
