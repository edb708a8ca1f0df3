using System.Collections.Concurrent;
using System.Diagnostics;

namespace SyncFunctions.Tests.Support;

/// <summary>The app's process, started as the Functions host starts a worker.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    /// <summary>Starts the app.</summary>
    /// <param name="host">Where the host listens for the worker's stream.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="output">Takes what it writes to its standard output and standard error.</param>
    public static WorkerProcess Start(
        Uri host, string workerId, string folder, IEnumerable<KeyValuePair<string, string>> settings, ConcurrentQueue<string> output)
    {
        ProcessStartInfo start = WorkerCommand.Create(host, workerId, Path.Combine(Repository.AppOutput, "SyncFunctions.dll"), folder, settings);
        Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process);
    }

    /// <summary>Completes when the process has ended.</summary>
    public Task EndAsync() => process.WaitForExitAsync();

    /// <summary>Ends the process without a word (SIGKILL), with whatever it started.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    public void Dispose() => process.Dispose();
}
