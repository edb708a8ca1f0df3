using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

using Grpc.Core;

using SyncFunctions.Tests.Support.WorkerProtocol;

using RpcException = Grpc.Core.RpcException;

namespace SyncFunctions.Tests.Support;

/// <summary>The host's end of the stream that one worker process opens.</summary>
internal sealed class WorkerChannel(ConcurrentQueue<WorkerLog> logs)
{
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<StreamingMessage> replies = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> invocations = new();

    /// <summary>Gets the name under which the worker opens its stream.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Forwards messages in both directions until the worker has ended.</summary>
    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> requests, IServerStreamWriter<StreamingMessage> responses, CancellationToken aborted)
    {
        replies.Writer.TryWrite(new StreamingMessage { StartStream = new StartStream { WorkerId = Id } });
        Task sending = SendAsync(responses, aborted);
        try
        {
            while (await requests.MoveNext(aborted))
            {
                Receive(requests.Current);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException)
        {
            // A worker that is killed says no goodbye.
        }

        End();
        await sending;
    }

    /// <summary>Does what a host does before the first invocation.</summary>
    /// <param name="folder">The app's folder.</param>
    /// <returns>The address at which the worker takes requests, and its functions.</returns>
    public async Task<(Uri Url, IReadOnlyList<HostedFunction> Functions, IReadOnlyList<QueuedFunction> Queues)> ShakeHandsAsync(string folder, CancellationToken cancellationToken)
    {
        await ReplyAsync(StreamingMessage.ContentOneofCase.StartStream, cancellationToken);

        Send(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1037.0", WorkerDirectory = folder, FunctionAppDirectory = folder },
        });
        WorkerInitResponse init = (await ReplyAsync(StreamingMessage.ContentOneofCase.WorkerInitResponse, cancellationToken)).WorkerInitResponse;
        Require(init.Result, "start");

        Send(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } });
        FunctionMetadataResponse metadata =
            (await ReplyAsync(StreamingMessage.ContentOneofCase.FunctionMetadataResponse, cancellationToken)).FunctionMetadataResponse;
        Require(metadata.Result, "list its functions");

        foreach (RpcFunctionMetadata function in metadata.FunctionMetadataResults)
        {
            function.Directory = folder;
            function.FunctionId = function.FunctionId.Length == 0 ? Guid.NewGuid().ToString() : function.FunctionId;
            Send(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } });
        }

        for (int waiting = metadata.FunctionMetadataResults.Count; waiting > 0; waiting--)
        {
            Require((await ReplyAsync(StreamingMessage.ContentOneofCase.FunctionLoadResponse, cancellationToken)).FunctionLoadResponse.Result, "load a function");
        }

        return (
            new Uri(init.Capabilities["HttpUri"]),
            [.. metadata.FunctionMetadataResults.Select(HostedFunction.Of).OfType<HostedFunction>()],
            [.. metadata.FunctionMetadataResults.Select(QueuedFunction.Of).OfType<QueuedFunction>()]);
    }

    /// <summary>Asks for an invocation, whose request the worker waits for under the same id.</summary>
    /// <param name="caller">The caller's <c>traceparent</c>; empty if it has none.</param>
    public Task<InvocationResponse> InvokeAsync(string id, HostedFunction function, IEnumerable<KeyValuePair<string, object?>> routeParameters, string caller)
    {
        InvocationRequest request = Request(id, function.Id, caller);
        // The request itself goes over HTTP; this only says which parameter takes it.
        request.InputData.Add(new ParameterBinding { Name = function.Request, Data = new TypedData { Http = new RpcHttp() } });
        foreach ((string name, object? value) in routeParameters)
        {
            request.TriggerMetadata.Add(name, new TypedData { String = (string?)value ?? "" });
        }

        return SendAsync(id, request);
    }

    /// <summary>Asks for an invocation with a message of a queue.</summary>
    public Task<InvocationResponse> InvokeAsync(string id, QueuedFunction function, string message)
    {
        InvocationRequest request = Request(id, function.Id, caller: "");
        request.InputData.Add(new ParameterBinding { Name = function.Message, Data = new TypedData { String = message } });
        return SendAsync(id, request);
    }

    // The host has its own span in the caller's trace, or in a new one that is not recorded.
    private static InvocationRequest Request(string id, string functionId, string caller) => new()
    {
        InvocationId = id,
        FunctionId = functionId,
        TraceContext = new RpcTraceContext
        {
            TraceParent = ActivityContext.TryParse(caller, null, out ActivityContext parent)
                ? $"00-{parent.TraceId}-{ActivitySpanId.CreateRandom()}-0{(int)parent.TraceFlags}"
                : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00",
        },
    };

    private Task<InvocationResponse> SendAsync(string id, InvocationRequest request)
    {
        TaskCompletionSource<InvocationResponse> response = new(TaskCreationOptions.RunContinuationsAsynchronously);
        invocations[id] = response;
        if (!Send(new StreamingMessage { InvocationRequest = request }) && invocations.TryRemove(id, out _))
        {
            response.TrySetException(Ended());
        }

        return response.Task;
    }

    /// <summary>Tells the worker that an invocation was cancelled.</summary>
    public void Cancel(string id) => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = id } });

    /// <summary>Fails what still waits for the worker.</summary>
    public void End()
    {
        outgoing.Writer.TryComplete();
        replies.Writer.TryComplete(Ended());
        foreach (string id in invocations.Keys)
        {
            if (invocations.TryRemove(id, out TaskCompletionSource<InvocationResponse>? response))
            {
                response.TrySetException(Ended());
            }
        }
    }

    private static IOException Ended() => new("The worker ended.");

    private static void Require(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"The worker could not {what}: {result.Exception?.Message} {result.Exception?.StackTrace}");
        }
    }

    private bool Send(StreamingMessage message) => outgoing.Writer.TryWrite(message);

    private async Task<StreamingMessage> ReplyAsync(StreamingMessage.ContentOneofCase kind, CancellationToken cancellationToken)
    {
        StreamingMessage reply = await replies.Reader.ReadAsync(cancellationToken);
        return reply.ContentCase == kind ? reply : throw new InvalidOperationException($"The worker said {reply.ContentCase}, and not {kind}.");
    }

    private async Task SendAsync(IServerStreamWriter<StreamingMessage> responses, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (StreamingMessage message in outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await responses.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException or RpcException)
        {
            // The reading end tells of it.
        }
    }

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                logs.Enqueue(new WorkerLog(message.RpcLog.Level.ToString(), message.RpcLog.Category, message.RpcLog.Message, message.RpcLog.Exception?.Message));
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (invocations.TryRemove(message.InvocationResponse.InvocationId, out TaskCompletionSource<InvocationResponse>? response))
                {
                    response.TrySetResult(message.InvocationResponse);
                }

                break;
            case StreamingMessage.ContentOneofCase.None:
                // Something that this host has no use for.
                break;
            default:
                replies.Writer.TryWrite(message);
                break;
        }
    }
}

/// <summary>What a worker told the host to log.</summary>
public sealed record WorkerLog(string Level, string Category, string Message, string? Exception);
