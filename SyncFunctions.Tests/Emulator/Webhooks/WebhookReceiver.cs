using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Webhooks;

/// <summary>A webhook as it arrived.</summary>
/// <param name="Url">As the sender wrote it.</param>
public sealed record WebhookDelivery(string Url, IReadOnlyList<KeyValuePair<string, string>> Fields, string Signature)
{
    /// <summary>Gets the header <c>Authorization</c>; empty if there is none.</summary>
    public string Authorization { get; init; } = "";

    public string EventType => this["EventType"]!;

    public string? this[string name] => Fields.SingleOrDefault(one => one.Key == name).Value;

    /// <summary>Whether Twilio's signature, computed again, equals the one in the request.</summary>
    public bool IsSigned => Signature == TwilioSigner.Sign(
        Url + string.Concat(Fields.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key + one.Value)));
}

/// <summary>A webhook's receiver outside the app.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    // Far longer than any delivery takes, however busy the machine.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private readonly WebApplication server;
    private readonly SemaphoreSlim taken = new(0);

    private WebhookReceiver(WebApplication server) => this.server = server;

    public Uri Url => new(server.Urls.First());

    /// <summary>What has arrived, whatever it was answered with.</summary>
    public ConcurrentQueue<WebhookDelivery> Arrived { get; } = new();

    /// <summary>What was answered with 200.</summary>
    public ConcurrentQueue<WebhookDelivery> Taken { get; } = new();

    /// <param name="answer">The status for the n-th arrival, counted from 1; null for always 200.</param>
    public static async Task<WebhookReceiver> StartAsync(Func<WebhookDelivery, int, Task<int>>? answer = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        WebhookReceiver receiver = new(application);
        int count = 0;
        application.Run(async context =>
        {
            WebhookDelivery delivery = await ReadAsync(context.Request);
            receiver.Arrived.Enqueue(delivery);
            int number = Interlocked.Increment(ref count);
            context.Response.StatusCode = answer is null ? 200 : await answer(delivery, number);
            if (context.Response.StatusCode == 200)
            {
                receiver.Taken.Enqueue(delivery);
                receiver.taken.Release();
            }
        });
        await application.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many more deliveries were taken.</summary>
    public async Task WaitAsync(int deliveries)
    {
        for (int i = 0; i < deliveries; i++)
        {
            (await taken.WaitAsync(Timeout)).Should().BeTrue("{0} of {1} deliveries were taken", i, deliveries);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new(TimeSpan.Zero);
        await server.StopAsync(now.Token);
        await server.DisposeAsync();
        taken.Dispose();
    }

    private static async Task<WebhookDelivery> ReadAsync(HttpRequest request)
    {
        IFormCollection form = await request.ReadFormAsync();
        return new WebhookDelivery(
            $"{request.Scheme}://{request.Host}{request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}",
            [.. form.Select(field => KeyValuePair.Create(field.Key, field.Value.Should().ContainSingle().Subject!))],
            request.Headers["X-Twilio-Signature"].ToString())
        {
            Authorization = request.Headers.Authorization.ToString(),
        };
    }
}

/// <summary>A reserved port on which nothing listens.</summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public void Dispose() => socket.Dispose();
}
