using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SyncFunctions.Tests.Support;

/// <summary>The app in its own process and folder, configured only by the test.</summary>
public sealed partial class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private AppProcess(string folder, string[] arguments, IEnumerable<(string Name, string Value)> settings)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "SyncFunctions.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        AppEnvironment.Configure(
            start, [KeyValuePair.Create("ASPNETCORE_URLS", "http://127.0.0.1:0"), .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => [.. errors];

    public static AppProcess Start(string folder, params (string Name, string Value)[] settings) => Start(folder, [], settings);

    public static AppProcess Start(string folder, string[] arguments, params (string Name, string Value)[] settings) => new(folder, arguments, settings);

    /// <summary>Waits for a line of standard output.</summary>
    public async Task<string> LineAsync(Func<string, bool> predicate)
    {
        using CancellationTokenSource timeout = new(Timeout);
        while (true)
        {
            bool hasExited = process.HasExited;
            if (output.FirstOrDefault(predicate) is { } line)
            {
                return line;
            }

            if (hasExited)
            {
                throw new InvalidOperationException($"The app ended: {string.Join('\n', Output.Concat(Errors))}");
            }

            await Task.Delay(50, timeout.Token);
        }
    }

    /// <summary>A client of the functions, once the app listens.</summary>
    public async Task<HttpClient> ClientAsync()
    {
        string line = await LineAsync(line => FunctionsAddress().IsMatch(line));
        // The last line of the report, so all of it is there.
        await LineAsync(line => line.StartsWith("Explorer:", StringComparison.Ordinal));
        return new HttpClient { BaseAddress = new Uri(FunctionsAddress().Match(line).Value) };
    }

    /// <summary>Asks the process to end, as an orchestrator or Ctrl+C does.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end, and for all that was written until then.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource timeout = new(Timeout);
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"(?<=^Functions at )http://\S+/$")]
    private static partial Regex FunctionsAddress();
}
