using System.Collections.Concurrent;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>Text from callers is only logged in a form that can neither begin a line nor control a terminal.</summary>
public sealed class LoggedTextTests
{
    // CR, LF, ESC, CSI in one character, DEL, a line separator, and one that turns the direction of writing round.
    private const string Hostile = "a%0D%0Ab%1B%5B31m%C2%9B%7F%E2%80%A8%E2%80%AE";

    [Theory]
    [InlineData($"webhook/{Hostile}", 403)]
    [InlineData($"webhook/addListItem?listName={Hostile}", 403)]
    [InlineData(Hostile, 404)]
    [InlineData($"getList?listName={Hostile}&service={Hostile}", 400)]
    [InlineData($"getList?listName=none&service={Hostile}", 400)]
    public async Task The_apps_log_has_no_control_characters_of_callers(string url, int status)
    {
        using TextLog log = new();
        await using TestApp app = await TestApp.StartAsync(configure: services => services.AddSingleton<ILoggerProvider>(log));

        using HttpResponseMessage response = await app.Http.GetAsync(new Uri(url, UriKind.Relative));

        ((int)response.StatusCode).Should().Be(status);
        string[] lines = await log.LinesAsync(line => line.Contains($" {status} in ", StringComparison.Ordinal));
        lines.Should().OnlyContain(line => line.All(IsPlain));
    }

    [Theory]
    [InlineData("webhook/addListItem", "A webhook for addListItem has no valid signature")]
    [InlineData("webhook/ADDLISTITEM", "A webhook for addListItem has no valid signature")]
    [InlineData("webhook/no-such-function", "A webhook for an unknown function has no valid signature")]
    public async Task A_refused_webhook_is_logged_with_a_known_name(string url, string line)
    {
        using TextLog log = new();
        await using TestApp app = await TestApp.StartAsync(configure: services => services.AddSingleton<ILoggerProvider>(log));

        using HttpResponseMessage response = await app.Http.GetAsync(new Uri(url, UriKind.Relative));

        ((int)response.StatusCode).Should().Be(403);
        (await log.LinesAsync(logged => logged == line)).Should().Contain(line);
    }

    [Theory]
    [InlineData($"v1/Services/{Hostile}", 404)]
    [InlineData($"v1/Services/default/Documents/{Hostile}", 404)]
    [InlineData(Hostile, 404)]
    public async Task The_emulators_log_has_no_control_characters_of_callers(string url, int status)
    {
        using TextLog log = new();
        using TemporaryFolder folder = new();
        using ILoggerFactory loggers = LoggerFactory.Create(logging =>
            // As in its own program: the framework's lines for each request are not shown.
            logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning).AddProvider(log));
        EmulatorOptions options = new() { Port = 0, DataFile = folder.File("sync.db") };
        await using EmulatorServer emulator = await EmulatorServer.StartAsync(options, loggers, TimeProvider.System);
        using HttpClient http = new() { BaseAddress = emulator.Url };
        http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(options.AccountSid, options.AuthToken);

        using HttpResponseMessage response = await http.GetAsync(new Uri(url, UriKind.Relative));

        ((int)response.StatusCode).Should().Be(status);
        string[] lines = await log.LinesAsync(line => line.Contains($" {status} in ", StringComparison.Ordinal));
        lines.Should().OnlyContain(line => line.All(IsPlain));
    }

    private static bool IsPlain(char character) => character is >= ' ' and <= '~';

    private sealed class TextLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        /// <summary>Gets the lines so far, once there is one of a kind: a request's is written after its answer.</summary>
        public async Task<string[]> LinesAsync(Func<string, bool> isAwaited)
        {
            for (int attempt = 0; attempt < 600 && !lines.Any(isAwaited); attempt++)
            {
                await Task.Delay(50);
            }

            lines.Should().Contain(line => isAwaited(line));
            return [.. lines];
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
