using System.Net;
using System.Net.Sockets;
using System.Text;

using SyncFunctions.Emulator.Tool;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Tool;

/// <summary>The tool <c>sync-emulator</c>: what it does with its command line, and how it ends.</summary>
public sealed class ToolTests : IDisposable
{
    private const string Snapshot = """
        {"format":"syncfunctions-snapshot","version":1}
        {"kind":"document","name":"greeting","data":{"text":"Hello"}}
        {"kind":"map","name":"prices"}
        {"kind":"permission","identity":"ann","read":true,"write":false,"manage":false}
        {"kind":"mapItem","key":"tea","data":{"eur":2.50}}
        {"kind":"end","documents":1,"lists":0,"listItems":0,"maps":1,"mapItems":1,"streams":0,"permissions":1}
        """;

    private readonly TemporaryFolder folder = new();

    /// <summary>Command lines that start nothing, with the exit code and the line that says why.</summary>
    public static TheoryData<string[], int, string> Refused => new()
    {
        { ["--foo"], 2, "Unrecognized command or argument '--foo'. See --help." },
        { ["stray"], 2, "Unrecognized command or argument 'stray'. See --help." },
        { ["--port"], 2, "Required argument missing for option: '--port'. See --help." },
        { ["--port", "x"], 2, "--port must be a number from 0 to 65535. See --help." },
        { ["--port", "65536"], 2, "--port must be a number from 0 to 65535. See --help." },
        { ["--address", "localhost"], 2, "--address must be an IP address, such as 127.0.0.1. See --help." },
        { ["--data", ""], 2, "--data must name a file. See --help." },
        { ["--import", "a", "--seed", "b"], 2, "--import and --seed cannot be used together. See --help." },
        { ["--in-memory", "--data", "b"], 2, "--data and --in-memory cannot be used together. See --help." },
        { ["--Emulator:Ports", "1"], 2, "There is no setting --Emulator:Ports. See --help." },
        { ["--in-memory", "--address", "0.0.0.0"], 1, "Emulator__AuthToken must be set to your own value: other machines can reach the Address." },
        { ["--in-memory", "--Emulator:Port", "x"], 1, "Emulator__Port must be a whole number." },
        { ["--Emulator:InMemory", "x"], 1, "Emulator__InMemory must be true or false." },
        { ["--export-on-exit", "/no/such/folder/file"], 1, $"--export-on-exit: the folder {Path.GetFullPath("/no/such/folder")} does not exist." },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_command_line_that_cannot_be_used_is_refused_in_one_line(string[] arguments, int exitCode, string line)
    {
        (int actual, string output, string errors) = await EmulatorProcess.RunAsync(arguments);

        (actual, output, errors.TrimEnd()).Should().Be((exitCode, "", line));
    }

    [Fact]
    public async Task Help_names_every_option_and_version_is_the_packages()
    {
        (int exitCode, string help, _) = await EmulatorProcess.RunAsync("--help");
        exitCode.Should().Be(0);
        help.Should().ContainAll(
            "sync-emulator [options]", "--port", "--address", "--data", "--in-memory", "--import", "--seed", "--export-on-exit", "--enforce-rate-limits");

        (exitCode, string version, _) = await EmulatorProcess.RunAsync("--version");
        (exitCode, version.Trim()).Should().Be((0, typeof(SyncFunctions.Emulator.EmulatorServer).Assembly.GetName().Version!.ToString(3)));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--Emulator:Port")]
    public async Task A_port_that_is_in_use_is_refused_in_one_line(string option)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        string name = option == "--port" ? option : "Emulator__Port";

        (int exitCode, string output, string errors) = await EmulatorProcess.RunAsync("--in-memory", option, port);

        (exitCode, output, errors.TrimEnd()).Should().Be(
            (1, "", $"{name}: port {port} of 127.0.0.1 is in use. Set {name} to another port, or to 0 for any free port."));
    }

    [Fact]
    public void A_setting_that_was_not_given_goes_by_the_name_of_its_option() =>
        ToolCommand.Parse(["--in-memory"]).InItsWords("Emulator__Port: port 7072 is in use.").Should().Be("--port: port 7072 is in use.");

    [Theory]
    [InlineData("--import")]
    [InlineData("--seed")]
    public async Task A_file_that_is_not_there_or_broken_is_refused_and_its_line_named(string option)
    {
        string missing = folder.File("missing.ndjson");
        (int exitCode, _, string errors) = await EmulatorProcess.RunAsync("--in-memory", option, missing);
        (exitCode, errors).Should().Be((1, $"{option}: {missing} cannot be imported: Could not find file '{missing}'.{Environment.NewLine}"));

        string broken = await FileAsync(Snapshot.Replace("2.50}}", "2.50}", StringComparison.Ordinal));
        (exitCode, _, errors) = await EmulatorProcess.RunAsync("--in-memory", option, broken);
        (exitCode, errors).Should().Be((1, $"{option}: {broken}, line 5: is not a JSON object in UTF-8.{Environment.NewLine}"));
    }

    [Fact]
    public async Task An_import_is_complete_before_the_first_call_and_replaces_at_each_start()
    {
        string file = await FileAsync(Snapshot);
        string[] arguments = ["--port", "0", "--data", folder.File("sync.db"), "--import", file];
        using (EmulatorProcess first = await EmulatorProcess.StartAsync(arguments))
        {
            (await DataAsync(first)).Should().Contain("""{"text":"Hello"}""");
            await ChangeAsync(first);
            (int exitCode, string output, string errors) = await first.StopAsync();
            (exitCode, errors).Should().Be((0, ""));
            output.Should().StartWith($"Imported {file}: 2 objects, 1 items, 1 permissions.{Environment.NewLine}").And.Contain($"Sync emulator:  {first.Url.GetLeftPart(UriPartial.Authority)}");
        }

        using EmulatorProcess second = await EmulatorProcess.StartAsync(arguments);
        (await DataAsync(second)).Should().Contain("""{"text":"Hello"}""");
        (await second.StopAsync()).Output.Should().Contain("2 objects (2 replaced)");
    }

    [Fact]
    public async Task A_seed_is_imported_once_so_that_later_changes_are_kept()
    {
        string[] arguments = ["--port", "0", "--data", folder.File("sync.db"), "--seed", await FileAsync(Snapshot)];
        using (EmulatorProcess first = await EmulatorProcess.StartAsync(arguments))
        {
            (await DataAsync(first)).Should().Contain("""{"text":"Hello"}""");
            await ChangeAsync(first);
            await first.StopAsync();
        }

        using EmulatorProcess second = await EmulatorProcess.StartAsync(arguments);
        (await DataAsync(second)).Should().Contain("""{"text":"Changed"}""");
    }

    [Fact]
    public async Task In_memory_data_can_be_exported_at_the_end_and_imported_at_the_next_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the test ends the process by SIGTERM");
        string file = await FileAsync("what was there before");
        using EmulatorProcess first = await EmulatorProcess.StartAsync(["--port", "0", "--in-memory", "--seed", await FileAsync(Snapshot), "--export-on-exit", file]);
        await ChangeAsync(first);

        (int exitCode, string output, string errors) = await first.StopAsync();

        (exitCode, errors).Should().Be((0, ""));
        output.Should().EndWith($"Exported {file}: 2 objects, 1 items, 1 permissions.{Environment.NewLine}").And.NotContain("\u001b");
        (OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file)).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllLinesAsync(file))[1..].Should().Equal(
            Snapshot.Replace("Hello", "Changed", StringComparison.Ordinal).Split('\n').Select(line => line.TrimEnd('\r')).Skip(1));
        using EmulatorProcess second = await EmulatorProcess.StartAsync(["--port", "0", "--in-memory", "--import", file]);
        (await DataAsync(second)).Should().Contain("""{"text":"Changed"}""");
    }

    [Fact]
    public async Task A_failed_export_is_reported_and_leaves_an_existing_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the test ends the process by SIGTERM");
        string file = Directory.CreateDirectory(folder.File("a folder")).FullName;
        using EmulatorProcess emulator = await EmulatorProcess.StartAsync(["--port", "0", "--in-memory", "--export-on-exit", file]);

        (int exitCode, _, string errors) = await emulator.StopAsync();

        exitCode.Should().Be(1);
        errors.Should().StartWith($"--export-on-exit: {file} cannot be written: ");
        Directory.GetFileSystemEntries(folder.Path).Should().Equal(file);
    }

    [Theory]
    [InlineData(false, null, null, true)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "NO_COLOR", "1", false)]
    [InlineData(false, "NO_COLOR", "", true)]
    [InlineData(false, "CI", "true", false)]
    [InlineData(false, "TERM", "dumb", false)]
    public void A_progress_bar_is_shown_at_a_terminal_only(bool isRedirected, string? variable, string? value, bool isShown) =>
        SyncFunctions.Emulator.Tool.TransferProgress.IsShown(isRedirected, name => name == variable ? value : null).Should().Be(isShown);

    private static Task<string> DataAsync(EmulatorProcess emulator) => emulator.Http.GetStringAsync(new Uri("Documents/greeting", UriKind.Relative));

    private static async Task ChangeAsync(EmulatorProcess emulator)
    {
        using HttpResponseMessage response = await emulator.Http.PostAsync(
            new Uri("Documents/greeting", UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("Data", """{"text":"Changed"}""")]));
        response.EnsureSuccessStatusCode();
    }

    private async Task<string> FileAsync(string text)
    {
        string file = folder.File($"{Guid.NewGuid():N}.ndjson");
        await File.WriteAllTextAsync(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return file;
    }
}
