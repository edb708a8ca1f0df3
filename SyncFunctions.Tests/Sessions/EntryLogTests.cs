using System.Collections.Concurrent;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>Entry links and tokens are never logged, whatever the log configuration.</summary>
public sealed class EntryLogTests
{
    private static readonly string[] Categories =
        ["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Http.Result"];

    [Fact]
    public async Task The_local_app_logs_none()
    {
        using TemporaryFolder folder = new();
        await using AppProcess app = AppProcess.Start(
            folder.Path,
            [
                ("Sessions__JoinUrl", "https://site.example/"), ("Logging__Console__FormatterOptions__IncludeScopes", "true"),
                .. Categories.SelectMany(category => new[] { ($"Logging__LogLevel__{category}", "Trace"), ($"Logging__Console__LogLevel__{category}", "Trace") }),
            ]);
        using HttpClient http = await app.ClientAsync();

        string[] secrets = await FollowAsync(http);
        await http.GetAsync(new Uri("health", UriKind.Relative));
        await app.LineAsync(line => line.Contains("/api/health 200", StringComparison.Ordinal));

        string[] lines = [.. app.Output, .. app.Errors];
        lines.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase))).Should().BeEmpty();
        lines.Should().Contain(line => line.Contains("GET /api/join/{participantId} 302", StringComparison.Ordinal));
        lines.Should().Contain(line => line.Contains("POST /api/join/{participantId} 405", StringComparison.Ordinal));
        lines.Should().Contain(line => line.Contains("GET /api/jion/{id} 404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_logger_behind_the_apps_logging_gets_one()
    {
        using Everything log = new();
        await using TestApp app = await TestApp.StartAsync(
            new Dictionary<string, string?> { ["Sessions:JoinUrl"] = "https://site.example/" },
            services => services.AddLogging(logging => logging.AddFilter<Everything>(null, LogLevel.Trace)
                .AddFilter<Everything>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Trace)).AddSingleton<ILoggerProvider>(log));

        string[] secrets = await FollowAsync(app.Http);
        await app.SendAsync(HttpMethod.Get, "health").ResolvedAsync();

        log.Lines.Should().NotBeEmpty();
        log.Lines.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase))).Should().BeEmpty();
    }

    [Fact]
    public async Task The_worker_logs_none()
    {
        await using FunctionsHost host = await FunctionsHost.StartAsync(
            new Dictionary<string, string>(Categories.Select(category => KeyValuePair.Create($"Logging__LogLevel__{category}", "Trace")))
            {
                ["Sessions__JoinUrl"] = "https://site.example/",
            },
            needsKeys: true);
        host.Http.DefaultRequestHeaders.Add("x-functions-key", FunctionsHost.Key);

        string[] secrets = await FollowAsync(host.Http);

        bool Tells(string text) => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        host.Logs.Where(log => Tells($"{log.Message} {log.Exception}")).Select(log => $"{log.Level} {log.Category}: {log.Message}").Should().BeEmpty();
        host.Output.Where(Tells).Should().BeEmpty();
    }

    /// <summary>Follows links in every way, as programs and browsers do, and some that are broken.</summary>
    /// <returns>What no log may have.</returns>
    private static async Task<string[]> FollowAsync(HttpClient http)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using StringContent body = new(
            $$"""{"startTime":"{{SessionCalls.Iso(now)}}","endTime":"{{SessionCalls.Iso(now.AddHours(1))}}","participants":[{"role":"host"},{"role":"guest"},{}]}""",
            System.Text.Encoding.UTF8,
            "application/json");
        using HttpResponseMessage created = await http.PostAsync(new Uri("createSession", UriKind.Relative), body);
        JsonElement session = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        string[] ids = [.. session.Participants().Select(participant => participant.Text("participantId"))];
        List<string> secrets = [.. ids];
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = http.BaseAddress };
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/html");
        foreach (string id in ids)
        {
            using HttpResponseMessage json = await http.GetAsync(new Uri($"join/{id}", UriKind.Relative));
            using HttpResponseMessage page = await browser.GetAsync(new Uri($"join/{id}", UriKind.Relative));
            string answers = $"{await json.Content.ReadAsStringAsync()} {page.Headers.Location}";
            secrets.AddRange(answers.Split(['"', '=', '&', '#']).Where(part => part.StartsWith("eyJ", StringComparison.Ordinal)));
            foreach (string link in (string[])[$"join/{id}/", $"join/{id}/x", $"join//{id}", $"jion/{id}", $"JOIN/{id}", $"join/{id}?service=none", $"join/{id.Replace('-', '_')}", $"../join/{id}"])
            {
                using HttpResponseMessage broken = await http.GetAsync(new Uri(link, UriKind.Relative));
            }

            using HttpResponseMessage posted = await http.PostAsync(new Uri($"join/{id}", UriKind.Relative), null);
            using HttpResponseMessage asked = await http.GetAsync(new Uri($"getParticipant?participantId={id}", UriKind.Relative));
            using HttpResponseMessage admitted = await http.GetAsync(new Uri($"admitParticipant?participantId={id}", UriKind.Relative));
        }

        using HttpResponseMessage removed = await http.DeleteAsync(new Uri($"removeParticipant?participantId={ids[2]}", UriKind.Relative));
        using HttpResponseMessage gone = await http.GetAsync(new Uri($"join/{ids[2]}", UriKind.Relative));
        secrets.Should().HaveCountGreaterThan(3);
        return [.. secrets, .. ids.Select(id => id.Replace('-', '_'))];
    }

    [ProviderAlias("Everything")]
    private sealed class Everything : ILoggerProvider, ILogger, ISupportExternalScope
    {
        private readonly ConcurrentQueue<string> lines = new();
        private IExternalScopeProvider? scopes;

        public IEnumerable<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue($"{formatter(state, exception)} {state} {exception}");
            scopes?.ForEachScope((scope, found) => found.Enqueue($"{scope}"), lines);
        }

        public void Dispose()
        {
        }
    }
}
