using System.Collections.Concurrent;
using System.Net.WebSockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>
/// ASP.NET Core and its WebSockets alone: <c>/subscribe?group=…</c> joins a group, and a POST to <c>/publish?group=…</c> sends its body to every socket
/// of the group. What clients send is read and ignored.
/// </summary>
internal static class BroadcastServer
{
    /// <summary>Its kind.</summary>
    public const string Broadcast = "broadcast";

    public static async Task<(Uri Url, IAsyncDisposable Server)> StartAsync(string[] arguments)
    {
        ConcurrentDictionary<string, Group> groups = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(async context =>
        {
            Group group = groups.GetOrAdd(context.Request.Query["group"].ToString(), _ => new Group());
            if (context.WebSockets.IsWebSocketRequest)
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                group.Add(socket);
                await ReadAsync(socket, context.RequestAborted);
                group.Remove(socket);
            }
            else
            {
                using MemoryStream body = new();
                await context.Request.Body.CopyToAsync(body);
                await group.SendAsync(body.ToArray());
            }
        });
        await application.StartAsync();
        return (new Uri(application.Urls.First()), application);
    }

    private static async Task ReadAsync(WebSocket socket, CancellationToken aborted)
    {
        // As large as in Microsoft's example: https://learn.microsoft.com/aspnet/core/fundamentals/websockets
        byte[] buffer = new byte[4 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), aborted)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client is gone.
        }
    }

    private sealed class Group : IDisposable
    {
        private readonly Lock changing = new();
        private readonly SemaphoreSlim sending = new(1);
        private WebSocket[] sockets = [];

        public void Add(WebSocket socket)
        {
            lock (changing)
            {
                sockets = [.. sockets, socket];
            }
        }

        public void Remove(WebSocket socket)
        {
            lock (changing)
            {
                sockets = [.. sockets.Where(other => other != socket)];
            }
        }

        public void Dispose() => sending.Dispose();

        // A socket takes one message at a time.
        public async Task SendAsync(byte[] message)
        {
            await sending.WaitAsync();
            try
            {
                foreach (WebSocket socket in sockets)
                {
                    await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                }
            }
            finally
            {
                sending.Release();
            }
        }
    }
}
