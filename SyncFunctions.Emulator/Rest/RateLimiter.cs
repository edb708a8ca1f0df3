using System.Collections.Concurrent;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>
/// Enforces Twilio's rates (https://www.twilio.com/docs/sync/limits), each over a window of 10 seconds: requests not made earlier in the window can
/// be made at once. Does nothing unless <see cref="EmulatorOptions.EnforceRateLimits"/> is set.
/// </summary>
internal sealed class RateLimiter(EmulatorOptions options, TimeProvider time)
{
    private const double Window = 10;
    private const double ObjectRate = 20;
    private const double MessageRate = 30;
    private const double PermissionRate = 80;
    private const int MaximumBuckets = 10_000;

    private readonly ConcurrentDictionary<string, Bucket> buckets = new();

    /// <summary>Gets whether rates are enforced.</summary>
    public bool IsEnabled => options.EnforceRateLimits;

    /// <summary>Counts a read of an object. Requests for items count for their list or map.</summary>
    public void Read(string kind, string sid) => Take($"read-{kind}-{sid}", ObjectRate, 1);

    /// <summary>Counts a write to an object. Above 1 KiB a write counts for more: at 10 KiB for ten.</summary>
    public void Write(string kind, string sid, int size) => Take($"write-{kind}-{sid}", ObjectRate, Cost(size, 1024, 10 * 1024, 10));

    /// <summary>Counts a message. Above 1 KiB a message counts for more, so messages of 3 KiB are limited to 7 a second.</summary>
    public void Publish(string sid, int size) => Take($"publish-stream-{sid}", MessageRate, Cost(size, 1024, 3 * 1024, MessageRate / 7));

    /// <summary>Counts a creation or removal of an object in a service.</summary>
    public void CreateOrRemove(string serviceSid) => Take($"create-delete-{serviceSid}", ObjectRate, 1);

    /// <summary>Counts a read or write of a permission of an object.</summary>
    public void Permission(string sid) => Take($"permission-{sid}", PermissionRate, 1);

    // Twilio publishes the two ends. Between them the cost increases linearly.
    private static double Cost(int size, int free, int full, double maximum) =>
        1 + ((maximum - 1) * Math.Clamp((double)(size - free) / (full - free), 0, 1));

    private void Take(string limit, double rate, double cost)
    {
        if (!IsEnabled)
        {
            return;
        }

        if (buckets.Count > MaximumBuckets)
        {
            // A full bucket is equivalent to a new one.
            foreach ((string name, Bucket idle) in buckets)
            {
                if (idle.IsFull(time))
                {
                    buckets.TryRemove(name, out _);
                }
            }
        }

        if (!buckets.GetOrAdd(limit, _ => new Bucket(rate, time.GetTimestamp())).TryTake(cost, time))
        {
            throw ProtocolErrors.RateLimitExceeded(limit);
        }
    }

    private sealed class Bucket(double rate, long created)
    {
        private readonly Lock gate = new();
        private double tokens = rate * Window;
        private long filled = created;

        public bool IsFull(TimeProvider time)
        {
            lock (gate)
            {
                Fill(time);
                return tokens >= rate * Window;
            }
        }

        public bool TryTake(double cost, TimeProvider time)
        {
            lock (gate)
            {
                Fill(time);
                if (tokens < cost)
                {
                    return false;
                }

                tokens -= cost;
                return true;
            }
        }

        private void Fill(TimeProvider time)
        {
            long now = time.GetTimestamp();
            tokens = Math.Min(rate * Window, tokens + (time.GetElapsedTime(filled, now).TotalSeconds * rate));
            filled = now;
        }
    }
}
