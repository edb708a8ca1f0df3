namespace SyncFunctions.Client;

/// <summary>
/// Lets this process's writes to one object wait for their turn while Sync throttles them (429). If all of them came back by themselves, most
/// would be throttled again; one after the other they use what Sync allows. While nothing is throttled, no write waits.
/// </summary>
internal sealed class WriteQueue(TimeProvider time)
{
    private readonly Dictionary<string, Line> lines = new(StringComparer.Ordinal);
    private readonly Lock sync = new();

    /// <summary>Gets what a write counts for at Sync: the object that it changes, or changes something in. A creation counts for its collection.</summary>
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

    /// <summary>Joins the throttled writes to an object; <see langword="null"/> if there are none.</summary>
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

    /// <summary>Joins them because a write was throttled itself.</summary>
    /// <param name="refusal">Sync's answer.</param>
    /// <param name="delay">How long nobody may write, if it is the first.</param>
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

    /// <summary>The throttled writes to one object. Whoever has joined must leave.</summary>
    public sealed class Line(WriteQueue queue, string target, SyncResponse refusal)
    {
        private DateTimeOffset notBefore;

        /// <summary>Gets whose turn it is.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>Gets the object.</summary>
        public string Target => target;

        /// <summary>Gets Sync's answer to the first of them.</summary>
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

        /// <summary>Waits, in one's turn, until writing is allowed.</summary>
        public Task WaitForSyncAsync(CancellationToken cancellationToken)
        {
            TimeSpan left = notBefore - queue.Now;
            return left > TimeSpan.Zero ? Task.Delay(left, queue.Time, cancellationToken) : Task.CompletedTask;
        }

        /// <summary>Lets nobody write before a delay is over.</summary>
        public void Delay(TimeSpan delay) => notBefore = queue.Now + delay;

        /// <summary>Leaves the queue.</summary>
        /// <param name="hadTurn">Whether it was one's turn.</param>
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
