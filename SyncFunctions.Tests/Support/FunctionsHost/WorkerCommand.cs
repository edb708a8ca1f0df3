using System.Diagnostics;
using System.Globalization;

namespace SyncFunctions.Tests.Support;

/// <summary>The command with which the Functions host starts a worker.</summary>
internal static class WorkerCommand
{
    /// <summary>Creates it. The output is redirected.</summary>
    /// <param name="host">The address on which the host listens for the worker's stream.</param>
    /// <param name="program">The worker's assembly.</param>
    /// <param name="folder">The working directory.</param>
    public static ProcessStartInfo Create(
        Uri host, string workerId, string program, string folder, IEnumerable<KeyValuePair<string, string>> settings)
    {
        string app = Path.GetDirectoryName(program)!;
        string requestId = Guid.NewGuid().ToString();
        string length = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(
            "dotnet",
            [
                program, "--host", host.Host, "--port", host.Port.ToString(CultureInfo.InvariantCulture), "--workerId", workerId, "--requestId", requestId,
                "--grpcMaxMessageLength", length, "--functions-uri", host.AbsoluteUri, "--functions-worker-id", workerId,
                "--functions-request-id", requestId, "--functions-grpc-max-message-length", length,
            ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        AppEnvironment.Configure(
            start, [KeyValuePair.Create("FUNCTIONS_WORKER_DIRECTORY", app), KeyValuePair.Create("FUNCTIONS_APPLICATION_DIRECTORY", app), .. settings]);
        return start;
    }
}
