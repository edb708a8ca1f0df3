using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

using Grpc.Core;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using SyncFunctions.Tests.Support;
using SyncFunctions.Tests.Support.WorkerProtocol;

namespace SyncFunctions.Benchmarks.ColdStart;

/// <summary>The part of the Azure Functions host that starts a worker: the worker's stream, and one request. The tests' host has the rest.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<WorkerLog> logs = new();
    private readonly WebApplication web;
    private volatile WorkerChannel? expected;

    private WorkerHost()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(this);
        web = builder.Build();
        web.MapGrpcService<Streams>();
    }

    /// <summary>Starts the host, without a worker.</summary>
    public static async Task<WorkerHost> StartAsync()
    {
        WorkerHost host = new();
        await host.web.StartAsync();
        return host;
    }

    /// <summary>Starts a worker, calls a function, and kills the worker.</summary>
    /// <param name="program">The worker's assembly.</param>
    /// <param name="pathAndQuery">What to call.</param>
    /// <returns>The time from the start of the process to the answer, and the processor time of the worker.</returns>
    public async Task<(TimeSpan Elapsed, TimeSpan Processor)> MeasureAsync(
        string program, IEnumerable<(string Name, string Value)> settings, string function, string pathAndQuery)
    {
        using CancellationTokenSource expired = new(Timeout);
        string folder = Path.GetDirectoryName(program)!;
        WorkerChannel channel = new(logs);
        expected = channel;
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Start(program, channel.Id, settings);
        try
        {
            (Uri url, IReadOnlyList<HostedFunction> functions, _) = await channel.ShakeHandsAsync(folder, expired.Token);
            string invocation = Guid.NewGuid().ToString();
            Task<InvocationResponse> invoked = channel.InvokeAsync(invocation, functions.Single(candidate => candidate.Name == function), [], caller: "");
            await CallAsync(new Uri(url, pathAndQuery), invocation, expired.Token);
            StatusResult result = (await invoked.WaitAsync(expired.Token)).Result;
            (TimeSpan, TimeSpan) used = (watch.Elapsed, process.TotalProcessorTime);
            return result.Status == StatusResult.Types.Status.Success ? used : throw new InvalidOperationException($"{function} failed: {result.Exception?.Message}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            channel.End();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await web.DisposeAsync();
    }

    // A worker may list its functions before it listens for their requests, so the real host tries again too.
    private static async Task CallAsync(Uri url, string invocation, CancellationToken cancellationToken)
    {
        using HttpClient http = new();
        http.DefaultRequestHeaders.Add("x-ms-invocation-id", invocation);
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(url, cancellationToken);
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(2, cancellationToken);
            }
        }
    }

    private Process Start(string program, string workerId, IEnumerable<(string Name, string Value)> settings)
    {
        ProcessStartInfo start = WorkerCommand.Create(
            new Uri(web.Urls.First()),
            workerId,
            program,
            Path.GetDirectoryName(program)!,
            settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private sealed class Streams(WorkerHost host) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken) && host.expected is { } channel && requestStream.Current.StartStream?.WorkerId == channel.Id)
            {
                await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
            }
        }
    }
}
