using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>Repeats deliveries on request: each once, independently of the queue of deliveries.</summary>
internal sealed partial class DeliveryRepeater(
    SyncEngine engine, WebhookSender sender, RecentLog<DeliveryRecord> recent, TimeProvider time, ILogger<DeliveryRepeater> logger)
    : IDeliveryRepeater, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<Task> running = [];
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public RepeatedDelivery Repeat(long id, DeliveryRecord delivery)
    {
        DeliveryRecord again = new(time.GetUtcNow(), delivery.ServiceId, delivery.ServiceSid, delivery.EventType, delivery.Form, id);
        long added = recent.Add(again);
        lock (gate)
        {
            running.RemoveWhere(task => task.IsCompleted);
            Task ended = Task.Run(() => SendAsync(again, delivery, stopping.Token));
            running.Add(ended);
            return new RepeatedDelivery(added, again, ended);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Task[] left;
        lock (gate)
        {
            left = [.. running];
        }

        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task SendAsync(DeliveryRecord again, DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        DeliveryState state = DeliveryState.Dropped;
        DeliveryAttempt? attempt = null;
        try
        {
            if (FindUrl(delivery) is { } url)
            {
                (WebhookOutcome outcome, attempt) = await sender.SendAsync(url, again.Form, cancellationToken);
                state = outcome == WebhookOutcome.Delivered ? DeliveryState.Delivered : DeliveryState.Dropped;
            }
        }
#pragma warning disable CA1031 // nobody has to await this, so an exception could be lost
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception);
        }

        again.Progress = new DeliveryProgress(state, 1, attempt);
    }

    // The URL of the last attempt, or of the service if there was none. User info is not recorded; it comes from the service's URL if that is the same.
    private string? FindUrl(DeliveryRecord delivery)
    {
        string? current = engine.FindService(delivery.ServiceId)?.Settings.WebhookUrl;
        return delivery.Progress.Last?.Url is not { } former || (current is not null && WebhookTarget.Of(current).Signed == former) ? current : former;
    }

    private static partial class Log
    {
        [LoggerMessage(2410, LogLevel.Error, "A webhook could not be sent again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
