namespace SyncFunctions.Emulator.Recording;

/// <summary>The state of a delivery.</summary>
internal enum DeliveryState
{
    /// <summary>It is in progress, or waits for its next attempt.</summary>
    Pending,

    /// <summary>The receiver accepted it.</summary>
    Delivered,

    /// <summary>It is not sent again: the receiver refused it, or did not accept it in time.</summary>
    Dropped,
}

/// <summary>A delivery of an event to a service's webhook.</summary>
internal sealed class DeliveryRecord(
    DateTimeOffset time, long serviceId, string serviceSid, string eventType, IReadOnlyList<KeyValuePair<string, string>> form, long? repeats = null)
{
    // What an entry takes in addition to its form, with the response that it may get.
    private const int Overhead = 8 * 1024;

    private volatile DeliveryProgress progress = DeliveryProgress.Begin;

    /// <summary>Gets when it began.</summary>
    public DateTimeOffset Time => time;

    /// <summary>Gets the emulator's own id of the service.</summary>
    public long ServiceId => serviceId;

    /// <summary>Gets the service's SID.</summary>
    public string ServiceSid => serviceSid;

    /// <summary>Gets the event's type, such as <c>map_item_added</c>.</summary>
    public string EventType => eventType;

    /// <summary>Gets the fields that are sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form => form;

    /// <summary>Gets the id of the delivery that it repeats, or <see langword="null"/> if it is the original one.</summary>
    public long? Repeats => repeats;

    /// <summary>Gets or sets its progress.</summary>
    public DeliveryProgress Progress
    {
        get => progress;
        set => progress = value;
    }

    /// <summary>Gets its estimated size in memory, in bytes.</summary>
    public int Size => Overhead + (2 * form.Sum(pair => pair.Key.Length + pair.Value.Length));
}

/// <summary>The progress of a delivery.</summary>
/// <param name="Attempts">The number of attempts, including one that is in progress.</param>
/// <param name="Last">The last attempt that has ended, or <see langword="null"/> if none has.</param>
internal sealed record DeliveryProgress(DeliveryState State, int Attempts, DeliveryAttempt? Last)
{
    /// <summary>Gets the progress during the first attempt.</summary>
    public static DeliveryProgress Begin { get; } = new(DeliveryState.Pending, 1, null);
}

/// <summary>An attempt to deliver.</summary>
/// <param name="Url">The URL without user info.</param>
/// <param name="Signature">Its <c>X-Twilio-Signature</c>.</param>
/// <param name="Status">The HTTP status of the response, or <see langword="null"/> if there was none.</param>
/// <param name="Answer">The first 4 KiB of the response's body, or <see langword="null"/> if there was no response.</param>
/// <param name="Error">Why there was no response, or <see langword="null"/> if there was one.</param>
/// <param name="Duration">The time until the response, or until the attempt failed.</param>
internal sealed record DeliveryAttempt(string Url, string Signature, int? Status, string? Answer, string? Error, TimeSpan Duration);

/// <summary>Repeats deliveries.</summary>
internal interface IDeliveryRepeater
{
    /// <summary>Sends a delivery again, once: the same fields with a new signature.</summary>
    /// <param name="id">The id of the delivery.</param>
    /// <returns>The new delivery.</returns>
    RepeatedDelivery Repeat(long id, DeliveryRecord delivery);
}

/// <summary>A delivery that repeats another.</summary>
/// <param name="Ended">Completes when it has ended, successfully or not.</param>
internal sealed record RepeatedDelivery(long Id, DeliveryRecord Delivery, Task Ended);
