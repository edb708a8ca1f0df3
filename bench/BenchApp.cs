using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Client;
using SyncFunctions.Tools;

namespace SyncFunctions.Benchmarks;

/// <summary>An app that counts its requests to Sync.</summary>
internal sealed class BenchApp(LocalApp app) : IAsyncDisposable
{
    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Api => app.Api;

    /// <summary>The emulator; relative URLs begin at the default service.</summary>
    public HttpClient Sync => app.Sync;

    /// <summary>How many requests the app has sent to Sync.</summary>
    public int SyncRequests => ((Counter)app.Services.GetRequiredService<ISyncTransport>()).Count;

    public static async Task<BenchApp> StartAsync()
    {
        // The start-up report is for people at a terminal.
        TextWriter console = Console.Out;
        Console.SetOut(TextWriter.Null);
        LocalApp app = await LocalApp.StartAsync(CountRequests);
        Console.SetOut(console);
        return new BenchApp(app);
    }

    public static async Task PostAsync(HttpClient client, string path, params (string Name, string Value)[] form)
    {
        using HttpResponseMessage response = await client.PostAsync(
            new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        response.EnsureSuccessStatusCode();
    }

    public static async Task GetAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void CountRequests(IHostApplicationBuilder builder)
    {
        ServiceDescriptor transport = builder.Services.Last(service => service.ServiceType == typeof(ISyncTransport));
        builder.Services.AddSingleton<ISyncTransport>(provider =>
            new Counter((ISyncTransport)ActivatorUtilities.CreateInstance(provider, transport.ImplementationType!)));
    }

    private sealed class Counter(ISyncTransport inner) : ISyncTransport
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref count);
            return inner.SendAsync(request, cancellationToken);
        }
    }
}
