using System.Globalization;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>The servers that are compared, as processes: what is measured, and the peers that say how near it comes to the limit.</summary>
internal static class Server
{
    /// <summary>The first argument of a process that serves.</summary>
    public const string Command = "serve";

    private static readonly Dictionary<string, Func<string[], Task<(Uri Url, IAsyncDisposable Server)>>> Kinds = new()
    {
        [EmulatorServers.Emulator] = EmulatorServers.StartEmulatorAsync,
        [EmulatorServers.Bare] = EmulatorServers.StartBareAsync,
        [BroadcastServer.Broadcast] = BroadcastServer.StartAsync,
        [CallServers.App] = CallServers.StartAppAsync,
        [CallServers.Proxy] = CallServers.StartProxyAsync,
        [CallServers.Empty] = CallServers.StartEmptyAsync,
        [CallServers.TwilioClient] = CallServers.StartTwilioClientAsync,
    };

    /// <summary>Serves until the standard input ends. Writes its address, and for each line of input what it has used so far.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        TextWriter output = Console.Out;
        // Start-up reports are for people at a terminal.
        Console.SetOut(TextWriter.Null);
        using CommitCounter counter = new();
        (Uri url, IAsyncDisposable server) = await Kinds[arguments[0]](arguments[1..]);
        await using (server)
        {
            await output.WriteLineAsync(url.AbsoluteUri);
            while (await Console.In.ReadLineAsync() is not null)
            {
                // Before the collection, which costs time of its own.
                TimeSpan processor = Environment.CpuUsage.TotalTime;
                long allocated = GC.GetTotalAllocatedBytes(precise: true);
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{processor.TotalMicroseconds} {allocated} {Environment.WorkingSet} {counter.Commits} {counter.Changes}"));
            }
        }
    }
}
