using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>The time from the start of a process to its first answer: the app with its emulator, compared with an empty ASP.NET Core app.</summary>
internal static class StartBenchmark
{
    public const string Name = "start";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static IAsyncEnumerable<BenchmarkRow> RunAsync() =>
        Starts.CompareAsync(Name, "an empty ASP.NET Core app", target: 1.4, StartAppAsync, StartEmptyAsync);

    private static async Task<(TimeSpan Elapsed, TimeSpan Processor)> StartAppAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        int port = FreePort();
        ProcessStartInfo start = new("dotnet", [SourceTree.App]) { WorkingDirectory = folder.FullName };
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Emulator__Port"] = "0";
        try
        {
            return await MeasureAsync(start, new Uri($"http://127.0.0.1:{port}/api/searchDocument?docName=none"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<(TimeSpan Elapsed, TimeSpan Processor)> StartEmptyAsync()
    {
        int port = FreePort();
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "SyncFunctions.Benchmarks.dll"), Server.Command, CallServers.Empty, $"http://127.0.0.1:{port}"])
        {
            RedirectStandardInput = true,
        };
        return MeasureAsync(start, new Uri($"http://127.0.0.1:{port}/"));
    }

    private static async Task<(TimeSpan Elapsed, TimeSpan Processor)> MeasureAsync(ProcessStartInfo start, Uri address)
    {
        start.RedirectStandardOutput = true;
        using HttpClient http = new();
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(address);
                response.EnsureSuccessStatusCode();
                break;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError && watch.Elapsed < Timeout)
            {
                await Task.Delay(2);
            }
        }

        (TimeSpan, TimeSpan) result = (watch.Elapsed, process.TotalProcessorTime);
        process.Kill();
        await process.WaitForExitAsync();
        return result;
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
