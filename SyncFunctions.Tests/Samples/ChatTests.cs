using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>chat</c>, in a real browser: <c>Node/chat.mjs</c>.</summary>
public sealed class ChatTests
{
    private const string Identity = "alice";
    private const string Password = "correct horse é + battery";

    [Fact]
    public async Task A_user_signs_in_and_keeps_the_connection_with_one_token_after_the_other()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using SamplePages pages = await SamplePages.StartAsync(
            _ => new Dictionary<string, string?>
            {
                ["Conversations:ServiceSid"] = "IS" + new string('1', 32),
                [$"Tokens:Users:{Identity}"] = new PasswordHasher<string>().HashPassword("", Password),
            },
            services => services.AddSingleton<TimeProvider>(time));

        Task<NodeRun> run = pages.RunAsync("chat.mjs", ("IDENTITY", Identity), ("PASSWORD", Password));
        await ToldAsync(pages.App, "chat-connected", run);
        time.Advance(TimeSpan.FromMinutes(58));
        await ToldAsync(pages.App, "chat-renewed", run);
        time.Advance(TimeSpan.FromHours(2));

        NodeRun ended = await run;
        ended.ExitCode.Should().Be(0, ended.Errors);
    }

    // The page's progress. If it fails, the program's end shows more.
    private static async Task ToldAsync(TestApp app, string docName, Task run)
    {
        while (!run.IsCompleted && (await app.ResolveAsync("searchDocument", new { docName })).GetString() == "")
        {
            await Task.Delay(50);
        }
    }
}
