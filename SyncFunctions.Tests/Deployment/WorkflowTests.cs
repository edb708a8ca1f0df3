using System.Text.Json;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Deployment;

/// <summary>
/// The workflows of GitHub Actions and the Dockerfiles, checked with existing linters: actionlint, and the linter of Dockerfiles in editors.
/// </summary>
public sealed partial class WorkflowTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Workflows =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows")).Select(file => Path.GetFileName(file))];

    [Fact]
    public async Task The_linters_find_nothing()
    {
        Dictionary<string, string[]> problems = await LintAsync(Repository.Root);

        problems.Keys.Should().Contain(
        [
            ".github/workflows/ci.yml", ".github/workflows/release.yml", ".github/workflows/deploy.yml", "compose.yaml", "azure.yaml", "SyncFunctions/Dockerfile",
            "SyncFunctions.Emulator.Tool/Dockerfile",
        ]);
        problems.SelectMany(file => file.Value.Select(problem => $"{file.Key}: {problem}")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_linters_find_what_is_wrong()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, ".github", "workflows"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, ".github", "workflows", "w.yml"), "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.nope }}\n");
        await File.WriteAllTextAsync(folder.File("Dockerfile"), "FRM scratch\n");
        await File.WriteAllTextAsync(folder.File("compose.yaml"), "a: b: c\n");

        Dictionary<string, string[]> problems = await LintAsync(folder.Path, ".github/workflows/w.yml", "Dockerfile", "compose.yaml");

        problems.Values.Should().OnlyContain(found => found.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_has_no_more_rights_than_it_needs_and_runs_pinned_actions(string file)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", file)).ReplaceLineEndings("\n");

        text.Should().Contain("\npermissions:\n  contents: read\n").And.Contain("\nconcurrency:\n");
        Uses().Matches(text).Should().NotBeEmpty();
        Uses().Matches(text).Select(use => use.Groups[1].Value).Should().OnlyContain(use => Pinned().IsMatch(use), "a tag can be moved, a commit not");
        Regex.Count(text, "actions/checkout@").Should().Be(Regex.Count(text, "persist-credentials: false"));
    }

    private static async Task<Dictionary<string, string[]>> LintAsync(string repository, params string[] files)
    {
        NodeProgram node = await NodeProgram.InstallAsync("lint");
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        NodeRun run = await node.RunAsync(["lint/lint.mjs", repository, .. files], new Dictionary<string, string>(), Timeout);
        run.ExitCode.Should().Be(0, run.Errors);
        return run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToDictionary(
            file => file.GetProperty("file").GetString()!, file => file.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).ToArray());
    }

    [GeneratedRegex("^ +(?:- )?uses: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();
}
