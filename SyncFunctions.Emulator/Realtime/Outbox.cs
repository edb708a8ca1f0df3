using System.Net.WebSockets;
using System.Threading.Channels;

using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Sends packets to a client in the order in which they are queued, and closes the socket after the last one.</summary>
internal sealed partial class Outbox(WebSocket socket, ConnectionLifetime lifetime, ILogger logger)
{
    /// <summary>The number of bytes that may wait for a client before it is regarded as dead. A new connection and replay bring it up to date.</summary>
    public const int MaximumBacklog = 4 * 1024 * 1024;

    private readonly Channel<byte[]> queue = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private int backlog;
    private int waiting;
    private long sent;

    /// <summary>Whether so much is waiting for the client that everything else should wait.</summary>
    public bool IsBehind => Volatile.Read(ref backlog) > MaximumBacklog / 4;

    /// <summary>The number of bytes that are waiting for the client.</summary>
    public int WaitingBytes => Volatile.Read(ref backlog);

    /// <summary>The number of packets that are waiting for the client.</summary>
    public int WaitingPackets => Volatile.Read(ref waiting);

    /// <summary>The number of bytes that were sent to the client.</summary>
    public long SentBytes => Interlocked.Read(ref sent);

    /// <summary>Queues a packet. A client that leaves too much unread is disconnected.</summary>
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

    /// <summary>Accepts no more packets. Queued packets are still sent.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Sends queued packets until there will be no more, or the connection ends. Does not throw.</summary>
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
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "Nothing more can be sent to a realtime client")]
        public static partial void SendingFailed(ILogger logger, Exception exception);
    }
}
