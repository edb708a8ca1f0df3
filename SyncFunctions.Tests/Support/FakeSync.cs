using System.Collections.Concurrent;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SyncFunctions.Tests.Support;

/// <summary>A server in Sync's place that fails as a test wants it to.</summary>
public sealed class FakeSync : IAsyncDisposable
{
    private readonly WebApplication server;

    private FakeSync(WebApplication server, ConcurrentQueue<string> requests)
    {
        this.server = server;
        Requests = requests;
        Url = new Uri(server.Urls.First());
    }

    public Uri Url { get; }

    /// <summary>The method and path of each request so far.</summary>
    public ConcurrentQueue<string> Requests { get; }

    /// <param name="answer">Answers the n-th request, counted from 1.</param>
    public static async Task<FakeSync> StartAsync(Func<HttpContext, int, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        ConcurrentQueue<string> requests = new();
        int count = 0;
        server.Run(context =>
        {
            requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            return answer(context, Interlocked.Increment(ref count));
        });
        await server.StartAsync();
        return new FakeSync(server, requests);
    }

    /// <summary>Answers with JSON.</summary>
    public static Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
