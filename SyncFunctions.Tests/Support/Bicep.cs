using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SyncFunctions.Tests.Support;

/// <summary>Bicep's command line, over a copy of <c>infra/</c> that a test may change.</summary>
internal sealed class Bicep : IDisposable
{
    /// <summary>Why tests are skipped elsewhere.</summary>
    public const string Unavailable = "Bicep's compiler is there for Linux on x64 only";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly string? Program = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "Bicep")?.Value;

    private readonly TemporaryFolder folder = new();

    private Bicep()
    {
        Directory.CreateDirectory(folder.File("infra"));
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "infra")))
        {
            System.IO.File.Copy(file, folder.File(Path.Combine("infra", Path.GetFileName(file))));
        }
    }

    /// <summary>Gets whether there is a compiler for this system.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

    /// <summary>Copies <c>infra/</c>; the test is skipped if there is no compiler for this system.</summary>
    public static Bicep Create()
    {
        Assert.SkipUnless(IsAvailable, Unavailable);
        return new Bicep();
    }

    /// <summary>Gets the path of a file in the copy.</summary>
    public string File(string name) => folder.File(Path.Combine("infra", name));

    /// <summary>Checks a file by the rules of <c>bicepconfig.json</c>.</summary>
    /// <returns>The exit code, and what it said.</returns>
    public Task<(int ExitCode, string Output)> LintAsync(string file) => RunAsync("lint", File(file));

    /// <summary>Compiles a file into what is sent to Azure.</summary>
    public async Task<JsonElement> BuildAsync(string file)
    {
        string template = folder.File("template.json");
        (int exitCode, string output) = await RunAsync("build", File(file), "--outfile", template);
        exitCode.Should().Be(0, output);
        return JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(template)).RootElement;
    }

    /// <summary>Predicts the resources that a file makes of parameters, with all that can be known before they exist.</summary>
    /// <param name="parameters">Their values, as Bicep writes them.</param>
    public async Task<IReadOnlyList<JsonElement>> PredictAsync(string file, params (string Name, string Value)[] parameters)
    {
        string text = $"using 'infra/{file}'\n" + string.Concat(parameters.Select(parameter => $"param {parameter.Name} = {parameter.Value}\n"));
        await System.IO.File.WriteAllTextAsync(folder.File("test.bicepparam"), text);
        (int exitCode, string output) = await RunAsync(
            "snapshot", folder.File("test.bicepparam"), "--mode", "overwrite", "--subscription-id", $"{Guid.Empty}", "--tenant-id", $"{Guid.Empty}",
            "--resource-group", "rg", "--location", "westeurope");
        exitCode.Should().Be(0, output);
        JsonElement snapshot = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(folder.File("test.snapshot.json"))).RootElement;
        return [.. snapshot.GetProperty("predictedResources").EnumerateArray()];
    }

    public void Dispose() => folder.Dispose();

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource expired = new(Timeout);
        Task<string> errors = process.StandardError.ReadToEndAsync(expired.Token);
        string output = await process.StandardOutput.ReadToEndAsync(expired.Token);
        await process.WaitForExitAsync(expired.Token);
        return (process.ExitCode, (output + await errors).Trim());
    }
}
