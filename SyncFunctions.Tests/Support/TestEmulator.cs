using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Support;

/// <summary>A running emulator over a data file of its own, and a client that is signed in to it.</summary>
public sealed class TestEmulator : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;

    private TestEmulator(EmulatorServer server, EmulatorOptions options, TemporaryFolder? folder)
    {
        this.folder = folder;
        Server = server;
        Options = options;
        Http = new HttpClient { BaseAddress = new Uri(server.Url, $"/v1/Services/{options.ServiceSid}/") };
        Http.DefaultRequestHeaders.Authorization = Basic(options.AccountSid, options.AuthToken);
    }

    public EmulatorServer Server { get; }

    public EmulatorOptions Options { get; }

    /// <summary>Signed in; relative URLs begin at the default service.</summary>
    public HttpClient Http { get; }

    public static async Task<TestEmulator> StartAsync(TimeProvider? time = null, string? dataFile = null)
    {
        TemporaryFolder? folder = dataFile is null ? new TemporaryFolder() : null;
        EmulatorOptions options = new() { Port = 0, DataFile = dataFile ?? folder!.File("sync.db") };
        return new TestEmulator(
            await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, time ?? TimeProvider.System), options, folder);
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Sends a form to a path below the default service.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] form) => Http.PostAsync(
        new Uri(path, UriKind.RelativeOrAbsolute),
        new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Reads an answer's JSON.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        folder?.Dispose();
    }
}
