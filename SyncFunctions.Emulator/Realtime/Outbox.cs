using System.Net.WebSockets;
using System.Threading.Channels;

using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Sends a client its packets in the order in which they are queued, and closes the socket behind the last one.</summary>
internal sealed partial class Outbox(WebSocket socket, ConnectionLifetime lifetime, ILogger logger)
{
    /// <summary>How many bytes may wait for a client before it is taken to be dead. It recovers by a new connection and replay.</summary>
    public const int MaximumBacklog = 4 * 1024 * 1024;

    private readonly Channel<byte[]> queue = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private int backlog;
    private int waiting;
    private long sent;

    /// <summary>Whether so much waits for the client that nothing should be added that can wait.</summary>
    public bool IsBehind => Volatile.Read(ref backlog) > MaximumBacklog / 4;

    /// <summary>Gets how many bytes wait for the client.</summary>
    public int WaitingBytes => Volatile.Read(ref backlog);

    /// <summary>Gets how many packets wait for the client.</summary>
    public int WaitingPackets => Volatile.Read(ref waiting);

    /// <summary>Gets how many bytes the client was sent.</summary>
    public long SentBytes => Interlocked.Read(ref sent);

    /// <summary>Queues a packet. A client that leaves too much unread is cut off.</summary>
    public void Send(byte[] packet)
    {
        if (Interlocked.Add(ref backlog, packet.Length) > MaximumBacklog)
        {
            lifetime.End();
        }
        else
        {
            Interlocked.Increment(ref waiting);
            queue.Writer.TryWrite(packet);
        }
    }

    /// <summary>Takes no more packets. What is queued is still sent.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Sends what is queued until there will be no more, or until the connection ends. Does not throw.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (byte[] packet in queue.Reader.ReadAllAsync(lifetime.Ended))
            {
                await socket.SendAsync(packet, WebSocketMessageType.Binary, endOfMessage: true, lifetime.Ended);
                Interlocked.Add(ref backlog, -packet.Length);
                Interlocked.Decrement(ref waiting);
                Interlocked.Add(ref sent, packet.Length);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lifetime.Ended);
        }
        // A connection that nothing is sent on any more must not stay open.
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
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "Nothing more can be sent to a realtime client")]
        public static partial void SendingFailed(ILogger logger, Exception exception);
    }
}
