using System.Net;
using System.Net.WebSockets;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Serves the address to which Twilio's realtime clients connect.</summary>
internal sealed class RealtimeEndpoint(
    RealtimeServices services, OpenConnections open, EmulatorOptions options, IHostApplicationLifetime lifetime, ILogger<RealtimeConnection> logger)
{
    private int connections;

    /// <summary>Its path.</summary>
    public const string Path = "/v3/wsconnect";

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref connections) > options.MaximumRealtimeConnections)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            using RealtimeConnection connection = new(socket, services, RemoteAddress(context), logger);
            open.Add(connection);
            EmulatorTelemetry.Connect(1);
            try
            {
                await connection.RunAsync(lifetime.ApplicationStopping);
            }
            finally
            {
                open.Remove(connection);
                EmulatorTelemetry.Connect(-1);
            }
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private static string? RemoteAddress(HttpContext context) =>
        context.Connection is { RemoteIpAddress: { } address, RemotePort: var port } ? new IPEndPoint(address, port).ToString() : null;
}
