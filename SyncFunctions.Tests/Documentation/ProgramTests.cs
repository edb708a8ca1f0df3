using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>The programs that the documentation prints compile as they stand, and print what it says.</summary>
public sealed class ProgramTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private const string Port = "7072";

    private static readonly string Page = MarkdownPage.Read("SyncFunctions.Emulator/README.md").Text;

    [Fact]
    public async Task The_C_sharp_program_runs()
    {
        Match block = Regex.Match(Page, "<!-- program: csharp -->\n```csharp\n(?<program>.*?)```\n\n```text\n(?<output>.*?)```\n", RegexOptions.Singleline);
        block.Success.Should().BeTrue();
        string port = shared.Emulator.Server.Url.Port.ToString(CultureInfo.InvariantCulture);
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("Program.cs"), block.Groups["program"].Value.Replace(Port, port, StringComparison.Ordinal));
        await File.WriteAllTextAsync(folder.File("Snippet.csproj"), Project());

        (int exitCode, string output) = await DotnetAsync(folder, "run");

        exitCode.Should().Be(0, output);
        output.Should().Be(block.Groups["output"].Value);
    }

    // The packages that the app was restored with, so that nothing has to be downloaded.
    private static string Project()
    {
        string versions = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        string Reference(string package) =>
            $"<PackageReference Include=\"{package}\" Version=\"{Regex.Match(versions, $"Include=\"{Regex.Escape(package)}\" Version=\"([^\"]+)\"").Groups[1].Value}\" />";
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                {Reference("Twilio")}
                {Reference("System.IdentityModel.Tokens.Jwt")}
              </ItemGroup>
            </Project>
            """;
    }

    private static async Task<(int ExitCode, string Output)> DotnetAsync(TemporaryFolder folder, string command)
    {
        ProcessStartInfo start = new("dotnet", [command]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        // A server that outlives the command would keep its output open, and the folder in use.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
