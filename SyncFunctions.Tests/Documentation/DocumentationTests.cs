using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>What the README and requests.http show works as they show it.</summary>
public sealed class DocumentationTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Address = "http://127.0.0.1:7071";

    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")).ReplaceLineEndings("\n");
    private static readonly string Pages =
        string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(File.ReadAllText)).ReplaceLineEndings("\n");

    private static readonly string Requests = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "requests.http"));

    public static TheoryData<string> Functions => [.. FunctionTable.All.Select(function => function.Name)];

    [Theory]
    [InlineData("document")]
    [InlineData("list")]
    [InlineData("map")]
    [InlineData("sessions")]
    public async Task The_tours_commands_print_what_the_README_and_its_pages_say(string tour)
    {
        Match block = TourBlock(tour).Match(Readme + Pages);
        block.Success.Should().BeTrue();
        string commands = block.Groups["commands"].Value.Replace(Address, fixture.App.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        (int exitCode, string output, string errors) = await BashAsync(commands);

        exitCode.Should().Be(0, errors);
        output.Should().Be(block.Groups["output"].Value);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_README_and_the_requests_show_every_function(string name)
    {
        Readme.Should().MatchRegex($@"\b{name}\b");
        Regex.Matches(Requests, $@"^(GET|POST|DELETE) (\{{\{{base\}}\}}|{Address}/api)/{name}\b", RegexOptions.Multiline).Should().NotBeEmpty();
    }

    private static async Task<(int ExitCode, string Output, string Errors)> BashAsync(string commands)
    {
        ProcessStartInfo start = new("bash", ["-e", "-o", "pipefail", "-c", $"command -v curl > /dev/null || exit 127\n{commands}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            Assert.Skip($"bash is needed: {exception.Message}");
        }

        using (process)
        {
            Task<string> errors = process!.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.SkipWhen(process.ExitCode == 127, "curl is needed.");
            return (process.ExitCode, output, await errors);
        }
    }

    private static Regex TourBlock(string tour) =>
        new($"<!-- tour: {tour} -->\n```bash\n(?<commands>.*?)```\n\n```text\n(?<output>.*?)```\n", RegexOptions.Singleline);
}
