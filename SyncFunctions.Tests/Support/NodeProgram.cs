using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(SyncFunctions.Tests.Support.NodeProgram.Folders))]

namespace SyncFunctions.Tests.Support;

/// <summary>
/// The programs in the <c>Node</c> folder beside the tests, in a folder of their own with their packages installed, once for all tests. If there is
/// no Node or the packages are not to be had, <see cref="Unavailable"/> says why, and tests are skipped with it.
/// </summary>
public sealed class NodeProgram
{
    private static readonly TimeSpan InstallationTimeout = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<string, Lazy<Task<NodeProgram>>> Installations = new(StringComparer.Ordinal);
    private static readonly ConcurrentBag<string> CreatedFolders = [];

    private readonly string folder = Directory.CreateTempSubdirectory("syncfunctions-node-").FullName;

    private NodeProgram()
    {
    }

    /// <summary>Why nothing can be run; <see langword="null"/> if it can.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>The folder that the programs and their packages were copied to.</summary>
    public string Folder => folder;

    /// <summary>The folder as it was built.</summary>
    public static string Source { get; } = Path.Combine(AppContext.BaseDirectory, "Node");

    /// <summary>Copies the programs and installs their packages, unless that is done.</summary>
    /// <param name="project">The folder, among those of the programs, whose package.json names the packages.</param>
    public static Task<NodeProgram> InstallAsync(string project = ".") =>
        Installations.GetOrAdd(project, _ => new Lazy<Task<NodeProgram>>(() => PrepareAsync(project))).Value;

    /// <summary>Copies the programs, unless that is done, for one that needs no packages.</summary>
    public static Task<NodeProgram> CopyAsync() => Installations.GetOrAdd("", _ => new Lazy<Task<NodeProgram>>(() => PrepareAsync(project: null))).Value;

    /// <summary>Runs one of the programs to its end.</summary>
    /// <param name="arguments">The program's file and its arguments.</param>
    /// <param name="environment">Variables to add to this process's own.</param>
    /// <exception cref="TimeoutException">It did not end in time, and was killed.</exception>
    public Task<NodeRun> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, TimeSpan timeout) =>
        StartAsync("node", arguments, environment, timeout);

    private static async Task<NodeProgram> PrepareAsync(string? project)
    {
        NodeProgram program = new();
        CreatedFolders.Add(program.folder);
        program.Copy();
        program.Unavailable = await program.TryInstallAsync(project);
        return program;
    }

    private void Copy()
    {
        foreach (string file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task<string?> TryInstallAsync(string? project)
    {
        try
        {
            NodeRun version = await StartAsync("node", ["--version"], new Dictionary<string, string>(), InstallationTimeout);
            if (version.ExitCode != 0)
            {
                return $"node does not run: {version.Errors}";
            }

            if (project is null)
            {
                return null;
            }

            NodeRun installation = await StartAsync(
                OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
                ["ci", "--prefix", project, "--no-audit", "--no-fund", "--ignore-scripts"],
                new Dictionary<string, string>(),
                InstallationTimeout);
            // EUSAGE: package.json and its lock do not agree, which no network mends.
            return installation.ExitCode == 0 ? null
                : installation.Errors.Contains("EUSAGE", StringComparison.Ordinal) ? throw new InvalidOperationException(installation.Errors)
                : $"npm ci could not get the packages: {installation.Errors}";
        }
        catch (Win32Exception exception)
        {
            return $"Node.js with npm is needed: {exception.Message}";
        }
        catch (TimeoutException exception)
        {
            return exception.Message;
        }
    }

    private async Task<NodeRun> StartAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, TimeSpan timeout)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource expired = new(timeout);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(expired.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(expired.Token);
            await process.WaitForExitAsync(expired.Token);
            return new NodeRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', start.ArgumentList)} did not end within {timeout}.");
        }
    }

    /// <summary>Removes the programs' folders after the last test.</summary>
    public sealed class Folders : IDisposable
    {
        // Not when the process exits: xUnit takes an exit of more than ten seconds for a hanging thread, and fails the run.
        public void Dispose() => Parallel.ForEach(CreatedFolders, folder => Directory.Delete(folder, recursive: true));
    }
}

/// <summary>What a program left behind.</summary>
public sealed record NodeRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of its output.</summary>
    public IEnumerable<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What came of each scenario of a suite, by its name: <c>ok</c>, or its error.</summary>
    public Dictionary<string, string> Outcomes => Lines
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
        .Where(result => result.TryGetProperty("name", out _))
        .ToDictionary(
            result => result.GetProperty("name").GetString()!,
            result => result.GetProperty("ok").GetBoolean() ? "ok" : result.GetProperty("error").GetString()!);
}
