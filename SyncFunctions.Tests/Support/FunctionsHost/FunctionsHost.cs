using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

using Grpc.Core;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Tests.Support.WorkerProtocol;

using RpcException = Grpc.Core.RpcException;

namespace SyncFunctions.Tests.Support;

/// <summary>
/// The part of the Azure Functions host that the app can tell from the real one: it starts the app as its worker, learns the functions from it,
/// routes requests, checks keys, and restarts a worker that died.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>A host key, for a host that requires keys.</summary>
    public const string Key = "the-key-of-the-functions-host";

    private const int StartAttempts = 3;

    // The real host's limit; it keeps a message for ten minutes, and renews that.
    private const int MaximumDequeueCount = 5;
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PollingDelay = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentQueue<WorkerLog> logs = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentQueue<string> output = new();
    private readonly RequestForwarder forwarder = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<string, string> settings;
    private readonly bool needsKeys;
    private readonly string prefix;
    private readonly WebApplication web;
    private volatile TaskCompletionSource<Worker> current = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WorkerChannel? expected;
    private Task supervision = Task.CompletedTask;
    private Task listening = Task.CompletedTask;

    private FunctionsHost(IReadOnlyDictionary<string, string> settings, bool needsKeys)
    {
        this.settings = new Dictionary<string, string>(settings) { ["Emulator__DataFile"] = folder.File("sync.db") };
        this.needsKeys = needsKeys;
        prefix = RoutePrefix(Repository.AppOutput);
        // Empty: nothing of this machine's configuration reaches it.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(this);
        web = builder.Build();
        web.MapGrpcService<Streams>();
        web.Use((context, next) => context.GetEndpoint() is null ? AnswerAsync(context) : next(context));
    }

    /// <summary>Gets a client; relative URLs are routes below the prefix.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Gets the functions that the worker told of.</summary>
    public IReadOnlyList<HostedFunction> Functions { get; private set; } = [];

    /// <summary>Gets the functions that messages of queues call.</summary>
    public IReadOnlyList<QueuedFunction> Queues { get; private set; } = [];

    /// <summary>Gets what the workers told the host to log, so far.</summary>
    public IReadOnlyList<WorkerLog> Logs => [.. logs];

    /// <summary>Gets those of the logs that tell of something that must not be.</summary>
    public IEnumerable<WorkerLog> Errors => logs.Where(log => log.Level is "Error" or "Critical");

    /// <summary>Gets what the workers wrote to their standard output and standard error, so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    /// <summary>Gets the invocations that failed, and the requests that the worker did not answer, so far.</summary>
    public IReadOnlyList<string> Failures => [.. failures];

    private Uri WorkerUrl => new(web.Urls.First());

    /// <summary>Starts a host, and its worker.</summary>
    /// <param name="settings">The worker's environment variables.</param>
    /// <param name="needsKeys">Whether functions require <see cref="Key"/>, as in Azure; Core Tools requires none.</param>
    public static async Task<FunctionsHost> StartAsync(IReadOnlyDictionary<string, string>? settings = null, bool needsKeys = false)
    {
        FunctionsHost host = new(settings ?? new Dictionary<string, string>(), needsKeys);
        try
        {
            await host.web.StartAsync();
            host.Http = new HttpClient { BaseAddress = new Uri(new Uri(host.web.Urls.Last()), $"{host.prefix}/") };
            host.supervision = host.SuperviseAsync();
            await host.current.Task.WaitAsync(Timeout);
            host.listening = Task.WhenAll(host.Queues.Select(host.ListenAsync));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the worker, and returns when it has ended. Later requests wait for the next worker.</summary>
    public async Task KillWorkerAsync()
    {
        Worker worker = await current.Task.WaitAsync(Timeout);
        worker.Process.Kill();
        await worker.Gone.Task.WaitAsync(Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await supervision;
        await listening;
        Http?.Dispose();
        await web.StopAsync();
        await web.DisposeAsync();
        forwarder.Dispose();
        stopping.Dispose();
        folder.Dispose();
    }

    private static string RoutePrefix(string folder)
    {
        using JsonDocument host = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "host.json")));
        return host.RootElement.GetProperty("extensions").GetProperty("http").Text("routePrefix");
    }

    // One worker after the other, until the host stops.
    private async Task SuperviseAsync()
    {
        for (int failed = 0; !stopping.IsCancellationRequested;)
        {
            WorkerChannel channel = new(logs);
            expected = channel;
            using WorkerProcess process = WorkerProcess.Start(WorkerUrl, channel.Id, folder.Path, settings, output);
            Worker? worker = null;
            try
            {
                Task end = process.EndAsync();
                worker = await StartAsync(channel, process, end);
                failed = 0;
                await end.WaitAsync(stopping.Token);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // Another process may have taken the port in the meantime. The real host retries too.
                if (++failed == StartAttempts)
                {
                    current.TrySetException(new InvalidOperationException($"The worker does not start: {string.Join('\n', output)}", exception));
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // The host stops.
            }
            finally
            {
                process.Kill();
                await process.EndAsync();
                channel.End();
                if (worker is not null)
                {
                    current = new TaskCompletionSource<Worker>(TaskCreationOptions.RunContinuationsAsynchronously);
                    worker.Gone.SetResult();
                }
            }
        }
    }

    private async Task<Worker> StartAsync(WorkerChannel channel, WorkerProcess process, Task end)
    {
        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        cancellation.CancelAfter(Timeout);
        Task<(Uri Url, IReadOnlyList<HostedFunction> Functions, IReadOnlyList<QueuedFunction> Queues)> handshake = channel.ShakeHandsAsync(Repository.AppOutput, cancellation.Token);
        if (await Task.WhenAny(handshake, end) == end)
        {
            channel.End();
        }

        (Uri url, Functions, Queues) = await handshake;
        Worker worker = new(process, channel, url, HostedFunction.InOrderOfRoutes(Functions), Queues);
        current.SetResult(worker);
        return worker;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Worker worker;
        try
        {
            worker = await current.Task.WaitAsync(Timeout, context.RequestAborted);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        RouteValueDictionary parameters = [];
        if (worker.Functions.FirstOrDefault(candidate => candidate.Matches(context.Request, prefix, out parameters)) is not { } function)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (needsKeys && function.NeedsKey && !HasKey(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            await InvokeAsync(context, worker, function, parameters);
        }
    }

    private async Task InvokeAsync(HttpContext context, Worker worker, HostedFunction function, RouteValueDictionary parameters)
    {
        string id = Guid.NewGuid().ToString();
        using CancellationTokenRegistration cancellation = context.RequestAborted.Register(() => worker.Channel.Cancel(id));
        Task<InvocationResponse> invocation = worker.Channel.InvokeAsync(id, function, parameters, context.Request.Headers.TraceParent.ToString());
        try
        {
            await forwarder.ForwardAsync(context, worker.Url, id, invocation);
            StatusResult result = (await invocation).Result;
            if (result.Status != StatusResult.Types.Status.Success)
            {
                failures.Enqueue($"{function.Name}: {result.Status} {result.Exception?.Message}");
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller does not wait for the response.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
        {
            failures.Enqueue($"{function.Name}: {exception.Message}");
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
            else
            {
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    // As the host does with a queue's messages: one that fails comes again, and after some times goes to another queue.
    private async Task ListenAsync(QueuedFunction function)
    {
        if (!settings.TryGetValue(function.Connection, out string? connection))
        {
            // The real host logs an error, and continues with the other functions.
            return;
        }

        QueueClientOptions options = new() { MessageEncoding = QueueMessageEncoding.Base64 };
        QueueClient queue = new(connection, function.Queue, options);
        QueueClient poison = new(connection, $"{function.Queue}-poison", options);
        try
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: stopping.Token);
            while (true)
            {
                if ((await queue.ReceiveMessageAsync(MessageTimeout, stopping.Token)).Value is not { } message)
                {
                    await Task.Delay(PollingDelay, stopping.Token);
                    continue;
                }

                if (await HandleAsync(function, message))
                {
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, stopping.Token);
                }
                else if (message.DequeueCount < MaximumDequeueCount)
                {
                    await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, PollingDelay, stopping.Token);
                }
                else
                {
                    await poison.CreateIfNotExistsAsync(cancellationToken: stopping.Token);
                    await poison.SendMessageAsync(message.Body, cancellationToken: stopping.Token);
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> HandleAsync(QueuedFunction function, QueueMessage message)
    {
        Worker worker = await current.Task.WaitAsync(Timeout, stopping.Token);
        try
        {
            QueuedFunction own = worker.Queues.Single(candidate => candidate.Name == function.Name);
            InvocationResponse response = await worker.Channel.InvokeAsync(Guid.NewGuid().ToString(), own, message.Body.ToString()).WaitAsync(stopping.Token);
            if (response.Result.Status == StatusResult.Types.Status.Success)
            {
                return true;
            }

            failures.Enqueue($"{function.Name}: {response.Result.Status} {response.Result.Exception?.Message}");
        }
        catch (IOException)
        {
            // The message comes again to the next worker.
            await worker.Gone.Task.WaitAsync(stopping.Token);
        }

        return false;
    }

    // The header goes before the query.
    private static bool HasKey(HttpRequest request) =>
        (request.Headers.TryGetValue("x-functions-key", out StringValues header) ? header : request.Query["code"]) is [Key, ..];

    /// <summary>A worker that has told of its functions.</summary>
    /// <param name="Functions">In the order in which their routes are tried.</param>
    private sealed record Worker(
        WorkerProcess Process, WorkerChannel Channel, Uri Url, IReadOnlyList<HostedFunction> Functions, IReadOnlyList<QueuedFunction> Queues)
    {
        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Takes the streams of workers: of the one that the host has started, and of no other.</summary>
    private sealed class Streams(FunctionsHost host) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken) && host.expected is { } channel && requestStream.Current.StartStream?.WorkerId == channel.Id)
            {
                await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
            }
            else
            {
                throw new RpcException(new Status(StatusCode.PermissionDenied, "This host did not start that worker."));
            }
        }
    }
}
