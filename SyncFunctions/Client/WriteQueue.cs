namespace SyncFunctions.Client;

/// <summary>
/// Makes this process's writes to one object take turns while Sync throttles them (429). If each were retried on its own, most would be throttled again;
/// one after the other they use the rate that Sync allows. While nothing is throttled, no write waits.
/// </summary>
internal sealed class WriteQueue(TimeProvider time)
{
    private readonly Dictionary<string, Line> lines = new(StringComparer.Ordinal);
    private readonly Lock sync = new();

    /// <summary>
    /// Gets the object whose rate limit a write counts against: the object that it changes, or that contains what it changes. A creation counts against
    /// its collection.
    /// </summary>
    public static string Target(SyncRequest request)
    {
        // /v1/Services/{service}/{collection}/{object}/…
        const int Segments = 5;
        int end = 0;
        for (int segment = 0; segment < Segments && end >= 0; segment++)
        {
            end = request.Path.IndexOf('/', end + 1);
        }

        return end < 0 ? request.Path : request.Path[..end];
    }

    /// <summary>Joins the throttled writes to an object; <see langword="null"/> if nothing is throttled.</summary>
    public Line? JoinIfThrottled(string target)
    {
        lock (sync)
        {
            if (lines.TryGetValue(target, out Line? line))
            {
                line.Writers++;
            }

            return line;
        }
    }

    /// <summary>Joins the throttled writes after a write was throttled itself.</summary>
    /// <param name="refusal">Sync's 429.</param>
    /// <param name="delay">How long no write may be sent, if it is the first.</param>
    public Line Join(string target, SyncResponse refusal, TimeSpan delay)
    {
        lock (sync)
        {
            if (!lines.TryGetValue(target, out Line? line))
            {
                line = new Line(this, target, refusal);
                line.Delay(delay);
                lines.Add(target, line);
            }

            line.Writers++;
            return line;
        }
    }

    private void Leave(Line line)
    {
        lock (sync)
        {
            if (--line.Writers == 0)
            {
                lines.Remove(line.Target);
                line.Turn.Dispose();
            }
        }
    }

    /// <summary>The throttled writes to one object. Each write that joins must leave.</summary>
    public sealed class Line(WriteQueue queue, string target, SyncResponse refusal)
    {
        private DateTimeOffset notBefore;

        /// <summary>Gets the semaphore of the turn.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>Gets the object.</summary>
        public string Target => target;

        /// <summary>Gets Sync's response to the first of them.</summary>
        public SyncResponse Refusal => refusal;

        /// <summary>Gets or sets how many wait or write; under the queue's lock.</summary>
        public int Writers { get; set; }

        /// <summary>Waits for a turn, and until writing is allowed.</summary>
        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            await Turn.WaitAsync(cancellationToken);
            try
            {
                await WaitForSyncAsync(cancellationToken);
            }
            catch
            {
                Turn.Release();
                throw;
            }
        }

        /// <summary>Waits until writing is allowed; called by the write whose turn it is.</summary>
        public Task WaitForSyncAsync(CancellationToken cancellationToken)
        {
            TimeSpan left = notBefore - queue.Now;
            return left > TimeSpan.Zero ? Task.Delay(left, queue.Time, cancellationToken) : Task.CompletedTask;
        }

        /// <summary>Holds back all writes until a delay is over.</summary>
        public void Delay(TimeSpan delay) => notBefore = queue.Now + delay;

        /// <summary>Leaves the queue.</summary>
        /// <param name="hadTurn">Whether the write had its turn.</param>
        public void Leave(bool hadTurn)
        {
            if (hadTurn)
            {
                Turn.Release();
            }

            queue.Leave(this);
        }
    }

    private TimeProvider Time => time;

    private DateTimeOffset Now => time.GetUtcNow();
}
