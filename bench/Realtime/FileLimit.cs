using System.Globalization;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>The number of files, and so of sockets, that a process may open.</summary>
internal static class FileLimit
{
    // For what a process opens besides the connections.
    private const int Reserve = 500;

    /// <summary>Returns the number of connections, or as many as this machine allows.</summary>
    public static int Fit(int connections)
    {
        // .NET raises the soft limit to the hard one.
        const string limits = "/proc/self/limits";
        string? line = File.Exists(limits) ? File.ReadLines(limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var hard, _] && int.TryParse(hard, CultureInfo.InvariantCulture, out int most)
            ? Math.Min(connections, most - Reserve)
            : connections;
    }
}
