using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Support;

/// <summary>The emulator as a process of its own, which can be killed.</summary>
internal sealed partial class EmulatorProcess : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string begin;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private EmulatorProcess(Process process, Uri url, string begin)
    {
        this.process = process;
        this.begin = begin;
        // Its log must not fill the pipes.
        output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Url = url;
        Http = new HttpClient { BaseAddress = new Uri(url, "/v1/Services/default/") };
        EmulatorOptions options = new();
        Http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(options.AccountSid, options.AuthToken);
    }

    public Uri Url { get; }

    /// <summary>Signed in; relative URLs begin at the default service.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts the emulator on a data file.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="environment">Environment variables beside this process's own.</param>
    public static Task<EmulatorProcess> StartAsync(string dataFile, int port = 0, params (string Name, string Value)[] environment) => StartAsync(
        ["--Emulator:Port", port.ToString(CultureInfo.InvariantCulture), "--Emulator:DataFile", dataFile], environment: environment);

    /// <summary>Starts the emulator with a command line.</summary>
    /// <param name="tool">The program; <see langword="null"/> for the one that was built with these tests.</param>
    /// <param name="environment">Environment variables beside this process's own.</param>
    public static async Task<EmulatorProcess> StartAsync(string[] arguments, string? tool = null, params (string Name, string Value)[] environment)
    {
        Process process = Launch(arguments, tool, environment);
        StringBuilder begin = new();
        try
        {
            using CancellationTokenSource expired = new(Timeout);
            while (await process.StandardOutput.ReadLineAsync(expired.Token) is { } line)
            {
                begin.AppendLine(line);
                if (Address().Match(line) is { Success: true } address)
                {
                    return new EmulatorProcess(process, new Uri(address.Value), begin.ToString());
                }
            }

            throw new InvalidOperationException($"The emulator did not start: {await process.StandardError.ReadToEndAsync(expired.Token)}");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Starts an emulator that ends by itself, and returns its exit code and what it wrote.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Launch(arguments);
        using CancellationTokenSource expired = new(Timeout);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(expired.Token);
            string errors = await process.StandardError.ReadToEndAsync(expired.Token);
            await process.WaitForExitAsync(expired.Token);
            return (process.ExitCode, await output, errors);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Asks the process to end (SIGTERM).</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using CancellationTokenSource expired = new(Timeout);
        await process.WaitForExitAsync(expired.Token);
        return (process.ExitCode, begin + await output, await errors);
    }

    /// <summary>Kills the process (SIGKILL), and returns when it has ended.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        using CancellationTokenSource expired = new(Timeout);
        await process.WaitForExitAsync(expired.Token);
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
        Http.Dispose();
    }

    private static Process Launch(string[] arguments, string? tool = null, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = tool is null
            ? new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "sync-emulator.dll"), .. arguments])
            : new(tool, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("Emulator__", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
