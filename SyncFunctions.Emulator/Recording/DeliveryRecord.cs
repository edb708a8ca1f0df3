namespace SyncFunctions.Emulator.Recording;

/// <summary>What has become of a delivery.</summary>
internal enum DeliveryState
{
    /// <summary>It is under way, or waits for its next attempt.</summary>
    Pending,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>It is not sent any more: the receiver refused it, or did not take it in time.</summary>
    Dropped,
}

/// <summary>A delivery of an event to a service's webhook.</summary>
internal sealed class DeliveryRecord(
    DateTimeOffset time, long serviceId, string serviceSid, string eventType, IReadOnlyList<KeyValuePair<string, string>> form, long? repeats = null)
{
    // What an entry takes besides its form, with the answer that it may get.
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

    /// <summary>Gets the id of the delivery that it sends again; <see langword="null"/> if it is the event's own.</summary>
    public long? Repeats => repeats;

    /// <summary>Gets or sets how far it is.</summary>
    public DeliveryProgress Progress
    {
        get => progress;
        set => progress = value;
    }

    /// <summary>Gets how many bytes it takes in memory, roughly.</summary>
    public int Size => Overhead + (2 * form.Sum(pair => pair.Key.Length + pair.Value.Length));
}

/// <summary>How far a delivery is.</summary>
/// <param name="Attempts">How often it was sent so far, with the attempt under way.</param>
/// <param name="Last">The last attempt that has ended; <see langword="null"/> if none has.</param>
internal sealed record DeliveryProgress(DeliveryState State, int Attempts, DeliveryAttempt? Last)
{
    /// <summary>Gets that of one whose first attempt is under way.</summary>
    public static DeliveryProgress Begin { get; } = new(DeliveryState.Pending, 1, null);
}

/// <summary>An attempt to deliver.</summary>
/// <param name="Url">Where it was sent, without user info.</param>
/// <param name="Signature">Its <c>X-Twilio-Signature</c>.</param>
/// <param name="Status">The answer's HTTP status; <see langword="null"/> if there was no answer.</param>
/// <param name="Answer">The first 4 KiB of the answer's body; <see langword="null"/> if there was no answer.</param>
/// <param name="Error">Why there was no answer; <see langword="null"/> if there was one.</param>
/// <param name="Duration">From sending to the answer, or to giving up.</param>
internal sealed record DeliveryAttempt(string Url, string Signature, int? Status, string? Answer, string? Error, TimeSpan Duration);

/// <summary>Sends deliveries again.</summary>
internal interface IDeliveryRepeater
{
    /// <summary>Sends a delivery again, once: the same fields, signed anew.</summary>
    /// <param name="id">The id of the delivery.</param>
    /// <returns>The id of the new one, the new one, and a task that completes when it has ended.</returns>
    RepeatedDelivery Repeat(long id, DeliveryRecord delivery);
}

/// <summary>A delivery that sends another again.</summary>
/// <param name="Ended">Completes when it has ended, however it did.</param>
internal sealed record RepeatedDelivery(long Id, DeliveryRecord Delivery, Task Ended);
