using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Explorer;

/// <summary>The code that the explorer shows for a request makes the same request again: <c>Node/snippets.mjs</c>.</summary>
public sealed class SnippetTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private const int Operations = 48;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_operation_of_the_REST_API_is_made_again_by_curl_and_by_twilio_node()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash is needed.");
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");

        NodeRun run = await node.RunAsync(
            ["snippets.mjs"],
            new Dictionary<string, string>
            {
                ["SYNC_URL"] = shared.Emulator.Server.Url.GetLeftPart(UriPartial.Authority),
                ["ACCOUNT_SID"] = shared.Emulator.Options.AccountSid,
                ["AUTH_TOKEN"] = shared.Emulator.Options.AuthToken,
            },
            Timeout);

        Assert.SkipWhen(run.ExitCode == 3, "bash and curl are needed.");
        run.Outcomes.Should().HaveCountGreaterThanOrEqualTo(2 * Operations).And.OnlyContain(outcome => outcome.Value == "ok", run.Errors);
        run.ExitCode.Should().Be(0, run.Errors);
    }
}
