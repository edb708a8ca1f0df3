using System.Text.RegularExpressions;

namespace SyncFunctions.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    private const string Tests = "SyncFunctions.Tests";
    private const string App = "SyncFunctions";

    /// <summary>Gets the folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gets the app's project folder.</summary>
    public static string AppFolder { get; } = Path.Combine(Root, App);

    /// <summary>Gets the configuration that these tests were built in: <c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>
    /// Gets the folder that the app was built into, in the same configuration as these tests. What is deployed is this: beside the tests there is
    /// a copy of the app too, but with the versions of packages that the tests need.
    /// </summary>
    public static string AppOutput
    {
        get
        {
            string output = Path.Combine(AppFolder, Path.GetRelativePath(Path.Combine(Root, Tests), AppContext.BaseDirectory));
            return File.Exists(Path.Combine(output, "SyncFunctions.dll")) ? output : throw new InvalidOperationException($"The app is not built in {output}.");
        }
    }

    /// <summary>Writes a project's reference to a package, at the version that the solution was restored with, so that nothing has to be downloaded.</summary>
    public static string PackageReference(string package)
    {
        string versions = File.ReadAllText(Path.Combine(Root, "Directory.Packages.props"));
        string version = Regex.Match(versions, $"Include=\"{Regex.Escape(package)}\" Version=\"([^\"]+)\"").Groups[1].Value;
        return $"""<PackageReference Include="{package}" Version="{version}" />""";
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SyncFunctions.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"SyncFunctions.sln is nowhere above {AppContext.BaseDirectory}.");
    }
}
