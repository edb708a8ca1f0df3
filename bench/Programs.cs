using System.Diagnostics;

namespace SyncFunctions.Benchmarks;

/// <summary>Runs programs that end by themselves.</summary>
internal static class Programs
{
    /// <summary>Runs a program in a folder to its end.</summary>
    /// <returns>Its exit code, and what it wrote to its standard output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        DirectoryInfo folder, string file, string[] arguments, IEnumerable<(string Name, string Value)> environment)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
