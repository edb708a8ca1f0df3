using System.Diagnostics;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>How Azure Functions Core Tools (<c>func</c>) and the SDK find, build and run the project in the source tree.</summary>
public sealed class CoreToolsTests : IDisposable
{
    private const string HostFile = "host.json";
    private const string LocalSettings = "local.settings.json";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task From_the_project_folder_Core_Tools_finds_the_app_its_settings_and_its_framework()
    {
        // Upwards to the first folder with a host.json; for settings one with local settings would do as well.
        string root = Upwards(Repository.AppFolder, folder => File.Exists(Path.Combine(folder, HostFile)));
        string settings = Upwards(Repository.AppFolder, folder => File.Exists(Path.Combine(folder, HostFile)) || File.Exists(Path.Combine(folder, LocalSettings)));
        // From there upwards to the first folder with a project.
        string project = Upwards(root, folder => Directory.EnumerateFiles(folder, "*.csproj").Any());

        root.Should().Be(Repository.AppFolder);
        settings.Should().Be(Repository.AppFolder);
        Directory.EnumerateFiles(project, "*.csproj").Should().Equal(Path.Combine(Repository.AppFolder, "SyncFunctions.csproj"));
        (await PropertiesAsync("-restore:false", "-getProperty:TargetFrameworks", "-getProperty:TargetFramework"))
            .Should().BeEquivalentTo(new Dictionary<string, string> { ["TargetFrameworks"] = "", ["TargetFramework"] = "net10.0" });
    }

    [Fact]
    public async Task The_host_file_of_the_project_is_a_file_and_the_same_as_that_of_the_solution()
    {
        string own = Path.Combine(Repository.AppFolder, HostFile);

        File.ResolveLinkTarget(own, returnFinalTarget: false).Should().BeNull();
        (await File.ReadAllBytesAsync(own)).Should().Equal(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, HostFile)));
    }

    [Fact]
    public async Task A_publish_has_all_that_the_host_needs_and_never_local_settings()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Creating links to files needs special rights there.");
        // A copy of the source tree made of links, so that it can have local settings without changing the source tree.
        string copy = Directory.CreateDirectory(folder.File("SyncFunctions")).FullName;
        Link(Repository.Root, folder.Path);
        Link(Repository.AppFolder, copy);
        await File.WriteAllTextAsync(Path.Combine(copy, LocalSettings), """{ "Values": { "Twilio__AuthToken": "a-secret" } }""");
        string output = folder.File("published");

        // As `func pack` does it, but for the build, which was made with these tests. (`func azure functionapp publish` uploads the output of a
        // build instead, and leaves local settings out by their name.)
        string configuration = new DirectoryInfo(Repository.AppOutput).Parent!.Name;
        CommandRun run = await RunAsync("dotnet", copy, ["publish", "--no-build", "--configuration", configuration, "--output", output]);

        run.ExitCode.Should().Be(0, run.Output);
        string[] published = [.. Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(output, file))];
        published.Should().Contain([HostFile, "worker.config.json", "functions.metadata", "extensions.json", "SyncFunctions.dll", "SyncFunctions.runtimeconfig.json"]);
        published.Should().Contain(file => file.StartsWith(".azurefunctions", StringComparison.Ordinal));
        published.Should().NotContain(file => file.Contains(LocalSettings, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Dotnet_run_starts_the_app_itself()
    {
        Dictionary<string, string> run = await PropertiesAsync("-t:ComputeRunArguments", "-getProperty:RunCommand", "-getProperty:RunArguments");

        Path.GetFileNameWithoutExtension(run["RunCommand"]).Should().Be("SyncFunctions");
        run["RunArguments"].Should().BeEmpty();
    }

    [Fact]
    public async Task With_the_property_FunctionsHost_dotnet_run_starts_Core_Tools()
    {
        // The SDK only checks that Core Tools exist.
        string tools = folder.File(OperatingSystem.IsWindows() ? "func.cmd" : "func");
        await File.WriteAllTextAsync(tools, OperatingSystem.IsWindows() ? "@exit /b 0" : "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(tools, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Dictionary<string, string> run = await PropertiesAsync(
            "-t:ComputeRunArguments", "-p:FunctionsHost=true", "-getProperty:RunCommand", "-getProperty:RunArguments");

        $"{run["RunCommand"]} {run["RunArguments"]}".Should().Contain("func start");
    }

    [Fact]
    public async Task Core_Tools_runs_the_app()
    {
        Assert.SkipWhen(CoreTools() is null, "Azure Functions Core Tools (func) are not on the PATH.");
        int port = Ports.FindFree();
        ProcessStartInfo start = new(CoreTools()!, ["start", "--port", $"{port}"])
        {
            WorkingDirectory = Repository.AppFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        AppEnvironment.Configure(start, new Dictionary<string, string>
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["Emulator__DataFile"] = folder.File("sync.db"),
        });
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            using HttpClient http = new();
            using CancellationTokenSource expired = new(Timeout);
            string? health = null;
            while (health is null)
            {
                process.HasExited.Should().BeFalse("it serves, and does not end");
                try
                {
                    health = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/health"), expired.Token);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(500, expired.Token);
                }
            }

            health.Should().Contain("\"healthy\"");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static string Upwards(string folder, Func<string, bool> predicate) =>
        predicate(folder) ? folder : Upwards(Path.GetDirectoryName(folder)!, predicate);

    private static string? CoreTools() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, "func"), Path.Combine(folder, "func.exe"), Path.Combine(folder, "func.cmd")])
        .FirstOrDefault(file => File.Exists(file) && (!OperatingSystem.IsWindows() || Path.HasExtension(file)));

    private static void Link(string source, string target)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(source).EnumerateFileSystemInfos())
        {
            string link = Path.Combine(target, entry.Name);
            if (!Path.Exists(link) && entry.Name != LocalSettings)
            {
                File.CreateSymbolicLink(link, entry.FullName);
            }
        }
    }

    // The properties of the app's project in MSBuild.
    private async Task<Dictionary<string, string>> PropertiesAsync(params string[] arguments)
    {
        CommandRun run = await RunAsync("dotnet", Repository.AppFolder, ["msbuild", "SyncFunctions.csproj", "-nologo", "-v:q", .. arguments]);
        run.ExitCode.Should().Be(0, run.Output);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return document.RootElement.GetProperty("Properties").Deserialize<Dictionary<string, string>>()!;
    }

    private async Task<CommandRun> RunAsync(string file, string workingDirectory, string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.Path}{Path.PathSeparator}{start.Environment["PATH"]}";
        // Nothing of it may keep running after the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource expired = new(Timeout);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(expired.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(expired.Token);
            await process.WaitForExitAsync(expired.Token);
            return new CommandRun(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private sealed record CommandRun(int ExitCode, string Output);
}
