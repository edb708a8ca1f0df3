using System.Diagnostics;

namespace SyncFunctions.Tests.Support;

/// <summary>A command of the .NET SDK, as a developer types it.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs the command in a folder.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // A server that outlives the command would keep its output open, and the folder in use.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // Those of the test run that this is a part of.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using Process process = Process.Start(start)!;
        using CancellationTokenSource expired = new(Timeout);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(expired.Token);
            string output = await process.StandardOutput.ReadToEndAsync(expired.Token);
            await process.WaitForExitAsync(expired.Token);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
