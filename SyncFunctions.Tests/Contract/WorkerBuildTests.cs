using System.Diagnostics;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Contract;

/// <summary>
/// The build for Azure Functions declares the same functions to its host. It needs the packages of the Functions worker and of Twilio; where
/// they are not to be had, the test is skipped with what the restore says.
/// </summary>
public sealed class WorkerBuildTests
{
    private static readonly string[] Sources = ["SyncFunctions", "SyncFunctions.Emulator"];

    [Fact]
    public async Task The_worker_tells_its_host_of_exactly_the_functions_of_the_table()
    {
        using TemporaryFolder folder = new();
        CopySources(folder);
        (int restored, string restoreOutput) = await DotnetAsync(folder, "restore", "SyncFunctions", "-p:FunctionsWorker=true");
        Assert.SkipWhen(restored != 0, $"The worker's packages cannot be restored: {FirstError(restoreOutput)}");

        (int built, string buildOutput) = await DotnetAsync(
            folder, "build", "SyncFunctions", "--no-restore", "-p:FunctionsWorker=true", "-o", folder.File("out"));

        built.Should().Be(0, buildOutput);
        File.Exists(Path.Combine(folder.File("out"), "host.json")).Should().BeTrue();
        using JsonDocument metadata = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.File("out"), "functions.metadata")));
        metadata.RootElement.EnumerateArray().Select(Describe).Should().BeEquivalentTo(FunctionTable.All.Select(function =>
            $"{function.Name} {function.Route} {function.KeyLevel} {string.Join(',', function.Methods.Order(StringComparer.Ordinal))}".ToUpperInvariant()));
    }

    private static string Describe(JsonElement function)
    {
        JsonElement trigger = function.GetProperty("bindings").EnumerateArray().Single(
            binding => binding.GetProperty("type").GetString()!.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase));
        IEnumerable<string> methods = trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant());
        return $"{function.GetProperty("name")} {trigger.GetProperty("route")} {trigger.GetProperty("authLevel")} {string.Join(',', methods.Order(StringComparer.Ordinal))}"
            .ToUpperInvariant();
    }

    // A copy, so that this build and one that may be under way beside the tests do not write the same files.
    private static void CopySources(TemporaryFolder folder)
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SyncFunctions.sln")))
        {
            root = root.Parent!;
        }

        foreach (FileInfo file in root.EnumerateFiles())
        {
            file.CopyTo(folder.File(file.Name));
        }

        foreach (string source in Sources)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(root.FullName, source), "*", SearchOption.AllDirectories))
            {
                string relative = Path.GetRelativePath(root.FullName, file);
                if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(folder.File(relative))!);
                    File.Copy(file, folder.File(relative));
                }
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> DotnetAsync(TemporaryFolder folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        // A server that outlives the command would keep its output open, and the folder in use.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private static string FirstError(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Split(": ", 2)[^1].Trim() ?? output;
}
