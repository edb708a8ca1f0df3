using System.Reflection;

namespace SyncFunctions.Benchmarks;

/// <summary>Paths that were written into the assembly when it was built.</summary>
internal static class SourceTree
{
    /// <summary>Gets the folder of the benchmarks.</summary>
    public static string Bench { get; } = Read("BenchFolder");

    /// <summary>Gets the project of the empty worker.</summary>
    public static string EmptyWorker { get; } = Path.Combine(Bench, "EmptyWorker", "EmptyWorker.csproj");

    /// <summary>Gets the project of the app.</summary>
    public static string AppProject { get; } = Path.Combine(Bench, "..", "SyncFunctions", "SyncFunctions.csproj");

    /// <summary>Gets the app as it is built. Beside the benchmarks there is a copy of it too, but with the versions of packages that the benchmarks need.</summary>
    public static string App { get; } = Path.Combine(Read("AppOutput"), "SyncFunctions.dll");

    private static string Read(string key) =>
        typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
