using System.Net.Http.Json;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Emulator;
using SyncFunctions.Hosting;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Tests.Support;

/// <summary>
/// The app as its entry point composes it, on a free port, with nothing from this machine's environment; by default over an embedded emulator
/// with a data file of its own.
/// </summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly IHost host;
    private readonly TemporaryFolder folder;

    private TestApp(IHost host, TemporaryFolder folder)
    {
        this.host = host;
        this.folder = folder;
        Url = new Uri(((WebApplication)host).Urls.First());
        Http = new HttpClient { BaseAddress = new Uri(Url, "/api/") };
    }

    public Uri Url { get; }

    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => host.Services;

    public EmulatorServer Emulator => Services.GetRequiredService<EmbeddedEmulator>().Server!;

    /// <summary>The requests that went to Sync so far.</summary>
    internal CountingTransport Sync => (CountingTransport)Services.GetRequiredService<ISyncTransport>();

    public static async Task<TestApp> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        TemporaryFolder folder = new();
        IHost? host = null;
        try
        {
            LocalHost app = new([]);
            IHostApplicationBuilder builder = app.Builder;
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
            [
                KeyValuePair.Create("Emulator:Port", (string?)"0"),
                KeyValuePair.Create("Emulator:DataFile", (string?)folder.File("sync.db")),
                KeyValuePair.Create("Snapshots:Folder", (string?)folder.File("snapshots")),
                // A test counts the requests that it makes itself.
                KeyValuePair.Create("Jobs:Enabled", (string?)"false"),
            ]);
            builder.Configuration.AddInMemoryCollection(settings);
            app.WebHost.UseUrls(settings?.GetValueOrDefault("urls") ?? "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.AddSync();
            builder.AddFunctions();
            CountingTransport.Decorate(builder.Services);
            configure?.Invoke(builder.Services);
            host = app.Build();
            await host.StartAsync();
            return new TestApp(host, folder);
        }
        catch
        {
            host?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Settings that let the app talk to a Sync at another address, as it would to Twilio.</summary>
    public static Dictionary<string, string?> TwilioAt(Uri url) => new()
    {
        ["Twilio:AccountSid"] = "AC" + new string('0', 32),
        ["Twilio:AuthToken"] = "0123456789abcdef0123456789abcdef",
        ["Sync:BaseUrl"] = url.GetLeftPart(UriPartial.Authority),
        ["Sync:Services:default:ServiceSid"] = "IS" + new string('0', 32),
    };

    /// <summary>Calls a function with a JSON body.</summary>
    public Task<HttpResponseMessage> CallAsync(string function, object parameters) =>
        Http.PostAsJsonAsync(new Uri(function, UriKind.Relative), parameters);

    /// <summary>Calls a function that must succeed, and returns what it resolves to.</summary>
    public async Task<JsonElement> ResolveAsync(string function, object parameters)
    {
        using HttpResponseMessage response = await CallAsync(function, parameters);
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("{0} should succeed, and answered {1}", function, body);
        return JsonDocument.Parse(body).RootElement.Clone();
    }

    /// <summary>Calls a function that must fail, and returns the problem.</summary>
    public async Task<Problem> FailAsync(string function, object parameters) => await Problem.ReadAsync(await CallAsync(function, parameters));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>A failure as a caller sees it.</summary>
public sealed record Problem(int Status, string Detail, string? Parameter, int? Code)
{
    public static async Task<Problem> ReadAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonElement body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        body.GetProperty("status").GetInt32().Should().Be((int)response.StatusCode);
        body.GetProperty("type").GetString().Should().NotBeNullOrEmpty();
        body.GetProperty("title").GetString().Should().NotBeNullOrEmpty();
        return new Problem(
            (int)response.StatusCode,
            body.GetProperty("detail").GetString()!,
            body.TryGetProperty("parameter", out JsonElement parameter) ? parameter.GetString() : null,
            body.TryGetProperty("code", out JsonElement code) ? code.GetInt32() : null);
    }
}

/// <summary>Counts what goes to Sync.</summary>
internal sealed class CountingTransport(ISyncTransport inner) : ISyncTransport
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public static void Decorate(IServiceCollection services)
    {
        ServiceDescriptor original = services.Last(service => service.ServiceType == typeof(ISyncTransport));
        services.AddSingleton<ISyncTransport>(provider =>
            new CountingTransport((ISyncTransport)ActivatorUtilities.CreateInstance(provider, original.ImplementationType!)));
    }

    public Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref count);
        return inner.SendAsync(request, cancellationToken);
    }
}
