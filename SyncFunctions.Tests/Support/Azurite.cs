using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SyncFunctions.Tests.Support;

/// <summary>
/// Azure Storage on this machine: Azurite, from npm, on free ports and in memory. If it cannot be started, <see cref="Unavailable"/> says why.
/// </summary>
public sealed partial class Azurite : IAsyncLifetime
{
    // Azurite's only account, which is public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<string> output = new();
    private Process? process;

    /// <summary>Gets why it does not run; <see langword="null"/> if it does.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>Gets its connection string.</summary>
    public string Connection { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        NodeProgram node = await NodeProgram.InstallAsync("azurite");
        Unavailable = node.Unavailable;
        if (Unavailable is null)
        {
            string program = Path.Combine(node.Folder, "azurite", "node_modules", "azurite", "dist", "src", "azurite.js");
            // Its telemetry is off. So package.json may replace the telemetry's library with an older one, which saves three fifths of all files.
            process = Process.Start(new ProcessStartInfo(
                "node", [program, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0", "--silent"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
            process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
                + $"BlobEndpoint={await UrlAsync("Blob")}/{Account};QueueEndpoint={await UrlAsync("Queue")}/{Account};";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<string> UrlAsync(string service)
    {
        using CancellationTokenSource expired = new(Timeout);
        while (true)
        {
            foreach (string line in output)
            {
                if (Listening().Match(line) is { Success: true } match && match.Groups["service"].Value == service)
                {
                    return match.Groups["url"].Value;
                }
            }

            if (process!.HasExited)
            {
                throw new InvalidOperationException($"Azurite ended: {string.Join('\n', output)}");
            }

            await Task.Delay(50, expired.Token);
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at (?<url>\S+)$")]
    private static partial Regex Listening();
}
