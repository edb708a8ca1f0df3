using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Support;

/// <summary>The emulator as a process of its own, which can be killed.</summary>
internal sealed partial class EmulatorProcess : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private EmulatorProcess(Process process, string dataFile, Uri url)
    {
        this.process = process;
        DataFile = dataFile;
        Http = new HttpClient { BaseAddress = new Uri(url, "/v1/Services/default/") };
        EmulatorOptions options = new();
        Http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(options.AccountSid, options.AuthToken);
    }

    public string DataFile { get; }

    /// <summary>Signed in; relative URLs begin at the default service.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts the emulator.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="environment">Environment variables beside this process's own.</param>
    public static async Task<EmulatorProcess> StartAsync(string dataFile, int port = 0, params (string Name, string Value)[] environment)
    {
        Process process = Launch(dataFile, port, environment);
        try
        {
            using CancellationTokenSource expired = new(Timeout);
            while (await process.StandardOutput.ReadLineAsync(expired.Token) is { } line)
            {
                if (Address().Match(line) is { Success: true } address)
                {
                    // Its log must not fill the pipes.
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                    return new EmulatorProcess(process, dataFile, new Uri(address.Value));
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

    /// <summary>Starts an emulator that must refuse to, and returns its exit code and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Errors)> FailAsync(string dataFile)
    {
        using Process process = Launch(dataFile);
        using CancellationTokenSource expired = new(Timeout);
        try
        {
            string errors = await process.StandardError.ReadToEndAsync(expired.Token);
            await process.WaitForExitAsync(expired.Token);
            return (process.ExitCode, errors);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Ends the process without a word (SIGKILL), and returns when it is gone.</summary>
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

    private static Process Launch(string dataFile, int port = 0, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(EmulatorServer).Assembly.Location, "--Emulator:Port", port.ToString(CultureInfo.InvariantCulture), "--Emulator:DataFile", dataFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
