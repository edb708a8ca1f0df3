using System.Net;
using System.Net.Sockets;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator;

/// <summary>An emulator that cannot start says which setting to change.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string DataFile => folder.File("sync.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_emulator_on_a_data_file_is_refused()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile);
        (await RefusalAsync(new EmulatorOptions { Port = 0, DataFile = DataFile })).Should()
            .Be($"Emulator__DataFile: {DataFile} is in use by another process. Stop that emulator, or give this one another Emulator__DataFile.");
        (await emulator.FormAsync("Documents")).ShouldBe(201);
    }

    [Fact]
    public async Task A_second_process_on_a_data_file_is_refused_until_the_first_has_ended()
    {
        using (EmulatorProcess first = await EmulatorProcess.StartAsync(DataFile))
        {
            (int exitCode, _, string errors) = await EmulatorProcess.RunAsync("--Emulator:Port", "0", "--Emulator:DataFile", DataFile);
            (exitCode, errors.Trim()).Should().Be((
                1, $"Emulator__DataFile: {DataFile} is in use by another process. Stop that emulator, or give this one another Emulator__DataFile."));
            await first.KillAsync();
        }

        await using TestEmulator second = await TestEmulator.StartAsync(dataFile: DataFile);
        (await second.GetAsync("Documents")).ShouldBe(200);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_and_the_data_file_let_go()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        (await RefusalAsync(new EmulatorOptions { Port = port, DataFile = DataFile })).Should()
            .Be($"Emulator__Port: port {port} of 127.0.0.1 is in use. Set Emulator__Port to another port, or to 0 for any free port.");

        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile);
        (await emulator.GetAsync("Documents")).ShouldBe(200);
    }

    [Fact]
    public async Task A_data_file_below_a_file_is_refused()
    {
        await File.WriteAllTextAsync(folder.File("file"), "");
        await ShouldBeRefusedAsync(Path.Combine(folder.File("file"), "sync.db"));
        await ShouldBeRefusedAsync(Path.Combine(folder.File("file"), "folder", "sync.db"));
    }

    [Fact]
    public async Task A_folder_instead_of_the_data_file_is_refused()
    {
        await ShouldBeRefusedAsync(folder.Path);
        await ShouldBeRefusedAsync(Path.GetPathRoot(folder.Path)!);
    }

    [Fact]
    public Task A_name_that_no_file_can_have_is_refused() => ShouldBeRefusedAsync(folder.File(new string('x', 1_000)));

    [Fact]
    public Task A_name_with_a_NUL_is_refused() => ShouldBeRefusedAsync(folder.File("a\0b"));

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the test needs a read-only file system");
        await ShouldBeRefusedAsync("/proc/sync/sync.db");
        await ShouldBeRefusedAsync("/proc/sync.db");
        await ShouldBeRefusedAsync("/sys/sync.db");
    }

    [Fact]
    public async Task A_file_that_is_not_a_database_is_refused_and_kept()
    {
        string text = new('x', 5_000);
        await File.WriteAllTextAsync(DataFile, text);
        await ShouldBeRefusedAsync(DataFile);
        (await File.ReadAllTextAsync(DataFile)).Should().Be(text);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_kept()
    {
        await (await TestEmulator.StartAsync(dataFile: DataFile)).DisposeAsync();
        using (SqliteConnection connection = new($"Data Source={DataFile};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        (await RefusalAsync(new EmulatorOptions { Port = 0, DataFile = DataFile })).Should()
            .StartWith($"Emulator__DataFile: {DataFile} was written by a newer version of the emulator");
        new DataFileReader(DataFile).Query("PRAGMA user_version").Should().Be(99L);
    }

    [Fact]
    public async Task The_folders_of_the_data_file_are_created()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: Path.Combine(folder.Path, "a", "b", "sync.db"));
        File.Exists(emulator.Server.DataFile).Should().BeTrue();
    }

    public static TheoryData<string, Action<EmulatorOptions>> WrongValues => new()
    {
        { "Emulator__Port must be a port number, or 0 for any free port.", options => options.Port = -1 },
        { "Emulator__Port must be a port number, or 0 for any free port.", options => options.Port = 65_536 },
        { "Emulator__DataFile must name a file.", options => options.DataFile = "" },
        { "Emulator__DataFile must name a file.", options => options.DataFile = " " },
        { "Emulator__AccountSid must be AC followed by 32 hexadecimal digits.", options => options.AccountSid = "" },
        { "Emulator__AccountSid must be AC followed by 32 hexadecimal digits.", options => options.AccountSid = "SK" + new string('0', 32) },
        { "Emulator__AccountSid must be AC followed by 32 hexadecimal digits.", options => options.AccountSid = "AC" + new string('0', 33) },
        { "Emulator__AccountSid must be AC followed by 32 hexadecimal digits.", options => options.AccountSid = "AC" + new string('0', 32) + "\n" },
        { "Emulator__AccountSid must be AC followed by 32 hexadecimal digits.", options => options.AccountSid = "AC" + new string('A', 32) },
        { "Emulator__AuthToken must not be empty.", options => options.AuthToken = "" },
        { "Emulator__ApiKeySid must be SK followed by 32 hexadecimal digits.", options => options.ApiKeySid = "key" },
        { "Emulator__ApiKeySecret must not be empty.", options => options.ApiKeySecret = "" },
        { "Emulator__ServiceSid must be IS followed by 32 hexadecimal digits.", options => options.ServiceSid = "default" },
        {
            "Emulator__ProvisionedServiceSids__1 must be IS followed by 32 hexadecimal digits.",
            options => options.ProvisionedServiceSids = ["IS" + new string('1', 32), "other"]
        },
    };

    [Fact]
    public async Task The_default_auth_token_has_Twilios_form_and_no_other_is_accepted()
    {
        new EmulatorOptions().AuthToken.Should().MatchRegex("^[0-9a-f]{32}$", "Twilio's own tools refuse any other");
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile);
        emulator.Http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(emulator.Options.AccountSid, "emulator-auth-token");

        (await emulator.GetAsync("Documents")).ShouldBe(401, 20003);
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_wrong_value_is_refused(string message, Action<EmulatorOptions> change)
    {
        EmulatorOptions options = new() { Port = 0, DataFile = DataFile };
        change(options);
        (await RefusalAsync(options)).Should().Be(message);
        File.Exists(DataFile).Should().BeFalse("nothing was begun");
    }

    private static async Task<string> RefusalAsync(EmulatorOptions options)
    {
        Func<Task> starting = async () =>
            await (await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System)).DisposeAsync();
        return (await starting.Should().ThrowExactlyAsync<EmulatorStartException>()).Which.Message;
    }

    private static async Task ShouldBeRefusedAsync(string dataFile) =>
        (await RefusalAsync(new EmulatorOptions { Port = 0, DataFile = dataFile })).Should().StartWith($"Emulator__DataFile: {dataFile} cannot be opened: ");
}
