using System.ComponentModel;
using System.Diagnostics;

namespace SyncFunctions.Benchmarks;

/// <summary>Packages from npm: those that the tests use, at the same versions.</summary>
internal static class NodePackages
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "Node");

    /// <summary>Copies the files of a project into a folder, and installs its packages there.</summary>
    /// <param name="project">The folder of the project beside the benchmarks.</param>
    /// <returns>Why that is impossible; <see langword="null"/> if it is done.</returns>
    public static async Task<string?> InstallAsync(string project, DirectoryInfo folder)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Source, project)))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        try
        {
            (int exitCode, string output) = await RunAsync(
                folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], []);
            return exitCode == 0 ? null : $"npm could not install the packages: {output}";
        }
        catch (Win32Exception exception)
        {
            return $"Node.js with npm is needed: {exception.Message}";
        }
    }

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
