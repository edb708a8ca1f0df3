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
        while (!await ListensAsync(address.Port))
        {
            if (watch.Elapsed > Timeout)
            {
                throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not listen within {Timeout}.");
            }

            await Task.Delay(2);
        }

        using HttpResponseMessage response = await http.GetAsync(address);
        response.EnsureSuccessStatusCode();
        (TimeSpan, TimeSpan) result = (watch.Elapsed, process.TotalProcessorTime);
        process.Kill();
        await process.WaitForExitAsync();
        return result;
    }

    // Without an exception for each attempt: those took processor time from the process that is measured.
    private static async Task<bool> ListensAsync(int port)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using SocketAsyncEventArgs attempt = new() { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        attempt.Completed += (_, _) => completed.SetResult();
        if (socket.ConnectAsync(attempt))
        {
            await completed.Task;
        }

        return attempt.SocketError == SocketError.Success;
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
