using System.Collections.Concurrent;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Client;

namespace SyncFunctions.Tests.Support;

/// <summary>A request as it reached the server in Sync's place.</summary>
public sealed record ReceivedRequest(string Method, string Target, IHeaderDictionary Headers, string Body);

/// <summary>An app that calls a <see cref="FakeSync"/> instead of Twilio. Each test sets its responses.</summary>
public sealed class FakeTwilio : IAsyncLifetime
{
    public const string Document =
        """
        {"sid":"ET00000000000000000000000000000001","unique_name":"d","account_sid":"AC00000000000000000000000000000000",
         "service_sid":"IS00000000000000000000000000000000","url":"https://sync.twilio.com/d","links":{"permissions":"https://sync.twilio.com/p"},
         "revision":"7","data":{"a":1},"date_expires":null,"date_created":"2024-01-02T03:04:05Z","date_updated":"2024-01-02T03:04:05Z","created_by":"system"}
        """;

    public const string Item =
        """
        {"index":3,"key":"k","account_sid":"AC00000000000000000000000000000000","service_sid":"IS00000000000000000000000000000000",
         "list_sid":"ES00000000000000000000000000000001","map_sid":"MP00000000000000000000000000000001","url":"https://sync.twilio.com/i","revision":"7",
         "data":{"a":1},"date_expires":null,"date_created":"2024-01-02T03:04:05Z","date_updated":"2024-01-02T03:04:05Z","created_by":"system"}
        """;

    private readonly ConcurrentQueue<ReceivedRequest> requests = new();
    private FakeSync sync = null!;
    private Func<HttpContext, int, Task> answer = (_, _) => Task.CompletedTask;

    public TestApp App { get; private set; } = null!;

    public Uri Url => sync.Url;

    /// <summary>What has arrived since the last <c>Answer</c>.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. requests];

    public async ValueTask InitializeAsync()
    {
        sync = await FakeSync.StartAsync(async (context, _) =>
        {
            string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            using StreamReader body = new(context.Request.Body);
            requests.Enqueue(new ReceivedRequest(context.Request.Method, target, new HeaderDictionary(context.Request.Headers.ToDictionary()), await body.ReadToEndAsync()));
            await answer(context, requests.Count);
        });
        App = await TestApp.StartAsync(
            TestApp.TwilioAt(sync.Url),
            services => services.AddSingleton(new SyncClientOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaximumRetries = 3 }));
    }

    /// <summary>Says how the requests from now on are answered.</summary>
    /// <param name="answer">Answers the n-th of them, counted from 1.</param>
    public void Answer(Func<HttpContext, int, Task> answer)
    {
        requests.Clear();
        this.answer = answer;
    }

    /// <summary>Answers all requests alike.</summary>
    public void Answer(int status, string body, params (string Name, string Value)[] headers) => Answer((context, _) => SendAsync(context, status, body, headers));

    /// <summary>Answers the first request with a failure and the others with success.</summary>
    public void AnswerFirst(int status, string success, params (string Name, string Value)[] headers) => Answer((context, count) =>
        count == 1 ? SendAsync(context, status, Error(status, 20000 + status), headers) : SendAsync(context, 200, success));

    public static Task SendAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        foreach ((string name, string value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return status == StatusCodes.Status204NoContent ? Task.FromResult(context.Response.StatusCode = status) : FakeSync.AnswerAsync(context, status, body);
    }

    public static string Error(int status, int code) =>
        $$"""{"code":{{code}},"message":"What is wrong","more_info":"https://www.twilio.com/docs/errors/{{code}}","status":{{status}}}""";

    public static string Page(string items, string? nextPageUrl) =>
        $$"""
        {"items":[{{items}}],
         "meta":{"key":"items","page":0,"page_size":100,"url":"x","first_page_url":"x","previous_page_url":null,"next_page_url":{{(nextPageUrl is null ? "null" : $"\"{nextPageUrl}\"")}} } }
        """;

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await sync.DisposeAsync();
    }
}
