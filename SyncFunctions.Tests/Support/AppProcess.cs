using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SyncFunctions.Tests.Support;

/// <summary>The app as a process of its own, in a folder of its own, with nothing configured but what a test says.</summary>
public sealed partial class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Empty, and not removed: so they win over a developer's local.settings.json, which is copied beside the app.
    private static readonly string[] NotConfigured =
    [
        "Twilio__AccountSid", "Twilio__AuthToken", "Twilio__ApiKeySid", "Twilio__ApiKeySecret", "Twilio__Region", "Twilio__Edge", "Sync__BaseUrl",
        "Sync__Services__default__ServiceSid", "MASTER_ACCOUNT_SID", "ACCOUNT_SID", "AUTH_TOKEN", "SYNC_SERVICE_SID", "KeyVault__Uri", "FunctionKeys__Master",
        "FunctionKeys__Host", "WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "CONTAINER_APP_NAME", "MANAGED_ENVIRONMENT",
    ];

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private AppProcess(string folder, IReadOnlyDictionary<string, string> settings)
    {
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "SyncFunctions.dll") },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("Emulator__", StringComparison.OrdinalIgnoreCase) || name == "DOTNET_ENVIRONMENT").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in NotConfigured)
        {
            start.Environment[name] = "";
        }

        start.Environment["Emulator__Port"] = "0";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

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

    public static AppProcess Start(string folder, params (string Name, string Value)[] settings) =>
        new(folder, settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    /// <summary>Waits for a line of standard output.</summary>
    public async Task<string> LineAsync(Func<string, bool> predicate)
    {
        using CancellationTokenSource patience = new(Patience);
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

            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>A client of the functions, once the app listens.</summary>
    public async Task<HttpClient> ClientAsync()
    {
        string line = await LineAsync(line => FunctionUrl().IsMatch(line));
        await LineAsync(line => line.Contains("Sync service", StringComparison.Ordinal));
        return new HttpClient { BaseAddress = new Uri(FunctionUrl().Match(line).Groups[1].Value) };
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
        using CancellationTokenSource patience = new(Patience);
        await process.WaitForExitAsync(patience.Token);
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

    [GeneratedRegex(@"^\s*getDocument: \[GET,POST\] (http://\S+/)getDocument$")]
    private static partial Regex FunctionUrl();
}
