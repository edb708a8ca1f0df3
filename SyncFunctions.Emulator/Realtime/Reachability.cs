using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Reports to webhooks when endpoints (connections of clients) connect and disconnect.</summary>
/// <remarks>
/// Without debouncing every endpoint is reported at once. With it all endpoints of an identity are reported as one: the first one, and the last one when
/// it has been disconnected for the whole window. See ReachabilityDebouncingWindow in https://www.twilio.com/docs/sync/api/service.
/// </remarks>
internal sealed partial class Reachability(SyncEngine engine, TimeProvider time, ILogger<Reachability> logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(long ServiceId, string Identity), Presence> presences = [];

    /// <summary>Records that an endpoint has connected.</summary>
    public void Enter(long serviceId, string identity, string endpointId)
    {
        bool isDebounced = FindSettings(serviceId) is { ReachabilityDebouncingEnabled: true };
        lock (gate)
        {
            Presence presence = Find(serviceId, identity);
            presence.Endpoints++;
            if (isDebounced && (presence.Departure is not null || presence.Endpoints > 1))
            {
                presence.Forget();
                return;
            }

            // Debouncing was turned off in the meantime.
            Depart(serviceId, identity, presence);
            Report(serviceId, SyncChange.EndpointConnected, identity, endpointId);
        }
    }

    /// <summary>Records that an endpoint has disconnected.</summary>
    public void Leave(long serviceId, string identity, string endpointId)
    {
        ServiceSettings? settings = FindSettings(serviceId);
        lock (gate)
        {
            Presence presence = Find(serviceId, identity);
            presence.Endpoints--;
            if (settings is not { ReachabilityDebouncingEnabled: true })
            {
                Report(serviceId, SyncChange.EndpointDisconnected, identity, endpointId);
            }
            else if (presence.Endpoints == 0)
            {
                object departure = new();
                ITimer timer = GuardedTimer.Start(
                    time,
                    logger,
                    TimeSpan.FromMilliseconds(settings.ReachabilityDebouncingWindow),
                    Timeout.InfiniteTimeSpan,
                    () => OnWindowOver(serviceId, identity, departure));
                presence.Departure = new Departure(departure, endpointId, timer);
            }

            RemoveIfGone(serviceId, identity, presence);
        }
    }

    /// <summary>Reports the identities whose window has not passed: no client will reconnect to this emulator.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (((long serviceId, string identity), Presence presence) in presences)
            {
                Depart(serviceId, identity, presence);
            }

            presences.Clear();
        }
    }

    private void OnWindowOver(long serviceId, string identity, object departure)
    {
        lock (gate)
        {
            // A callback may be running while the client reconnects.
            if (presences.TryGetValue((serviceId, identity), out Presence? presence) && presence.Departure?.Id == departure)
            {
                Depart(serviceId, identity, presence);
                RemoveIfGone(serviceId, identity, presence);
            }
        }
    }

    // A connection must be counted in and out even if the data file cannot be read at the moment.
    private ServiceSettings? FindSettings(long serviceId)
    {
        try
        {
            return engine.FindService(serviceId)?.Settings;
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NoSettings(logger, exception);
            return null;
        }
    }

    private void Depart(long serviceId, string identity, Presence presence)
    {
        if (presence.Departure is { } departure)
        {
            presence.Forget();
            Report(serviceId, SyncChange.EndpointDisconnected, identity, departure.EndpointId);
        }
    }

    private Presence Find(long serviceId, string identity)
    {
        if (!presences.TryGetValue((serviceId, identity), out Presence? presence))
        {
            presences.Add((serviceId, identity), presence = new Presence());
        }

        return presence;
    }

    private void RemoveIfGone(long serviceId, string identity, Presence presence)
    {
        if (presence is { Endpoints: 0, Departure: null })
        {
            presences.Remove((serviceId, identity));
        }
    }

    // Queued under the lock, and so in order, without waiting for a commit.
    private void Report(long serviceId, SyncChange change, string identity, string endpointId) =>
        _ = ReportAsync(serviceId, change, identity, endpointId);

    private async Task ReportAsync(long serviceId, SyncChange change, string identity, string endpointId)
    {
        try
        {
            await engine.ReportEndpointAsync(serviceId, change, identity, endpointId);
        }
#pragma warning disable CA1031 // nobody awaits this: an exception that is not caught here is lost
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotReported(logger, endpointId, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2350, LogLevel.Error, "Webhooks will not report that endpoint {EndpointId} connected or disconnected")]
        public static partial void NotReported(ILogger logger, string endpointId, Exception exception);

        [LoggerMessage(2351, LogLevel.Error, "Whether a service debounces reachability cannot be read; it is taken not to")]
        public static partial void NoSettings(ILogger logger, Exception exception);
    }

    /// <summary>An identity that has disconnected, and may reconnect within the window.</summary>
    private sealed record Departure(object Id, string EndpointId, ITimer Timer);

    private sealed class Presence
    {
        /// <summary>The number of the identity's connected endpoints.</summary>
        public int Endpoints { get; set; }

        public Departure? Departure { get; set; }

        public void Forget()
        {
            Departure?.Timer.Dispose();
            Departure = null;
        }
    }
}
