using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

using SyncFunctions.Emulator;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// Measures how changes of one document reach its subscribers, which acknowledge each as Twilio's client does. The emulator runs in its own process,
/// whose memory is measured; the subscribers run on the same machine.
/// </summary>
internal static class RealtimeBenchmark
{
    private const int Events = 200;
    private static readonly int[] Subscribers = [1, 100, 2000];

    public static async Task RunAsync()
    {
        Console.WriteLine("\nEvents of one document by the number of its subscribers");
        Console.WriteLine(
            $"{"subscribers",-12}{"p50 ms",10}{"p99 ms",10}{"events/s",10}{"deliveries/s",14}{"us/delivery",13}{"ratio",8}{"KiB/connection",16}");
        double? smallest = null;
        foreach (int count in Subscribers)
        {
            await using EmulatorProcess emulator = await EmulatorProcess.StartAsync();
            string sid = await emulator.CreateDocumentAsync();
            long before = emulator.Memory;
            Subscriber[] subscribers = await ConnectAsync(emulator, sid, count);
            double memory = (emulator.Memory - before) / 1024.0 / count;

            // One at a time: measures how long it takes until each subscriber has the change.
            await PublishAsync(emulator, subscribers, 20, oneAtATime: true);
            List<double> latencies = await PublishAsync(emulator, subscribers, Events, oneAtATime: true);
            latencies.Sort();

            // As fast as one writer can: measures the throughput.
            Stopwatch watch = Stopwatch.StartNew();
            await PublishAsync(emulator, subscribers, Events, oneAtATime: false);
            double seconds = watch.Elapsed.TotalSeconds;
            double perDelivery = seconds * 1e6 / Events / count;
            smallest ??= perDelivery;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count,-12}{latencies[latencies.Count / 2],10:0.00}{latencies[latencies.Count * 99 / 100],10:0.00}{Events / seconds,10:0}{Events * count / seconds,14:0}{perDelivery,13:0.0}{perDelivery / smallest,8:0.000}{memory,16:0.0}"));
            foreach (Subscriber subscriber in subscribers)
            {
                subscriber.Dispose();
            }
        }
    }

    private static async Task<Subscriber[]> ConnectAsync(EmulatorProcess emulator, string sid, int count)
    {
        List<Subscriber> subscribers = [];
        foreach (int[] group in Enumerable.Range(0, count).Chunk(50))
        {
            subscribers.AddRange(await Task.WhenAll(group.Select(_ => Subscriber.ConnectAsync(emulator, sid))));
        }

        return [.. subscribers];
    }

    private static async Task<List<double>> PublishAsync(EmulatorProcess emulator, Subscriber[] subscribers, int events, bool oneAtATime)
    {
        List<double> latencies = [];
        long[] target = [.. subscribers.Select(subscriber => subscriber.Received)];
        for (int i = 1; i <= events; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await emulator.UpdateDocumentAsync(i);
            if (oneAtATime)
            {
                await WaitAsync(i);
                latencies.AddRange(subscribers.Select(subscriber => Stopwatch.GetElapsedTime(started, subscriber.LastReceived).TotalMilliseconds));
            }
        }

        await WaitAsync(events);
        return latencies;

        async Task WaitAsync(int more)
        {
            for (int i = 0; i < subscribers.Length; i++)
            {
                while (subscribers[i].Received < target[i] + more)
                {
                    await Task.Delay(1);
                }
            }
        }
    }

    /// <summary>A minimal client: init, subscribe, acknowledge.</summary>
    private sealed class Subscriber(ClientWebSocket socket) : IDisposable
    {
        private long received;
        private long lastReceived;

        public long Received => Volatile.Read(ref received);

        public long LastReceived => Volatile.Read(ref lastReceived);

        public static async Task<Subscriber> ConnectAsync(EmulatorProcess emulator, string sid)
        {
            ClientWebSocket socket = new();
            await socket.ConnectAsync(emulator.RealtimeUrl, CancellationToken.None);
            Subscriber subscriber = new(socket);
            await subscriber.SendAsync($$"""{"id":"TM1","method":"init","token":"{{emulator.Token}}","registrations":[],"capabilities":[],"payload_size":0}""", "");
            await subscriber.ReceiveUntilAsync("\"TM1\"");
            string body = $$"""{"event_protocol_version":4,"action":"establish","correlation_id":1,"requests":[{"object_sid":"{{sid}}","object_type":"document","last_event_id":null}]}""";
            await subscriber.SendAsync(
                $$"""{"id":"TM2","method":"message","active_grant":"data_sync","payload_type":"application/json","http_request":{"host":"cds","path":"/v4/Subscriptions","method":"POST","params":{},"headers":{} },"payload_size":{{body.Length}}}""",
                body);
            await subscriber.ReceiveUntilAsync("subscription_established");
            _ = Task.Run(subscriber.AcknowledgeAsync);
            return subscriber;
        }

        public void Dispose() => socket.Abort();

        private async Task AcknowledgeAsync()
        {
            byte[] buffer = new byte[16 * 1024];
            byte[] acknowledgement = Packet("""{"id":"TM3","method":"reply","status":{"code":200,"status":"OK"},"payload_type":"application/json","payload_size":0}""", "");
            try
            {
                while (true)
                {
                    ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    if (buffer.AsSpan(0, result.Count).IndexOf("document_updated"u8) >= 0)
                    {
                        Volatile.Write(ref lastReceived, Stopwatch.GetTimestamp());
                        Interlocked.Increment(ref received);
                    }

                    await socket.SendAsync(acknowledgement, WebSocketMessageType.Binary, true, CancellationToken.None);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The run has ended.
            }
        }

        private async Task ReceiveUntilAsync(string text)
        {
            byte[] buffer = new byte[16 * 1024];
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            }
            while (!Encoding.UTF8.GetString(buffer, 0, result.Count).Contains(text, StringComparison.Ordinal));
        }

        private Task SendAsync(string header, string payload) =>
            socket.SendAsync(Packet(header, payload), WebSocketMessageType.Binary, true, CancellationToken.None);

        private static byte[] Packet(string header, string payload) =>
            Encoding.UTF8.GetBytes($"TWILSOCK V3.0 {Encoding.UTF8.GetByteCount(header)}\r\n{header}\r\n{payload}");
    }

    private sealed class EmulatorProcess : IAsyncDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        private readonly EmulatorOptions options = new();
        private readonly Process process;
        private readonly HttpClient http;

        private EmulatorProcess(int port)
        {
            process = Process.Start(new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "sync-emulator.dll"), "--Emulator:Port", $"{port}",
                    "--Emulator:DataFile", Path.Combine(folder.FullName, "sync.db"),
                ])
            { RedirectStandardOutput = true })!;
            // Its log is read and discarded, so that it never blocks.
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/v1/Services/default/") };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
            RealtimeUrl = new Uri($"ws://127.0.0.1:{port}/v3/wsconnect");
            AccessTokenIssuer issuer = new(new AccessTokenKey(options.AccountSid, options.ApiKeySid, options.ApiKeySecret, null), TimeProvider.System);
            Token = issuer.Issue(new AccessTokenRequest("bench", TimeSpan.FromHours(1), new SyncGrant("default"))).Token;
        }

        public Uri RealtimeUrl { get; }

        public string Token { get; }

        public long Memory
        {
            get
            {
                process.Refresh();
                return process.WorkingSet64;
            }
        }

        public static async Task<EmulatorProcess> StartAsync()
        {
            using TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            EmulatorProcess emulator = new(port);
            for (int attempt = 0; ; attempt++)
            {
                try
                {
                    await BenchApp.GetAsync(emulator.http, "Documents");
                    return emulator;
                }
                catch (HttpRequestException) when (attempt < 100)
                {
                    await Task.Delay(100);
                }
            }
        }

        public async Task<string> CreateDocumentAsync()
        {
            await BenchApp.PostAsync(http, "Documents", ("UniqueName", "document"), ("Data", "{}"));
            string document = await http.GetStringAsync(new Uri("Documents/document", UriKind.Relative));
            int sid = document.IndexOf("\"ET", StringComparison.Ordinal);
            return document.Substring(sid + 1, 34);
        }

        public Task UpdateDocumentAsync(int number) =>
            BenchApp.PostAsync(http, "Documents/document", ("Data", $$"""{"status":"available","number":{{number}}}"""));

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
