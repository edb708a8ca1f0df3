using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>The examples in the documentation and requests.http work as shown.</summary>
public sealed partial class DocumentationTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Address = "http://127.0.0.1:7071";

    private static readonly string FunctionTables = MarkdownPage.Read("docs/functions.md").Text;
    private static readonly string Requests = File.ReadAllText(Path.Combine(Repository.Root, "requests.http"));

    public static TheoryData<string> Functions => [.. FunctionTable.All.Select(function => function.Name)];

    /// <summary>The tours that the pages mark, each with its page.</summary>
    public static TheoryData<string, string> Tours =>
    [
        .. from page in MarkdownPage.FindAll()
           from Match mark in TourMark().Matches(MarkdownPage.Read(page).Text)
           select (page, mark.Groups["tour"].Value),
    ];

    [Theory]
    [MemberData(nameof(Tours))]
    public async Task The_commands_of_a_tour_print_what_its_page_says(string page, string tour)
    {
        Match block = TourBlock(tour).Match(MarkdownPage.Read(page).Text);
        block.Success.Should().BeTrue();
        string commands = block.Groups["commands"].Value.Replace(Address, fixture.App.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        (int exitCode, string output, string errors) = await BashAsync(commands);

        exitCode.Should().Be(0, errors);
        output.Should().Be(block.Groups["output"].Value);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_function_tables_and_the_requests_show_every_function(string name)
    {
        string route = Regex.Escape(FunctionTable.All.Single(function => function.Name == name).Route.Split('/')[0]);

        FunctionTables.Should().MatchRegex($@"\b{name}\b");
        Regex.Matches(Requests, $@"^(GET|POST|DELETE) (\{{\{{base\}}\}}|{Address}/api)/{route}\b", RegexOptions.Multiline).Should().NotBeEmpty();
    }

    private static async Task<(int ExitCode, string Output, string Errors)> BashAsync(string commands)
    {
        ProcessStartInfo start = new("bash", ["-e", "-o", "pipefail", "-c", $"{{ command -v curl && command -v openssl; }} > /dev/null || exit 127\n{commands}"])
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
            Assert.SkipWhen(process.ExitCode == 127, "curl and openssl are needed.");
            return (process.ExitCode, output, await errors);
        }
    }

    [GeneratedRegex("^<!-- tour: (?<tour>.*) -->$", RegexOptions.Multiline)]
    private static partial Regex TourMark();

    private static Regex TourBlock(string tour) =>
        new($"<!-- tour: {tour} -->\n```bash\n(?<commands>.*?)```\n\n```text\n(?<output>.*?)```\n", RegexOptions.Singleline);
}
