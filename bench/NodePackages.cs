using System.ComponentModel;

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
            (int exitCode, string output) = await Programs.RunAsync(
                folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], []);
            return exitCode == 0 ? null : $"npm could not install the packages: {output}";
        }
        catch (Win32Exception exception)
        {
            return $"Node.js with npm is needed: {exception.Message}";
        }
    }
}
