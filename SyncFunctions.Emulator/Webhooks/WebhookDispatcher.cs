using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>
/// Delivers the events of services that have a webhook. Each service's events are delivered one after the other, in the order of the log, after the last
/// one that was delivered. This position is kept in the data file, so that no event is lost by a restart or while a receiver is down.
/// </summary>
internal sealed partial class WebhookDispatcher : IAsyncDisposable
{
    private const int BatchSize = 50;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaximumDelay = TimeSpan.FromSeconds(10);

    // After this time the event is dropped, so that a receiver that keeps refusing it does not block the next events forever.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(5);

    private readonly SyncEngine engine;
    private readonly EmulatorOptions options;
    private readonly WebhookSender sender;
    private readonly RecentLog<DeliveryRecord> recent;
    private readonly TimeProvider time;
    private readonly ILogger<WebhookDispatcher> logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<long, Task> deliveries = [];
    private readonly Lock gate = new();

    public WebhookDispatcher(
        SyncEngine engine, EmulatorOptions options, WebhookSender sender, RecentLog<DeliveryRecord> recent, TimeProvider time,
        ILogger<WebhookDispatcher> logger)
    {
        this.engine = engine;
        this.options = options;
        this.sender = sender;
        this.recent = recent;
        this.time = time;
        this.logger = logger;
        engine.Committed += OnCommitted;
    }

    /// <summary>Continues the deliveries that a previous process did not finish.</summary>
    public void Start()
    {
        foreach (long serviceId in engine.GetWebhookServices())
        {
            Wake(serviceId);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        engine.Committed -= OnCommitted;
        await stopping.CancelAsync();
        Task[] running;
        lock (gate)
        {
            running = [.. deliveries.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    // Runs on the writer's thread, so it must not wait.
    private void OnCommitted(IReadOnlyList<SyncEvent> events)
    {
        foreach (long serviceId in events.Select(committed => committed.ServiceId).Distinct().Where(engine.HasWebhook))
        {
            Wake(serviceId);
        }
    }

    // One delivery for each service at a time. Before it ends it checks for events once more under the lock, so that none is left behind.
    private void Wake(long serviceId)
    {
        lock (gate)
        {
            if (!stopping.IsCancellationRequested && !deliveries.ContainsKey(serviceId))
            {
                deliveries.Add(serviceId, Task.Run(() => DeliverAsync(serviceId, stopping.Token)));
            }
        }
    }

    private async Task DeliverAsync(long serviceId, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                List<SyncEvent> events = engine.GetUndeliveredEvents(serviceId, BatchSize);
                foreach (SyncEvent undelivered in events)
                {
                    // The position is not saved after each event that the webhook does not want.
                    if (await DeliverAsync(undelivered, cancellationToken) || undelivered == events[^1])
                    {
                        await engine.MarkDeliveredAsync(serviceId, undelivered.Position, cancellationToken);
                    }
                }

                lock (gate)
                {
                    if (events.Count == 0 && engine.GetUndeliveredEvents(serviceId, 1).Count == 0)
                    {
                        deliveries.Remove(serviceId);
                        return;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, exception);
            lock (gate)
            {
                deliveries.Remove(serviceId);
            }
        }
    }

    // False if the webhook does not want the event.
    private async Task<bool> DeliverAsync(SyncEvent undelivered, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        DeliveryRecord? record = null;
        int attempts = 0;
        for (TimeSpan delay = FirstDelay; ; delay = delay * 2 < MaximumDelay ? delay * 2 : MaximumDelay)
        {
            if (engine.FindService(undelivered.ServiceId) is not { Settings.WebhookUrl: { } url } service || !IsWanted(undelivered, service))
            {
                if (record is not null)
                {
                    record.Progress = record.Progress with { State = DeliveryState.Dropped };
                }

                return false;
            }

            string eventType = EventType.Of(undelivered);
            record ??= Record(undelivered, service, eventType);
            record.Progress = record.Progress with { Attempts = ++attempts };
            (WebhookOutcome outcome, DeliveryAttempt attempt) = await sender.SendAsync(url, record.Form, cancellationToken);
            bool isDropped = outcome == WebhookOutcome.Refused
                || (outcome == WebhookOutcome.Retry && time.GetElapsedTime(started) > GiveUpAfter);
            record.Progress = new DeliveryProgress(
                outcome == WebhookOutcome.Delivered ? DeliveryState.Delivered : isDropped ? DeliveryState.Dropped : DeliveryState.Pending, attempts, attempt);
            if (outcome == WebhookOutcome.Delivered)
            {
                return true;
            }

            if (isDropped)
            {
                Log.Dropped(logger, eventType, undelivered.Position);
                return true;
            }

            Log.Retrying(logger, eventType, undelivered.Position, delay.TotalSeconds);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private DeliveryRecord Record(SyncEvent undelivered, SyncService service, string eventType)
    {
        DeliveryRecord record = new(
            time.GetUtcNow(), service.Id, service.Sid, eventType, WebhookForm.Of(undelivered, service, options.AccountSid));
        recent.Add(record);
        return record;
    }

    // Changes by REST and expiry, and endpoints that connect or disconnect, are only sent if the service's settings request them.
    private static bool IsWanted(SyncEvent source, SyncService service) => source switch
    {
        { IsOfEndpoint: true } => service.Settings.ReachabilityWebhooksEnabled,
        { EndpointId: not null } => true,
        _ => source.Identity != Caller.System.Identity || service.Settings.WebhooksFromRestEnabled,
    };

    private static partial class Log
    {
        [LoggerMessage(2400, LogLevel.Warning, "Webhook {EventType} ({Position}) was not accepted; retry in {Seconds} s")]
        public static partial void Retrying(ILogger logger, string eventType, long position, double seconds);

        [LoggerMessage(2401, LogLevel.Error, "Webhook {EventType} ({Position}) was refused, and is dropped")]
        public static partial void Dropped(ILogger logger, string eventType, long position);

        [LoggerMessage(2402, LogLevel.Error, "Webhooks cannot be delivered until the next event")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
