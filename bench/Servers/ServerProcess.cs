using System.Diagnostics;
using System.Globalization;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>A server of <see cref="Server"/> in a process of its own, so that what it uses can be told from what the load uses.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, Uri url) => (this.process, Url) = (process, url);

    /// <summary>Gets its address.</summary>
    public Uri Url { get; }

    /// <summary>Starts a server, and waits until it listens.</summary>
    /// <param name="arguments">Its kind, and what that needs.</param>
    public static async Task<ServerProcess> StartAsync(params IEnumerable<string> arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "SyncFunctions.Benchmarks.dll"), Server.Command, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The server {string.Join(' ', arguments)} did not start.");
        return new ServerProcess(process, new Uri(line));
    }

    /// <summary>Asks what it has used since its start.</summary>
    public async Task<Usage> MeasureAsync()
    {
        await process.StandardInput.WriteLineAsync();
        string[] values = (await process.StandardOutput.ReadLineAsync())!.Split(' ');
        return new Usage(
            TimeSpan.FromMicroseconds(double.Parse(values[0], CultureInfo.InvariantCulture)),
            long.Parse(values[1], CultureInfo.InvariantCulture),
            long.Parse(values[2], CultureInfo.InvariantCulture),
            long.Parse(values[3], CultureInfo.InvariantCulture),
            long.Parse(values[4], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>What a process has used.</summary>
/// <param name="Processor">Time of all its threads.</param>
/// <param name="Allocated">Bytes on the managed heap, since its start.</param>
/// <param name="Memory">Bytes that it holds now, after a collection.</param>
/// <param name="Commits">The emulator's commits, since its start.</param>
/// <param name="Changes">The changes in these commits.</param>
internal sealed record Usage(TimeSpan Processor, long Allocated, long Memory, long Commits, long Changes)
{
    /// <summary>Calculates what was used since then.</summary>
    public Usage Since(Usage before) => new(
        Processor - before.Processor, Allocated - before.Allocated, Memory - before.Memory, Commits - before.Commits, Changes - before.Changes);
}
