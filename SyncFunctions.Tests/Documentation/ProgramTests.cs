using System.Globalization;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>The programs in the documentation compile unchanged, and print the documented output.</summary>
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

        (int exitCode, string output) = await DotnetCommand.RunAsync(folder.Path, "run");

        exitCode.Should().Be(0, output);
        output.Should().Be(block.Groups["output"].Value);
    }

    // The packages that the app was restored with, so that nothing has to be downloaded.
    private static string Project()
    {
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
                {Repository.PackageReference("Twilio")}
                {Repository.PackageReference("System.IdentityModel.Tokens.Jwt")}
              </ItemGroup>
            </Project>
            """;
    }
}
