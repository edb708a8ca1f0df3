using SyncFunctions.Benchmarks.ColdStart;
using SyncFunctions.Benchmarks.Servers;
using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>The app as a worker of the Functions host, from the start of its process to its first answer, compared with an empty worker.</summary>
internal static class ColdStartBenchmark
{
    public const string Name = "coldstart";

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        try
        {
            (int exitCode, string output) = await Programs.RunAsync(
                folder, "dotnet", ["build", SourceTree.EmptyWorker, "-c", "Release", "-v", "quiet", "-nologo", "-o", Path.Combine(folder.FullName, "worker")], []);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"The empty worker could not be built: {output}");
            }

            // In Azure, Sync is elsewhere.
            await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
            await using WorkerHost host = await WorkerHost.StartAsync();
            EmulatorOptions options = new();
            (string, string)[] settings =
            [
                ("Twilio__AccountSid", options.AccountSid), ("Twilio__AuthToken", options.AuthToken), ("Sync__BaseUrl", emulator.Url.GetLeftPart(UriPartial.Authority)),
                ("Sync__Services__default__ServiceSid", options.ServiceSid), ("Jobs__Enabled", "false"),
            ];
            await foreach (BenchmarkRow row in Starts.CompareAsync(Name, "an empty worker", target: 1.1, StartAppAsync, StartEmptyAsync))
            {
                yield return row;
            }

            Task<(TimeSpan Elapsed, TimeSpan Processor)> StartAppAsync() =>
                host.MeasureAsync(SourceTree.App, settings, "searchDocument", "/api/searchDocument?docName=none");

            Task<(TimeSpan Elapsed, TimeSpan Processor)> StartEmptyAsync() =>
                host.MeasureAsync(Path.Combine(folder.FullName, "worker", "EmptyWorker.dll"), [], "hello", "/api/hello");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
