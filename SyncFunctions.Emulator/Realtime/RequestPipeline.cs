using System.Text.Json;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Handles a client's requests, many at a time, and keeps the order of its events: everything that was committed before a change of the client comes
/// before the response to that change, and the change's event after it.
/// </summary>
/// <param name="handle">Handles a request.</param>
/// <param name="send">Queues a packet for the client.</param>
/// <param name="ended">Cancelled when the connection ends.</param>
internal sealed partial class RequestPipeline(
    Func<RequestOrigin, JsonElement, ReadOnlyMemory<byte>, CancellationToken, Task<DataReply>> handle,
    Action<byte[]> send,
    ILogger logger,
    CancellationToken ended) : IDisposable
{
    private const int MaximumConcurrentRequests = 64;

    private readonly SemaphoreSlim requests = new(MaximumConcurrentRequests);
    private readonly Lock eventOrder = new();
    private readonly Queue<(byte[]? Packet, RequestOrigin? Origin)> heldEvents = new();

    /// <summary>Begins to handle a request, as soon as not too many are in progress.</summary>
    public async Task StartAsync(RequestOrigin origin, string id, JsonElement header, ReadOnlyMemory<byte> payload)
    {
        // The payload is in the buffer into which the next message is read.
        byte[] body = payload.ToArray();
        await requests.WaitAsync(ended);
        // Not awaited, because many requests may be in progress. Each runs on this thread until its change is queued, so changes keep their order.
        _ = AnswerAsync(origin, id, header, body);
    }

    /// <summary>
    /// Sends events in the order of the calls. The event of the client's own change comes after the response to its request, by which the client
    /// recognises the change as its own.
    /// </summary>
    /// <param name="packet">The event, or <see langword="null"/> to only reserve the place of a change that the client learns from the response.</param>
    /// <param name="origin">The client's request that made the change, or <see langword="null"/> if another client made it.</param>
    public void SendEvent(byte[]? packet, RequestOrigin? origin)
    {
        lock (eventOrder)
        {
            if (heldEvents.Count > 0 || origin is { IsAnswered: false })
            {
                heldEvents.Enqueue((packet, origin));
                if (origin is { IsAnswered: false })
                {
                    // The response comes in this place, after everything that is held already.
                    origin.IsAwaited = true;
                }
            }
            else
            {
                Send(packet);
            }
        }
    }

    /// <summary>Waits for the requests in progress, and accepts no more.</summary>
    public async Task StopAsync()
    {
        for (int i = 0; i < MaximumConcurrentRequests; i++)
        {
            await requests.WaitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => requests.Dispose();

    private async Task AnswerAsync(RequestOrigin origin, string id, JsonElement header, byte[] body)
    {
        try
        {
            (byte[]? answer, Action? afterSending) = await MakeAnswerAsync(origin, id, header, body);
            SendAnswer(origin, answer);
            afterSending?.Invoke();
        }
#pragma warning disable CA1031 // nobody awaits this: an exception that is not caught here is lost
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception);
        }
        finally
        {
            requests.Release();
        }
    }

    // No packet if the connection has ended.
    private async Task<(byte[]? Packet, Action? AfterSending)> MakeAnswerAsync(RequestOrigin origin, string id, JsonElement header, byte[] body)
    {
        try
        {
            DataReply reply = await handle(origin, header, body, ended);
            return (RealtimePackets.Answer(id, reply), reply.AfterSending);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return (null, null);
        }
#pragma warning disable CA1031 // every request gets a response
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception);
            return (RealtimePackets.Answer(id, DataReply.Error(ProtocolErrors.InternalError())), null);
        }
    }

    private void SendAnswer(RequestOrigin origin, byte[]? answer)
    {
        lock (eventOrder)
        {
            origin.Answer(origin.IsAwaited ? answer : null);
            if (!origin.IsAwaited)
            {
                Send(answer);
            }

            while (heldEvents.TryPeek(out (byte[]? Packet, RequestOrigin? Origin) next) && next.Origin is null or { IsAnswered: true })
            {
                heldEvents.Dequeue();
                Send(next.Origin?.TakeAnswer());
                Send(next.Packet);
            }
        }
    }

    private void Send(byte[]? packet)
    {
        if (packet is not null)
        {
            send(packet);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2320, LogLevel.Error, "A realtime request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
