using System.Net.WebSockets;

using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Sends packets to a client in the order in which they are queued, and closes the socket after the last one.</summary>
/// <remarks>
/// A packet is sent at once by the thread that queues it, unless an earlier one is still on its way. A change with thousands of subscribers so needs no
/// task for each of them, and reaches them before their acknowledgements of it take up the processor.
/// </remarks>
internal sealed partial class Outbox
{
    /// <summary>The number of bytes that may wait for a client before it is regarded as dead. A new connection and replay bring it up to date.</summary>
    public const int MaximumBacklog = 4 * 1024 * 1024;

    private readonly WebSocket socket;
    private readonly ConnectionLifetime lifetime;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly Queue<byte[]> queue = new();
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isSending;
    private bool isComplete;
    private int backlog;
    private int waiting;
    private long sent;

    public Outbox(WebSocket socket, ConnectionLifetime lifetime, ILogger logger)
    {
        this.socket = socket;
        this.lifetime = lifetime;
        this.logger = logger;
        // A send in progress is cancelled. If there is none, the close is.
        lifetime.Ended.Register(Complete);
    }

    /// <summary>Gets a task that completes once nothing more is sent. It does not fail.</summary>
    public Task Finished => finished.Task;

    /// <summary>Whether so much is waiting for the client that everything else should wait.</summary>
    public bool IsBehind => Volatile.Read(ref backlog) > MaximumBacklog / 4;

    /// <summary>The number of bytes that are waiting for the client.</summary>
    public int WaitingBytes => Volatile.Read(ref backlog);

    /// <summary>The number of packets that are waiting for the client.</summary>
    public int WaitingPackets => Volatile.Read(ref waiting);

    /// <summary>The number of bytes that were sent to the client.</summary>
    public long SentBytes => Interlocked.Read(ref sent);

    /// <summary>Sends a packet, or queues it. A client that leaves too much unread is disconnected.</summary>
    public void Send(byte[] packet)
    {
        bool isTooMuch;
        lock (gate)
        {
            if (isComplete)
            {
                return;
            }

            isTooMuch = Interlocked.Add(ref backlog, packet.Length) > MaximumBacklog;
            if (!isTooMuch)
            {
                Interlocked.Increment(ref waiting);
                queue.Enqueue(packet);
                if (isSending)
                {
                    return;
                }

                isSending = true;
            }
        }

        if (isTooMuch)
        {
            lifetime.End();
        }
        else
        {
            _ = SendQueuedAsync();
        }
    }

    /// <summary>Accepts no more packets. Queued packets are still sent, and then the socket is closed.</summary>
    public void Complete()
    {
        lock (gate)
        {
            if (isComplete)
            {
                return;
            }

            isComplete = true;
            if (isSending)
            {
                return;
            }

            isSending = true;
        }

        _ = SendQueuedAsync();
    }

    private async Task SendQueuedAsync()
    {
        try
        {
            while (TryTake(out byte[]? packet))
            {
                if (packet is null)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Ended);
                    finished.TrySetResult();
                    return;
                }

                await socket.SendAsync(packet, WebSocketMessageType.Binary, endOfMessage: true, lifetime.Ended);
                Interlocked.Add(ref backlog, -packet.Length);
                Interlocked.Decrement(ref waiting);
                Interlocked.Add(ref sent, packet.Length);
            }
        }
        // A connection must not stay open if nothing can be sent on it.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!RealtimeConnection.IsLoss(exception))
            {
                Log.SendingFailed(logger, exception);
            }

            socket.Abort();
            lifetime.End();
            finished.TrySetResult();
        }
    }

    // False if nothing is queued. Null after the last packet; then the caller stays the only sender.
    private bool TryTake(out byte[]? packet)
    {
        lock (gate)
        {
            isSending = queue.TryDequeue(out packet) || isComplete;
            return isSending;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "Nothing more can be sent to a realtime client")]
        public static partial void SendingFailed(ILogger logger, Exception exception);
    }
}
