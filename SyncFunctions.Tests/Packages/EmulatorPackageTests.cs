using System.IO.Compression;
using System.Text.RegularExpressions;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Documentation;
using SyncFunctions.Tests.Emulator.Realtime;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Packages;

/// <summary>The packages of the emulator, as users get them: from a feed, with restore and tool installation.</summary>
public sealed partial class EmulatorPackageTests(EmulatorPackageTests.Feed feed) : IClassFixture<EmulatorPackageTests.Feed>
{
    private const string Library = "SyncFunctions.Emulator";
    private const string Tool = "SyncFunctions.Emulator.Tool";
    private const string Snapshot = """
        {"format":"syncfunctions-snapshot","version":1}
        {"kind":"document","name":"greeting","data":{"text":"Hello"}}
        {"kind":"end","documents":1,"lists":0,"listItems":0,"maps":0,"mapItems":0,"streams":0,"permissions":0}
        """;

    [Theory]
    [InlineData(Library)]
    [InlineData(Tool)]
    public void A_package_says_what_it_is_and_holds_no_other_assembly_than_it_needs(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(feed.PathOf(package));
        using StreamReader reader = new(archive.Entries.Single(entry => entry.FullName == $"{package}.nuspec").Open());
        string specification = reader.ReadToEnd();

        specification.Should().Contain($"<id>{package}</id>").And.Contain("<license type=\"expression\">MIT</license>").And.Contain("<readme>README.md</readme>")
            .And.NotContain("Package Description");
        archive.Entries.Select(entry => entry.FullName).Should().Contain("README.md").And.NotContain(name => name.EndsWith("SyncFunctions.dll", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_test_project_of_the_guide_passes_over_the_package()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("EmulatorTests.cs"), GuideProgram().Match(MarkdownPage.Read("docs/emulator-in-tests.md").Text).Groups["program"].Value);
        await File.WriteAllTextAsync(folder.File("Stranger.csproj"), Project());
        (int exitCode, string output) = await DotnetCommand.RunAsync(folder.Path, "restore");
        Assert.SkipWhen(output.Contains("NU1301", StringComparison.Ordinal), "the package registry cannot be reached");
        exitCode.Should().Be(0, output);

        (exitCode, output) = await DotnetCommand.RunAsync(folder.Path, "test", "--no-restore");

        exitCode.Should().Be(0, output);
        output.Should().MatchRegex("Passed: +2");
    }

    [Fact]
    public async Task The_installed_tool_serves_Twilios_Node_SDK_and_exports_what_it_did()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the test ends the process by SIGTERM");
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("in.ndjson"), Snapshot);

        using EmulatorProcess emulator = await EmulatorProcess.StartAsync(
            ["--port", "0", "--in-memory", "--import", folder.File("in.ndjson"), "--export-on-exit", folder.File("out.ndjson")],
            Path.Combine(await feed.InstallToolAsync(), "sync-emulator"));
        NodeRun run = await node.RunAsync(["tool.mjs"], RealtimeTests.Suite.Environment(emulator.Url, new EmulatorOptions()), TimeSpan.FromMinutes(1));

        run.ExitCode.Should().Be(0, run.Errors);
        run.Lines.Should().Equal("""{"imported":{"text":"Hello"},"changed":{"text":"Changed"}}""");
        (await emulator.StopAsync()).ExitCode.Should().Be(0);
        (await File.ReadAllTextAsync(folder.File("out.ndjson"))).Should().Contain("""{"kind":"document","name":"greeting","data":{"text":"Changed"}}""");
    }

    [Fact]
    public async Task The_Node_tests_of_the_guide_pass_over_the_installed_tool()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program ends the tool by SIGTERM");
        string program = Path.Combine(node.Folder, "guide.test.mjs");
        await File.WriteAllTextAsync(program, NodeGuideProgram().Match(MarkdownPage.Read("docs/emulator-in-tests.md").Text).Groups["program"].Value);
        string path = $"{await feed.InstallToolAsync()}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";

        NodeRun run = await node.RunAsync(["--test", program], new Dictionary<string, string> { ["PATH"] = path }, TimeSpan.FromMinutes(1));

        run.ExitCode.Should().Be(0, run.Output);
        run.Output.Should().MatchRegex("(?m)^. pass 1$");
    }

    // What the guide says that a project needs, and no more than that; the versions are those of this repository, which have been restored already.
    private string Project()
    {
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <WarningsNotAsErrors>NU1901;NU1902;NU1903;NU1904</WarningsNotAsErrors>
                <RestoreAdditionalProjectSources>{feed.Folder}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{Library}" Version="{feed.Version}" />
                {Repository.PackageReference("Twilio")}
                {Repository.PackageReference("System.IdentityModel.Tokens.Jwt")}
                {Repository.PackageReference("Microsoft.NET.Test.Sdk")}
                {Repository.PackageReference("xunit.v3.mtp-off")}
                {Repository.PackageReference("xunit.runner.visualstudio")}
              </ItemGroup>
            </Project>
            """;
    }

    [GeneratedRegex("<!-- program: xunit -->\n```csharp\n(?<program>.*?)```", RegexOptions.Singleline)]
    private static partial Regex GuideProgram();

    [GeneratedRegex("<!-- program: node -->\n```js\n(?<program>.*?)```", RegexOptions.Singleline)]
    private static partial Regex NodeGuideProgram();

    /// <summary>A feed with the packages as they were built with these tests, under a version that no cache has.</summary>
    public sealed class Feed : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();
        private Task<string>? tool;

        public string Folder => folder.Path;

        public string Version { get; } = $"1.0.0-test.{Guid.NewGuid():N}";

        public string PathOf(string package) => folder.File($"{package}.{Version}.nupkg");

        public async ValueTask InitializeAsync()
        {
            foreach (string project in (string[])[Library, Tool])
            {
                (int exitCode, string output) = await DotnetCommand.RunAsync(
                    Repository.Root, "pack", project, "--no-build", "--configuration", Repository.Configuration, "--output", folder.Path, $"-p:PackageVersion={Version}");
                exitCode.Should().Be(0, output);
            }
        }

        /// <summary>Installs the tool, unless that is done.</summary>
        /// <returns>The folder that it is in.</returns>
        public Task<string> InstallToolAsync() => tool ??= InstallAsync();

        // The package is now in the global package cache, and is not needed there again.
        public async ValueTask DisposeAsync()
        {
            folder.Dispose();
            (_, string output) = await DotnetCommand.RunAsync(Path.GetTempPath(), "nuget", "locals", "global-packages", "--list");
            string restored = Path.Combine(output.Split(": ", 2)[1].Trim(), Library.ToLowerInvariant(), Version);
            if (Directory.Exists(restored))
            {
                Directory.Delete(restored, recursive: true);
            }
        }

        private async Task<string> InstallAsync()
        {
            string tools = folder.File("tools");
            (int exitCode, string output) = await DotnetCommand.RunAsync(
                folder.Path, "tool", "install", Tool, "--tool-path", tools, "--add-source", Folder, "--version", Version);
            exitCode.Should().Be(0, output);
            return tools;
        }
    }
}
