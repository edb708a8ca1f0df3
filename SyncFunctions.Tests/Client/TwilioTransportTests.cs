using System.Net;
using System.Net.Sockets;
using System.Text;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Client;

/// <summary>
/// Twilio's client as the only transport to Sync, in the difficult cases. The servers are bare sockets, because a web server would correct the responses.
/// </summary>
public sealed class TwilioTransportTests
{
    private const string Path = "/v1/Services/default/Documents/d";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Methods => ["GET", "POST", "DELETE"];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_request_whose_connection_drops_is_not_sent_again(string method)
    {
        // The first answer keeps the connection alive; the next request on it is read completely, and then the connection is dropped without a response.
        await using SocketServer server = new(request => request == 1 ? Answer(200, "{}") : null);
        using TwilioTransport transport = Transport(server);
        await transport.SendAsync(Request("GET"), CancellationToken.None);

        Func<Task> send = () => transport.SendAsync(Request(method), CancellationToken.None);

        await send.Should().ThrowAsync<HttpRequestException>();
        server.Requests.Should().HaveCount(2, "a second one might be applied twice");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Cancellation_closes_the_connection_before_there_is_an_answer(string method)
    {
        await using SocketServer server = new(_ => "");
        using TwilioTransport transport = Transport(server);
        using CancellationTokenSource cancellation = new();

        Task<SyncResponse> sending = transport.SendAsync(Request(method), cancellation.Token);
        await server.Arrived.WaitAsync(Soon);
        await cancellation.CancelAsync();

        (await sending.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);
        await server.Closed.WaitAsync(Soon);
    }

    [Fact]
    public async Task Cancellation_closes_the_connection_in_the_middle_of_an_answer()
    {
        await using SocketServer server = new(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"sid\":");
        using TwilioTransport transport = Transport(server);
        using CancellationTokenSource cancellation = new();

        Task<SyncResponse> sending = transport.SendAsync(Request("GET"), cancellation.Token);
        await server.Arrived.WaitAsync(Soon);
        await cancellation.CancelAsync();

        await sending.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await server.Closed.WaitAsync(Soon);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_answer_is_taken_up_to_its_limit(int beyond, bool isTaken)
    {
        SyncRequest request = Request("GET");
        string body = $"\"{new string('x', request.MaximumResponseSize + beyond - 2)}\"";
        await using SocketServer server = new(_ => Answer(200, body));
        using TwilioTransport transport = Transport(server);

        Func<Task<SyncResponse>> send = () => transport.SendAsync(request, CancellationToken.None);

        if (isTaken)
        {
            (await send()).Body.Length.Should().Be(body.Length);
        }
        else
        {
            (await send.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConfigurationLimitExceeded);
        }
    }

    [Fact]
    public async Task An_answer_without_an_end_is_given_up_at_its_limit()
    {
        string chunk = $"400\r\n{new string('x', 0x400)}\r\n";
        await using SocketServer server = new(
            _ => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat(chunk, 2000))}");
        using TwilioTransport transport = Transport(server);

        Func<Task> send = () => transport.SendAsync(Request("GET"), CancellationToken.None);

        (await send.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConfigurationLimitExceeded);
    }

    [Fact]
    public async Task Headers_that_are_repeated_or_malformed_do_no_harm()
    {
        await using SocketServer server = new(_ => Answer(
            429, "{}", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2", "Retry-After: 7", "Retry-After: 9", "Vary: a", "Vary: b", "Date: yesterday", "X-Empty:"));
        using TwilioTransport transport = Transport(server);

        SyncResponse response = await transport.SendAsync(Request("GET"), CancellationToken.None);

        response.Status.Should().Be(HttpStatusCode.TooManyRequests);
        response.RetryAfter.Should().Be(TimeSpan.FromSeconds(7), "the first one counts");
        SyncResponse second = await transport.SendAsync(Request("GET"), CancellationToken.None);
        server.Requests[^1].Should().NotContain("Cookie:", "cookies are not kept").And.StartWith($"GET {Path} HTTP/1.1");
        second.Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("{\"a\":\"é😀\"}", "")]
    [InlineData("{\"a\":1}", "\uFEFF")]
    public async Task An_answer_is_read_as_UTF_8_whatever_its_type_says(string json, string mark)
    {
        byte[] body = Encoding.UTF8.GetBytes(mark + json);
        await using SocketServer server = new(_ => $"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-7\r\nContent-Length: {body.Length}\r\n\r\n{mark}{json}");
        using TwilioTransport transport = Transport(server);

        SyncResponse response = await transport.SendAsync(Request("GET"), CancellationToken.None);

        Encoding.UTF8.GetString(response.Body.Span).Should().Be(json);
    }

    [Fact]
    public async Task Concurrent_requests_do_not_see_each_others_answers()
    {
        await using SocketServer server = new(request => Answer(200, $"{request}"), echoPath: true);
        using TwilioTransport transport = Transport(server);

        SyncResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => transport.SendAsync(
            new SyncRequest(HttpMethod.Get, $"/v1/Services/default/Documents/{number}", [], null, IsRetryable: true), CancellationToken.None)));

        responses.Select(response => Encoding.UTF8.GetString(response.Body.Span)).Should().Equal(
            Enumerable.Range(0, 64).Select(number => $"\"/v1/Services/default/Documents/{number}\""));
    }

    [Fact]
    public async Task Requests_to_this_machine_bypass_the_proxy()
    {
        await using SocketServer proxy = new(_ => Answer(200, "{}"));
        using TemporaryFolder folder = new();
        await using AppProcess app = AppProcess.Start(
            folder.Path, ("HTTP_PROXY", proxy.Url.ToString()), ("http_proxy", proxy.Url.ToString()), ("ALL_PROXY", proxy.Url.ToString()), ("NO_PROXY", ""));
        using HttpClient http = await app.ClientAsync();

        using HttpResponseMessage health = await http.GetAsync(new Uri("health", UriKind.Relative));

        health.StatusCode.Should().Be(HttpStatusCode.OK);
        proxy.Requests.Should().BeEmpty("credentials go to the emulator alone");
    }

    private static TwilioTransport Transport(SocketServer server) =>
        new(new SyncConnection(Task.FromResult(server.Url), "AC" + new string('0', 32), "token"), TimeProvider.System);

    private static SyncRequest Request(string method) => new(
        HttpMethod.Parse(method), Path, method == "POST" ? [KeyValuePair.Create("Data", "{}")] : [], null, IsRetryable: true);

    private static string Answer(int status, string body, params string[] headers) => string.Join(
        "\r\n", [$"HTTP/1.1 {status} Status", "Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", .. headers, "", body]);

    /// <summary>Responds to each request with a given text. <see langword="null"/> drops the connection, and <c>""</c> sends nothing.</summary>
    private sealed class SocketServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stopping = new();
        private readonly List<string> requests = [];
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<int, string?> answer;
        private readonly bool echoPath;
        private readonly Task accepting;

        /// <param name="answer">Answers the n-th request, counted from 1.</param>
        /// <param name="echoPath">Whether the body of the answer is the request's path instead.</param>
        public SocketServer(Func<int, string?> answer, bool echoPath = false)
        {
            this.answer = answer;
            this.echoPath = echoPath;
            listener.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            accepting = AcceptAsync();
        }

        public Uri Url { get; }

        public Task Arrived => arrived.Task;

        /// <summary>Ends when a client has closed its connection.</summary>
        public Task Closed => closed.Task;

        public IReadOnlyList<string> Requests
        {
            get
            {
                lock (requests)
                {
                    return [.. requests];
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            listener.Stop();
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    NetworkStream stream = client.GetStream();
                    while (await ReadAsync(stream) is { } request)
                    {
                        int number;
                        lock (requests)
                        {
                            requests.Add(request);
                            number = requests.Count;
                        }

                        if (answer(number) is not { } text)
                        {
                            return;
                        }

                        await stream.WriteAsync(Encoding.UTF8.GetBytes(echoPath ? Answer(200, $"\"{request.Split(' ')[1]}\"") : text), stopping.Token);
                        arrived.TrySetResult();
                    }
                }
                catch (IOException)
                {
                    // The client has reset the connection.
                }

                closed.TrySetResult();
            }
        }

        // The head of a request, once its body has been read too; null at the end of the connection.
        private async Task<string?> ReadAsync(NetworkStream stream)
        {
            StringBuilder text = new();
            byte[] buffer = new byte[4096];
            while (true)
            {
                int end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0)
                {
                    string head = text.ToString(0, end);
                    string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))?[16..];
                    if (text.Length - end - 4 >= int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture))
                    {
                        return head;
                    }
                }

                int read = await stream.ReadAsync(buffer, stopping.Token);
                if (read == 0)
                {
                    return null;
                }

                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
    }
}
