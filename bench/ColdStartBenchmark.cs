using SyncFunctions.Benchmarks.ColdStart;
using SyncFunctions.Benchmarks.Servers;
using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// The app as a worker of the Functions host, from the start of its process to its first answer, compared with an empty worker: both as <c>dotnet build</c>
/// makes them, and both compiled in advance (ReadyToRun), as the app is deployed.
/// </summary>
internal static class ColdStartBenchmark
{
    public const string Name = "coldstart";

    private const double Target = 1.1;

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        try
        {
            string emptyWorker = await MakeAsync(folder, "build", SourceTree.EmptyWorker, []);
            string compiledEmptyWorker = await CompileAsync(folder, SourceTree.EmptyWorker);
            string compiledApp = await CompileAsync(folder, SourceTree.AppProject);

            // In Azure, Sync is elsewhere.
            await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
            await using WorkerHost host = await WorkerHost.StartAsync();
            EmulatorOptions options = new();
            (string, string)[] settings =
            [
                ("Twilio__AccountSid", options.AccountSid), ("Twilio__AuthToken", options.AuthToken), ("Sync__BaseUrl", emulator.Url.GetLeftPart(UriPartial.Authority)),
                ("Sync__Services__default__ServiceSid", options.ServiceSid), ("Jobs__Enabled", "false"),
            ];
            (string Peer, Func<Task<(TimeSpan, TimeSpan)>> StartApp, Func<Task<(TimeSpan, TimeSpan)>> StartEmpty)[] comparisons =
            [
                ("an empty worker", () => StartAppAsync(SourceTree.App), () => StartEmptyAsync(emptyWorker)),
                ("an empty worker, both compiled in advance", () => StartAppAsync(compiledApp), () => StartEmptyAsync(compiledEmptyWorker)),
            ];
            foreach ((string peer, Func<Task<(TimeSpan, TimeSpan)>> startApp, Func<Task<(TimeSpan, TimeSpan)>> startEmpty) in comparisons)
            {
                await foreach (BenchmarkRow row in Starts.CompareAsync(Name, peer, Target, startApp, startEmpty))
                {
                    yield return row;
                }
            }

            Task<(TimeSpan Elapsed, TimeSpan Processor)> StartAppAsync(string program) =>
                host.MeasureAsync(program, settings, "searchDocument", "/api/searchDocument?docName=none");

            Task<(TimeSpan Elapsed, TimeSpan Processor)> StartEmptyAsync(string program) => host.MeasureAsync(program, [], "hello", "/api/hello");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<string> CompileAsync(DirectoryInfo folder, string project) =>
        MakeAsync(folder, "publish", project, ["--use-current-runtime", "--no-self-contained", "-p:PublishReadyToRun=true"]);

    // Everything goes into the folder, so that the build of the source tree stays as it is.
    private static async Task<string> MakeAsync(DirectoryInfo folder, string command, string project, string[] options)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string output = Path.Combine(folder.FullName, $"{command}-{name}");
        (int exitCode, string messages) = await Programs.RunAsync(
            folder,
            "dotnet",
            [command, project, "-c", "Release", "-v", "quiet", "-nologo", "-o", output, "--artifacts-path", $"{output}-artifacts", .. options],
            []);
        return exitCode == 0
            ? Path.Combine(output, $"{name}.dll")
            : throw new InvalidOperationException($"{name} could not be made by dotnet {command}: {messages}");
    }
}
