using System.Net.WebSockets;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Serves the address to which Twilio's realtime clients connect.</summary>
internal sealed class RealtimeEndpoint(
    RealtimeServices services, EmulatorOptions options, IHostApplicationLifetime lifetime, ILogger<RealtimeConnection> logger)
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
            using RealtimeConnection connection = new(socket, services, logger);
            EmulatorTelemetry.Connect(1);
            try
            {
                await connection.RunAsync(lifetime.ApplicationStopping);
            }
            finally
            {
                EmulatorTelemetry.Connect(-1);
            }
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }
}
